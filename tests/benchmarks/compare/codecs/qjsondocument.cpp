// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "codec.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace compare {

namespace {

//! Bytes become a string in base 64, which is not what Node writes.
QByteArray encode(const QVariantMap &value)
{
    return QJsonDocument(QJsonObject::fromVariantMap(value)).toJson(QJsonDocument::Compact);
}

QVariant decode(const QByteArray &bytes)
{
    return QJsonDocument::fromJson(bytes).toVariant();
}

} // namespace

Codec qjsondocument()
{
    return {"QJsonDocument", "JSON", encode, decode};
}

} // namespace compare
