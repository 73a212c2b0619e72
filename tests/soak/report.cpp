// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "report.h"

#include <QtCore/QHash>
#include <QtCore/QJsonDocument>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

QHash<QString, qint64> &counts()
{
    static QHash<QString, qint64> all;
    return all;
}

} // namespace

void report(QLatin1StringView kind, QJsonObject line)
{
    line.insert("kind"_L1, QString(kind));
    const QByteArray text = QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    fwrite(text.constData(), 1, size_t(text.size()), stdout);
    fflush(stdout);
}

void complain(const QString &what)
{
    report("complaint"_L1, {{"what"_L1, what}});
}

void count(const QString &what, qint64 amount)
{
    counts()[what] += amount;
}

void reportCounts()
{
    QJsonObject line;
    for (auto it = counts().cbegin(); it != counts().cend(); ++it)
        line.insert(it.key(), it.value());
    report("counts"_L1, {{"counts"_L1, line}});
}
