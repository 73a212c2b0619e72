// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "instanceaddress_p.h"

#include <QtCore/QCryptographicHash>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

// For people who look into the folder. The hash behind it tells ids apart.
QString label(const QString &id)
{
    constexpr qsizetype longest = 24;
    QString label;
    for (const QChar c : id.left(longest)) {
        const bool isPlain = c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'.' || c == u'-');
        label += isPlain ? c : QChar(u'_');
    }
    return label;
}

} // namespace

QString instanceName(const QString &id, const QString &scopeName)
{
    constexpr qsizetype hashLength = 16; // in hexadecimal digits: 64 bits
    // What stands on either side of the NUL has none.
    const QByteArray what = (id + QChar(u'\0') + scopeName).toUtf8();
    const QByteArray hash = QCryptographicHash::hash(what, QCryptographicHash::Sha256).toHex();
    return u"qipc-"_s + label(id) + u'-' + QString::fromLatin1(hash.left(hashLength));
}

} // namespace qipc
