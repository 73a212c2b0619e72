// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipcvalueto.h>

#include "place_p.h"

#include <QtCore/QAssociativeIterable>
#include <QtCore/QCborArray>
#include <QtCore/QCborMap>
#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMetaEnum>
#include <QtCore/QMetaProperty>
#include <QtCore/QRect>
#include <QtCore/QSequentialIterable>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

#include <cstring>
#include <string>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

bool isNull(const QVariant &value)
{
    return value.metaType() == QMetaType::fromType<std::nullptr_t>();
}

QString kindOf(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return u"nothing"_s;
    case QMetaType::Nullptr:
        return u"null"_s;
    case QMetaType::Bool:
        return u"a bool"_s;
    case QMetaType::QString:
        return u"a string"_s;
    case QMetaType::QByteArray:
        return u"bytes"_s;
    case QMetaType::QDateTime:
        return u"a date and time"_s;
    case QMetaType::QVariantList:
        return u"a list"_s;
    case QMetaType::QVariantMap:
        return u"a map"_s;
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::Int:
    case QMetaType::UInt:
        return u"an integer"_s;
    case QMetaType::Double:
        return u"a number"_s;
    default:
        return u"a "_s + QString::fromLatin1(value.typeName());
    }
}

//! An integer of 64 bits with or without a sign.
struct Integer
{
    bool isNegative;
    quint64 bits; // of a qint64 where it is negative

    template <typename T>
    [[nodiscard]] bool fits() const
    {
        if (isNegative)
            return std::is_signed_v<T> && qint64(bits) >= qint64(std::numeric_limits<T>::min());
        return bits <= quint64(std::numeric_limits<T>::max());
    }
};

//! What came as an integer, or as a double that is one.
std::optional<Integer> integerIn(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::Int:
    case QMetaType::LongLong: {
        const qint64 number = value.toLongLong();
        return Integer{number < 0, quint64(number)};
    }
    case QMetaType::UInt:
    case QMetaType::ULongLong:
        return Integer{false, value.toULongLong()};
    case QMetaType::Double: {
        const double number = value.toDouble();
        if (number != std::floor(number) || number < -0x1p63 || number >= 0x1p64)
            return {};
        if (number < 0)
            return Integer{true, quint64(qint64(number))};
        return Integer{false, quint64(number)};
    }
    default:
        return {};
    }
}

bool isNumber(const QVariant &value)
{
    return value.metaType() == QMetaType::fromType<double>() || integerIn(value);
}

template <typename T>
bool readInteger(ValueReading &reading, const QVariant &value, void *to)
{
    if (!isNumber(value))
        return reading.expected(u"an integer"_s, value);
    const auto integer = integerIn(value);
    if (!integer)
        return reading.fail(u"expected an integer, got %1"_s.arg(value.toDouble()));
    if (!integer->fits<T>())
        return reading.fail(u"%1 is out of the range of %2"_s.arg(
            value.toString(), QString::fromLatin1(QMetaType::fromType<T>().name())));
    *static_cast<T *>(to) = T(integer->bits);
    return true;
}

//! Reads the \a keys of a map.
template <typename T>
bool readFields(ValueReading &reading, const QVariant &value,
                std::initializer_list<std::pair<QString, T *>> keys)
{
    if (value.metaType() != QMetaType::fromType<QVariantMap>())
        return reading.expected(u"a map"_s, value);
    const QVariantMap map = value.toMap();
    for (const auto &[key, to] : keys) {
        const bool done = reading.read(map.value(key), QMetaType::fromType<T>(), to);
        if (!reading.atKey(key, done))
            return false;
    }
    return true;
}

template <typename T, typename Number>
bool readPoint(ValueReading &reading, const QVariant &value, void *to)
{
    Number x = 0;
    Number y = 0;
    if (!readFields<Number>(reading, value, {{u"x"_s, &x}, {u"y"_s, &y}}))
        return false;
    *static_cast<T *>(to) = T(x, y);
    return true;
}

template <typename T, typename Number>
bool readSize(ValueReading &reading, const QVariant &value, void *to)
{
    Number width = 0;
    Number height = 0;
    if (!readFields<Number>(reading, value, {{u"width"_s, &width}, {u"height"_s, &height}}))
        return false;
    *static_cast<T *>(to) = T(width, height);
    return true;
}

