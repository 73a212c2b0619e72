// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "instanceaddress_p.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>

namespace qipc {

namespace {

constexpr qsizetype hashBytes = 9; // 72 bits, which are 12 characters of base64

// For people who look into the folder. The hash behind it tells ids apart.
QString label(const QString &id, qsizetype room)
{
    constexpr qsizetype longest = 24;
    QString label;
    for (const QChar c : id.left(std::clamp<qsizetype>(room, 0, longest))) {
        const bool isPlain = c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'.' || c == u'-');
        label += isPlain ? c : QChar(u'_');
    }
    return label;
}

} // namespace

QString instanceName(const QString &id, const QString &scopeName, qsizetype room)
{
    // What stands on either side of the NUL has none.
    const QByteArray what = (id + QChar(u'\0') + scopeName).toUtf8();
    const QByteArray hash = QCryptographicHash::hash(what, QCryptographicHash::Sha256)
                                .left(hashBytes)
                                .toBase64(QByteArray::Base64UrlEncoding);
    QString readable = label(id, room - hash.size() - 1);
    if (!readable.isEmpty())
        readable += u'-';
    return readable + QString::fromLatin1(hash);
}

} // namespace qipc
