// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "json.h"

#include "statistics.h"

#include <QtCore/QJsonArray>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

QJsonObject cell(const Results &results, const Contender &contender, int which, const QString &key)
{
    const QString error = results.error(contender, which);
    if (!error.isEmpty())
        return {{u"error"_s, error}};
    const auto samples = results.samples(contender, which, key);
    if (samples.empty())
        return {};
    QJsonArray rounds;
    for (const double sample : samples)
        rounds.append(sample);
    return {{u"median"_s, median(samples)}, {u"rounds"_s, rounds}};
}

} // namespace

QJsonObject toJson(const Results &results)
{
    QJsonObject figures;
    const QStringList cases = results.work().cases();
    for (const Work::Figure &figure : results.work().figures()) {
        QJsonObject columns;
        for (int which = 0; which < cases.size(); ++which) {
            QJsonObject column;
            for (const Contender &contender : results.contenders()) {
                const QJsonObject figures = cell(results, contender, which, figure.key);
                if (!figures.isEmpty())
                    column.insert(contender.id(), figures);
            }
            columns.insert(cases[which], column);
        }
        figures.insert(figure.key, columns);
    }
    return figures;
}

} // namespace compare