template <typename T, typename Number>
bool readRectangle(ValueReading &reading, const QVariant &value, void *to)
{
    Number x = 0;
    Number y = 0;
    Number width = 0;
    Number height = 0;
    if (!readFields<Number>(
            reading, value,
            {{u"x"_s, &x}, {u"y"_s, &y}, {u"width"_s, &width}, {u"height"_s, &height}}))
        return false;
    *static_cast<T *>(to) = T(x, y, width, height);
    return true;
}

//! Reads what \a parse makes of text; that is to be valid.
template <typename T, typename Parse>
bool readText(ValueReading &reading, const QVariant &value, void *to, const QString &what,
              Parse parse)
{
    if (value.metaType() != QMetaType::fromType<QString>())
        return reading.expected(what, value);
    const std::optional<T> parsed = parse(value.toString());
    if (!parsed)
        return reading.fail(u"expected %1, got \"%2\""_s.arg(what, value.toString().left(40)));
    *static_cast<T *>(to) = *parsed;
    return true;
}

template <typename T>
bool readTime(ValueReading &reading, const QVariant &value, void *to, const QString &what)
{
    if (isNull(value)) {
        *static_cast<T *>(to) = T();
        return true;
    }
    if (value.metaType() == QMetaType::fromType<T>()) {
        *static_cast<T *>(to) = value.value<T>();
        return true;
    }
    return readText<T>(reading, value, to, what, [](const QString &text) -> std::optional<T> {
        const T time = T::fromString(text, Qt::ISODate);
        return time.isValid() ? std::optional<T>(time) : std::nullopt;
    });
}

bool readEnum(ValueReading &reading, const QVariant &value, QMetaType type, void *to)
{
    const bool isUnsigned = type.flags() & QMetaType::IsUnsignedEnumeration;
    const auto readAs = [&](auto sign, auto noSign) {
        return isUnsigned ? readInteger<decltype(noSign)>(reading, value, to)
                          : readInteger<decltype(sign)>(reading, value, to);
    };
    const QMetaObject *owner = type.metaObject();
    const QByteArray name(type.name());
    const int index =
        owner ? owner->indexOfEnumerator(name.mid(name.lastIndexOf(':') + 1).constData()) : -1;
    if (index >= 0 && !owner->enumerator(index).isFlag()) {
        const auto integer = integerIn(value);
        const bool isKey = integer && (integer->fits<int>() || integer->fits<uint>())
            && owner->enumerator(index).valueToKey(int(integer->bits));
        if (integer && !isKey)
            return reading.fail(
                u"%1 is no value of %2"_s.arg(value.toString(), QString::fromLatin1(name)));
    }
    switch (type.sizeOf()) {
    case 1:
        return readAs(qint8(), quint8());
    case 2:
        return readAs(qint16(), quint16());
    case 4:
        return readAs(qint32(), quint32());
    case 8:
        return readAs(qint64(), quint64());
    }
    return reading.fail(u"no value becomes a %1"_s.arg(QString::fromLatin1(name)));
}

bool readGadget(ValueReading &reading, const QVariant &value, QMetaType type, void *to)
{
    if (value.metaType() != QMetaType::fromType<QVariantMap>())
        return reading.expected(u"a map"_s, value);
    const QVariantMap map = value.toMap();
    const QMetaObject *gadget = type.metaObject();
    for (int i = 0; i < gadget->propertyCount(); ++i) {
        const QMetaProperty property = gadget->property(i);
        const QString key = QString::fromUtf8(property.name());
        const auto entry = map.constFind(key);
        if (!property.isWritable() || entry == map.cend() || !entry->isValid())
            continue;
        QVariant content = *entry;
        if (property.metaType() != QMetaType::fromType<QVariant>()) {
            content = property.readOnGadget(to); // what its constructor made
            if (content.metaType() != property.metaType())
                content = QVariant(property.metaType());
            if (!reading.atKey(key, reading.read(*entry, property.metaType(), content.data())))
                return false;
        }
        if (!property.writeOnGadget(to, content))
            return reading.atKey(key, reading.fail(u"the property cannot be written"_s));
    }
    return true;
}

