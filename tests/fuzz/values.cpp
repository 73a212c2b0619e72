// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "values.h"

#include "fuzz.h"
#include "jsonreader_p.h"
#include "jsonwriter_p.h"
#include "messagepackreader_p.h"
#include "messagepackwriter_p.h"
#include "valueencoder_p.h"

#include <QtCore/QDateTime>

#include <cmath>
#include <cstring>

using namespace Qt::StringLiterals;
using namespace qipc;

namespace {

bool sameReals(double a, double b)
{
    return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

bool sameDates(const QDateTime &a, const QDateTime &b)
{
    if (!a.isValid() || !b.isValid())
        return a.isValid() == b.isValid();
    return a.toMSecsSinceEpoch() == b.toMSecsSinceEpoch() && a.timeSpec() == b.timeSpec();
}

const QVariantList &listIn(const QVariant &value)
{
    return *static_cast<const QVariantList *>(value.constData());
}

const QVariantMap &mapIn(const QVariant &value)
{
    return *static_cast<const QVariantMap *>(value.constData());
}

bool sameMaps(const QVariantMap &a, const QVariantMap &b)
{
    return a.size() == b.size()
        && std::equal(a.keyValueBegin(), a.keyValueEnd(), b.keyValueBegin(),
                      [](const auto &x, const auto &y) {
                          return x.first == y.first && sameValue(x.second, y.second);
                      });
}

bool isOctet(const QVariant &value)
{
    const qlonglong number = value.toLongLong();
    return value.typeId() == QMetaType::LongLong && number >= 0 && number <= 255;
}

bool looksLikeBytes(const QVariantMap &map)
{
    const QVariant data = map.value(u"data"_s);
    return map.size() == 2 && sameValue(map.value(u"type"_s), u"Buffer"_s)
        && data.typeId() == QMetaType::QVariantList
        && std::all_of(listIn(data).begin(), listIn(data).end(), isOctet);
}

} // namespace

bool sameValue(const QVariant &a, const QVariant &b)
{
    if (a.typeId() != b.typeId())
        return false;
    switch (a.typeId()) {
    case QMetaType::UnknownType:
    case QMetaType::Nullptr:
        return true;
    case QMetaType::Double:
        return sameReals(a.toDouble(), b.toDouble());
    case QMetaType::QDateTime:
        return sameDates(a.toDateTime(), b.toDateTime());
    case QMetaType::QVariantList:
        return std::equal(listIn(a).begin(), listIn(a).end(), listIn(b).begin(), listIn(b).end(),
                          sameValue);
    case QMetaType::QVariantMap:
        return sameMaps(mapIn(a), mapIn(b));
    default:
        return a == b;
    }
}

int depthOf(const QVariant &value)
{
    int deepest = 0;
    if (value.typeId() == QMetaType::QVariantList) {
        for (const QVariant &item : listIn(value))
            deepest = std::max(deepest, depthOf(item));
    } else if (value.typeId() == QMetaType::QVariantMap) {
        for (const QVariant &item : mapIn(value))
            deepest = std::max(deepest, depthOf(item));
    } else {
        return 0;
    }
    return deepest + 1;
}

bool survivesJson(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Double:
        return std::isfinite(value.toDouble());
    case QMetaType::QVariantList:
        return std::all_of(listIn(value).begin(), listIn(value).end(), survivesJson);
    case QMetaType::QVariantMap:
        return !looksLikeBytes(mapIn(value))
            && std::all_of(mapIn(value).begin(), mapIn(value).end(), survivesJson);
    default:
        return true;
    }
}

QByteArray toJson(const QVariant &value, int maxNesting)
{
    QByteArray text;
    JsonWriter writer(text);
    require(!encodeValue(value, writer, maxNesting), "what was read can be written as JSON");
    return text;
}

QByteArray toMessagePack(const QVariant &value, Dialect dialect, int maxNesting)
{
    QByteArray data;
    MessagePackWriter writer(data, dialect);
    require(!encodeValue(value, writer, maxNesting), "what was read can be written as MessagePack");
    return data;
}

QVariant fromJson(const QByteArray &text, int maxNesting)
{
    ValueBuilder builder(maxNesting);
    require(!readJson(text, builder), "JSON that was written can be read");
    require(builder.isComplete(), "JSON that was written is one value");
    return builder.take();
}

QVariant fromMessagePack(const QByteArray &data, int maxNesting)
{
    ValueBuilder builder(maxNesting);
    require(!readMessagePack(data, builder), "MessagePack that was written can be read");
    require(builder.isComplete(), "MessagePack that was written is one value");
    return builder.take();
}
