// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "recording.h"

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <limits>

using namespace Qt::StringLiterals;

namespace {

//! msgpackr sends what lies outside 32 bits as a double.
QVariant recordedInteger(qint64 value, bool messagePack)
{
    const bool wide =
        value < std::numeric_limits<qint32>::min() || value > std::numeric_limits<quint32>::max();
    if (messagePack && wide)
        return double(value);
    return value;
}

//! The value that \a json stands for: it has forms of its own for what JSON cannot say.
QVariant recordedValue(const QJsonValue &json, bool messagePack)
{
    switch (json.type()) {
    case QJsonValue::Double: {
        const QVariant number = json.toVariant(); // tells integers from doubles
        return number.typeId() == QMetaType::LongLong
            ? recordedInteger(number.toLongLong(), messagePack)
            : number;
    }
    case QJsonValue::Array: {
        QVariantList list;
        const QJsonArray items = json.toArray();
        for (const auto &item : items)
            list.append(recordedValue(item, messagePack));
        return list;
    }
    case QJsonValue::Object: {
        const QJsonObject object = json.toObject();
        if (object.contains(u"undefined"))
            return {};
        if (object.contains(u"bytes"))
            return QByteArray::fromHex(object.value(u"bytes").toString().toLatin1());
        if (object.contains(u"date"))
            return QDateTime::fromString(object.value(u"date").toString(), Qt::ISODateWithMs);
        QVariantMap map;
        for (auto it = object.begin(); it != object.end(); ++it)
            map.insert(it.key(), recordedValue(it.value(), messagePack));
        return map;
    }
    case QJsonValue::Null:
    case QJsonValue::Bool:
    case QJsonValue::String:
    case QJsonValue::Undefined:
        break;
    }
    return json.toVariant();
}

} // namespace

Recording Recording::load(const QString &name)
{
    QFile file(QStringLiteral(QIPC_TEST_DATA) + u'/' + name + u".json");
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();

    Recording recording;
    const QJsonObject options = root.value(u"options").toObject();
    recording.messagePack = options.value(u"messagepack").toBool();
    recording.compression = options.value(u"compress").toBool();
    const QJsonArray steps = root.value(u"steps").toArray();
    for (const auto &step : steps) {
        recording.steps.append({step[u"what"].toString(), step[u"at"].toInt(),
                                recordedValue(step[u"value"], recording.messagePack)});
    }
    const QJsonArray chunks = root.value(u"chunks").toArray();
    for (const auto &chunk : chunks) {
        recording.chunks.append({chunk[u"conn"].toInt(1), chunk[u"from"] == "client"_L1,
                                 QByteArray::fromHex(chunk[u"hex"].toString().toLatin1())});
    }
    return recording;
}