bool readList(ValueReading &reading, const QVariant &value, QMetaSequence type, void *to)
{
    if (value.metaType() != QMetaType::fromType<QVariantList>())
        return reading.expected(u"a list"_s, value);
    if (!type.canClear() || !type.canAddValue())
        return reading.fail(u"its list cannot be filled"_s);
    const QVariantList list = value.toList();
    type.clear(to);
    for (qsizetype i = 0; i < list.size(); ++i) {
        QVariant item(type.valueMetaType());
        if (!reading.atIndex(i, reading.read(list.at(i), type.valueMetaType(), item.data())))
            return false;
        type.addValue(to, item.constData());
    }
    return true;
}

bool readMap(ValueReading &reading, const QVariant &value, QMetaAssociation type, void *to)
{
    if (value.metaType() != QMetaType::fromType<QVariantMap>())
        return reading.expected(u"a map"_s, value);
    if (type.keyMetaType() != QMetaType::fromType<QString>() || !type.canClear()
        || !type.canSetMappedAtKey())
        return reading.fail(u"its map cannot be filled"_s);
    const QVariantMap map = value.toMap();
    type.clear(to);
    for (auto it = map.cbegin(); it != map.cend(); ++it) {
        QVariant item(type.mappedMetaType());
        const bool done = reading.read(it.value(), type.mappedMetaType(), item.data());
        if (!reading.atKey(it.key(), done))
            return false;
        type.setMappedAtKey(to, &it.key(), item.constData());
    }
    return true;
}

template <typename T>
bool readDuration(ValueReading &reading, const QVariant &value, void *to)
{
    return ValueReader<T>::read(reading, value, static_cast<T *>(to));
}

} // namespace

bool ValueReading::read(const QVariant &value, double *to)
{
    if (!isNumber(value))
        return expected(u"a number"_s, value);
    if (const auto integer = integerIn(value)) {
        const double number = value.toDouble();
        const auto back = integerIn(number);
        if (!back || back->isNegative != integer->isNegative || back->bits != integer->bits)
            return fail(u"%1 is not exact as a double"_s.arg(value.toString()));
    }
    *to = value.toDouble();
    return true;
}

