// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_JSONORACLES_H
#define QIPC_JSONORACLES_H

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtCore/QVariant>

#include <simdjson.h>

#include <algorithm>
#include <cstring>

// Two other readers of JSON, and how their values compare with ours.

inline bool isNumber(const QVariant &value)
{
    const int type = value.typeId();
    return type == QMetaType::LongLong || type == QMetaType::ULongLong || type == QMetaType::Double;
}

inline bool sameBits(double a, double b)
{
    return std::memcmp(&a, &b, sizeof a) == 0;
}

inline bool sameNumbersExactly(const QVariant &a, const QVariant &b)
{
    if (a.typeId() != b.typeId())
        return false;
    return a.typeId() == QMetaType::Double ? sameBits(a.toDouble(), b.toDouble()) : a == b;
}

// It reads -0 as an integer, so as 0.
inline bool sameNumbersToSimdjson(const QVariant &ours, const QVariant &theirs)
{
    return sameNumbersExactly(ours, theirs)
        || (sameBits(ours.toDouble(), -0.0) && theirs == QVariant(qlonglong(0)));
}

// It takes 1.0 for an integer, -0.0 for 0, and the largest integers for doubles.
inline bool sameNumbersToQt(const QVariant &ours, const QVariant &theirs)
{
    return ours.toDouble() == theirs.toDouble();
}

// Like the operator of QVariant, but for types, and for numbers, which \a sameNumbers compares.
template <typename SameNumbers>
bool same(const QVariant &a, const QVariant &b, SameNumbers sameNumbers)
{
    if (isNumber(a) && isNumber(b))
        return sameNumbers(a, b);
    if (a.typeId() != b.typeId())
        return false;
    if (a.typeId() == QMetaType::QVariantList) {
        const QVariantList listA = a.toList();
        const QVariantList listB = b.toList();
        return std::equal(
            listA.begin(), listA.end(), listB.begin(), listB.end(),
            [&](const QVariant &x, const QVariant &y) { return same(x, y, sameNumbers); });
    }
    if (a.typeId() == QMetaType::QVariantMap) {
        const QVariantMap mapA = a.toMap();
        const QVariantMap mapB = b.toMap();
        return mapA.keys() == mapB.keys()
            && same(QVariant(mapA.values()), QVariant(mapB.values()), sameNumbers);
    }
    return a == b;
}

inline bool same(const QVariant &a, const QVariant &b)
{
    return same(a, b, sameNumbersExactly);
}

inline QVariant fromSimdjson(simdjson::dom::element element)
{
    using Type = simdjson::dom::element_type;
    const auto string = [](std::string_view text) {
        // Not in one go: QString::fromUtf8() drops a leading U+FEFF.
        return QString::fromUtf8("x" + QByteArray(text.data(), qsizetype(text.size()))).sliced(1);
    };
    switch (element.type()) {
    case Type::NULL_VALUE:
        return QVariant::fromValue(nullptr);
    case Type::BOOL:
        return bool(element.get_bool().value_unsafe());
    case Type::INT64:
        return qlonglong(element.get_int64().value_unsafe());
    case Type::UINT64:
        return qulonglong(element.get_uint64().value_unsafe());
    case Type::DOUBLE:
        return element.get_double().value_unsafe();
    case Type::STRING:
        return string(element.get_string().value_unsafe());
    case Type::ARRAY: {
        QVariantList list;
        const simdjson::dom::array array = element.get_array().value_unsafe();
        for (const simdjson::dom::element entry : array)
            list.append(fromSimdjson(entry));
        return list;
    }
    case Type::OBJECT: {
        QVariantMap map;
        const simdjson::dom::object object = element.get_object().value_unsafe();
        for (const auto &[key, entry] : object)
            map.insert(string(key), fromSimdjson(entry));
        return map;
    }
    }
    Q_UNREACHABLE();
}

// \a value with each QByteArray as the map that stands for it: the oracles do not know of a Buffer,
// and do not always tell which numbers were written as integers.
inline QVariant withoutBytes(const QVariant &value)
{
    using namespace Qt::StringLiterals;
    switch (value.typeId()) {
    case QMetaType::QByteArray: {
        QVariantList data;
        const QByteArray bytes = value.toByteArray();
        for (const char byte : bytes)
            data.append(qlonglong(uchar(byte)));
        return QVariantMap{{u"type"_s, u"Buffer"_s}, {u"data"_s, data}};
    }
    case QMetaType::QVariantList: {
        QVariantList list = value.toList();
        std::transform(list.begin(), list.end(), list.begin(), withoutBytes);
        return list;
    }
    case QMetaType::QVariantMap: {
        QVariantMap map = value.toMap();
        std::transform(map.begin(), map.end(), map.begin(), withoutBytes);
        return map;
    }
    default:
        return value;
    }
}

// What QJsonDocument reads; invalid where it declines. It takes only lists and maps by themselves.
inline QVariant readByQt(const QByteArray &text)
{
    const QJsonDocument document = QJsonDocument::fromJson('[' + text + ']');
    if (document.array().size() != 1)
        return {};
    return document.array().first().toVariant();
}

// simdjson declines lone surrogates, integers of more than 64 bits and doubles that are too large.
// This looks at the text, for what stands under a key that comes again is not in the value.
inline bool simdjsonMayDecline(const QByteArray &text)
{
    static const QRegularExpression pattern(QStringLiteral(R"(\\u[dD]|\d{19}|[eE]\+?\d{3})"));
    return pattern.match(QString::fromUtf8(text)).hasMatch();
}

// QJsonDocument declines doubles that are too large or too small.
inline bool qtMayDecline(const QByteArray &text)
{
    static const QRegularExpression pattern(QStringLiteral(R"([eE][-+]?\d{3})"));
    return pattern.match(QString::fromUtf8(text)).hasMatch();
}

#endif