bool ValueReading::read(const QVariant &value, QMetaType type, void *to)
{
    namespace chrono = std::chrono;

    // What came as it is.
    if (type == QMetaType::fromType<QVariant>()) {
        *static_cast<QVariant *>(to) = value;
        return true;
    }
    const int id = type.id(); // registers what lists and maps are made of
    if (value.metaType() == type) {
        type.destruct(to);
        type.construct(to, value.constData());
        return true;
    }
    switch (id) {
    case QMetaType::Bool:
        return expected(u"a bool"_s, value);
    case QMetaType::QString:
        return expected(u"a string"_s, value);
    case QMetaType::QByteArray:
        return expected(u"bytes"_s, value);
    case QMetaType::Double:
        return read(value, static_cast<double *>(to));
    case QMetaType::Float: {
        double number = 0;
        if (!read(value, &number))
            return false;
        *static_cast<float *>(to) = float(number);
        return true;
    }
    case QMetaType::Int:
        return readInteger<int>(*this, value, to);
    case QMetaType::UInt:
        return readInteger<uint>(*this, value, to);
    case QMetaType::LongLong:
        return readInteger<qlonglong>(*this, value, to);
    case QMetaType::ULongLong:
        return readInteger<qulonglong>(*this, value, to);
    case QMetaType::Long:
        return readInteger<long>(*this, value, to);
    case QMetaType::ULong:
        return readInteger<ulong>(*this, value, to);
    case QMetaType::Short:
        return readInteger<short>(*this, value, to);
    case QMetaType::UShort:
        return readInteger<ushort>(*this, value, to);
    case QMetaType::SChar:
        return readInteger<signed char>(*this, value, to);
    case QMetaType::UChar:
        return readInteger<uchar>(*this, value, to);
    case QMetaType::Char:
        return readInteger<char>(*this, value, to);
    case QMetaType::QDate:
        return readTime<QDate>(*this, value, to, u"a date in ISO 8601"_s);
    case QMetaType::QTime:
        return readTime<QTime>(*this, value, to, u"a time in ISO 8601"_s);
    case QMetaType::QDateTime:
        return readTime<QDateTime>(*this, value, to, u"a date and time in ISO 8601"_s);
    case QMetaType::QPoint:
        return readPoint<QPoint, int>(*this, value, to);
    case QMetaType::QPointF:
        return readPoint<QPointF, qreal>(*this, value, to);
    case QMetaType::QSize:
        return readSize<QSize, int>(*this, value, to);
    case QMetaType::QSizeF:
        return readSize<QSizeF, qreal>(*this, value, to);
    case QMetaType::QRect:
        return readRectangle<QRect, int>(*this, value, to);
    case QMetaType::QRectF:
        return readRectangle<QRectF, qreal>(*this, value, to);
    case QMetaType::QUrl:
        return readText<QUrl>(*this, value, to, u"a URL"_s,
                              [](const QString &text) -> std::optional<QUrl> {
                                  const QUrl url(text, QUrl::StrictMode);
                                  if (!text.isEmpty() && !url.isValid())
                                      return {};
                                  return url;
                              });
    case QMetaType::QUuid:
        return readText<QUuid>(
            *this, value, to, u"a UUID"_s, [](const QString &text) -> std::optional<QUuid> {
                const QUuid uuid(text);
                const bool isZero = text == QUuid().toString(QUuid::WithoutBraces);
                if (uuid.isNull() && !isZero)
                    return {};
                return uuid;
            });
    case QMetaType::QJsonValue:
        *static_cast<QJsonValue *>(to) = QJsonValue::fromVariant(value);
        return true;
    case QMetaType::QCborValue:
        *static_cast<QCborValue *>(to) = QCborValue::fromVariant(value);
        return true;
    }
    if (type == QMetaType::fromType<std::string>()) {
        if (value.metaType() != QMetaType::fromType<QString>())
            return expected(u"a string"_s, value);
        *static_cast<std::string *>(to) = value.toString().toStdString();
        return true;
    }
    if (type == QMetaType::fromType<chrono::milliseconds>())
        return readDuration<chrono::milliseconds>(*this, value, to);
    if (type == QMetaType::fromType<chrono::seconds>())
        return readDuration<chrono::seconds>(*this, value, to);
    if (type == QMetaType::fromType<chrono::microseconds>())
        return readDuration<chrono::microseconds>(*this, value, to);
    if (type == QMetaType::fromType<chrono::nanoseconds>())
        return readDuration<chrono::nanoseconds>(*this, value, to);
    if (std::strcmp(type.name(), "QColor") == 0) { // of Qt Gui
        if (value.metaType() != QMetaType::fromType<QString>())
            return expected(u"a colour"_s, value);
        if (QMetaType::convert(value.metaType(), value.constData(), type, to))
            return true;
        return fail(u"expected a colour, got \"%1\""_s.arg(value.toString().left(40)));
    }
    if (type.flags() & QMetaType::IsEnumeration)
        return readEnum(*this, value, type, to);
    QAssociativeIterable map;
    if (QMetaType::view(type, to, QMetaType::fromType<QAssociativeIterable>(), &map))
        return readMap(*this, value, map.metaContainer(), to);
    QSequentialIterable list;
    if (QMetaType::view(type, to, QMetaType::fromType<QSequentialIterable>(), &list))
        return readList(*this, value, list.metaContainer(), to);
    if (type.flags() & QMetaType::IsGadget)
        return readGadget(*this, value, type, to);
    return fail(u"no value becomes a %1"_s.arg(QString::fromLatin1(type.name())));
}

bool ValueReading::expected(const QString &what, const QVariant &value)
{
    return fail(u"expected %1, got %2"_s.arg(what, kindOf(value)));
}

bool ValueReading::fail(const QString &what)
{
    m_what = what;
    return false;
}

bool ValueReading::atKey(const QString &key, bool done)
{
    if (!done)
        m_steps.append(keyStep(key));
    return done;
}

bool ValueReading::atIndex(qsizetype index, bool done)
{
    if (!done)
        m_steps.append(indexStep(index));
    return done;
}

IPCError ValueReading::error() const
{
    const QString place = m_steps.isEmpty() ? u"the value"_s : placeOf(m_steps);
    return {IPCError::Code::DecodingError, u"cannot read %1: %2"_s.arg(place, m_what)};
}

} // namespace qipc
