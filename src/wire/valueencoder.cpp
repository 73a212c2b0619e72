// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "valueencoder_p.h"

#include "jsonwriter_p.h"
#include "messagepackwriter_p.h"
#include "place_p.h"

#include <QtCore/QAssociativeIterable>
#include <QtCore/QCborArray>
#include <QtCore/QCborMap>
#include <QtCore/QCborValue>
#include <QtCore/QFloat16>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QMetaProperty>
#include <QtCore/QRect>
#include <QtCore/QSequentialIterable>
#include <QtCore/QStringDecoder>
#include <QtCore/QStringList>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <type_traits>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

/*!
 * Why a value cannot be sent and where, put together from the inside out: what cannot be sent is
 * known first, and each level that it lies in adds its step of the place.
 */
class Refusal
{
public:
    void begin(const QString &what, const QString &reason, const QString &limit = QString())
    {
        m_what = what;
        m_reason = reason;
        m_limit = limit;
    }
    void addStep(const QString &step) { m_steps.append(step); }

    [[nodiscard]] IPCError error() const
    {
        QString text = "cannot encode "_L1 + m_what;
        if (!m_steps.isEmpty())
            text += " at "_L1 + placeOf(m_steps);
        if (!m_reason.isEmpty())
            text += ": "_L1 + m_reason;
        return IPCError(IPCError::Code::EncodingError, text).withLimit(m_limit);
    }

private:
    QString m_what;
    QString m_reason;
    QString m_limit;
    QStringList m_steps;
};

template <typename T>
const T &contentAs(const QVariant &value)
{
    return *static_cast<const T *>(value.constData());
}

//! Calls \a visit with the content of \a value where that is one of \a Types; else returns false.
template <typename... Types, typename Visitor>
bool visitContent(const QVariant &value, Visitor visit)
{
    const int type = value.typeId();
    return ((type == qMetaTypeId<Types>() && (visit(contentAs<Types>(value)), true)) || ...);
}

const QString &keyText(const QString &key)
{
    return key;
}

const QString &keyText(const QVariant &key)
{
    return contentAs<QString>(key);
}

//! Each write() returns false where it refused; then m_refusal says why, and nothing more is
//! written.
template <typename Writer>
class Encoder
{
public:
    Encoder(Writer &writer, ValueLimits limits)
        : m_writer(writer)
        , m_limits(limits)
    {
    }

    [[nodiscard]] bool write(const QVariant &value);
    [[nodiscard]] IPCError error() const { return m_refusal.error(); }

private:
    bool write(std::nullptr_t);
    template <typename Number, std::enable_if_t<std::is_arithmetic_v<Number>, bool> = true>
    bool write(Number number);
    bool write(const QString &text);
    bool write(const QByteArray &bytes);
    bool write(const QDateTime &time);
    bool write(const QUrl &url) { return write(url.toString(QUrl::FullyEncoded)); }
    bool write(const QUuid &uuid) { return write(uuid.toString(QUuid::WithoutBraces)); }

    bool write(const QVariantList &list) { return writeList<QVariant>(list); }
    bool write(const QStringList &list) { return writeList<QString>(list); }
    bool write(const QVariantMap &map) { return writeMap<QVariant>(map); }
    bool write(const QVariantHash &map) { return writeMap<QVariant>(map); }

    bool write(const QJsonValue &value);
    bool write(const QJsonArray &array) { return writeList<QJsonValue>(array); }
    bool write(const QJsonObject &object) { return writeMap<QJsonValue>(object); }
    bool write(const QJsonDocument &document);

    bool writeOfOtherType(const QVariant &value);
    bool writeRareType(const QVariant &value, bool *isKnown);
    template <typename Coordinate>
    bool writeFields(std::initializer_list<std::pair<QStringView, Coordinate>> fields);
    bool writeStdString(const QVariant &value);
    bool writeEnum(const QVariant &value);
    template <typename Integer>
    bool writeEnumOfSize(const QVariant &value);
    bool writeAssociation(const QVariant &value);
    bool writeGadget(const QVariant &value);

    template <typename Item, typename List>
    bool writeList(const List &list);
    template <typename Value, typename Map>
    bool writeMap(const Map &map);
    template <typename Value>
    bool writeEntry(const QString &key, const Value &value);

    bool enterLevel(qsizetype size);
    bool refuse(const QVariant &value, const QString &reason = QString());

    Writer &m_writer;
    Refusal m_refusal;
    const ValueLimits m_limits;
    int m_nesting = 0;
    qsizetype m_count = 0; // of the values in lists and maps
};

template <typename Writer>
bool Encoder<Writer>::write(const QVariant &value)
{
    const QVariant *inner = &value;
    while (inner->typeId() == QMetaType::QVariant)
        inner = &contentAs<QVariant>(*inner);
    if (!inner->isValid()) {
        m_writer.undefined();
        return true;
    }

    bool written = false;
    const auto writeContent = [&](const auto &content) { written = write(content); };
    // The most frequent first.
    const bool isKnown =
        visitContent<QString, QVariantMap, QVariantList, qlonglong, int, double, bool, QByteArray,
                     std::nullptr_t, QStringList, QDateTime, uint, qulonglong, long, ulong, short,
                     ushort, char, signed char, uchar, char16_t, char32_t, float, QVariantHash,
                     QUrl, QUuid, QJsonObject, QJsonArray, QJsonValue, QJsonDocument>(*inner,
                                                                                      writeContent);
    return isKnown ? written : writeOfOtherType(*inner);
}

template <typename Writer>
bool Encoder<Writer>::write(std::nullptr_t)
{
    m_writer.null();
    return true;
}

template <typename Writer>
template <typename Number, std::enable_if_t<std::is_arithmetic_v<Number>, bool>>
bool Encoder<Writer>::write(Number number)
{
    if constexpr (std::is_same_v<Number, bool>)
        m_writer.boolean(number);
    else if constexpr (std::is_floating_point_v<Number>)
        m_writer.real(number);
    else if constexpr (std::is_signed_v<Number>)
        m_writer.integer(number);
    else
        m_writer.unsignedInteger(number);
    return true;
}

template <typename Writer>
bool Encoder<Writer>::write(const QString &text)
{
    m_writer.string(text);
    return true;
}

template <typename Writer>
bool Encoder<Writer>::write(const QByteArray &bytes)
{
    m_writer.bytes(bytes);
    return true;
}

template <typename Writer>
bool Encoder<Writer>::write(const QDateTime &time)
{
    m_writer.dateTime(time);
    return true;
}

template <typename Writer>
bool Encoder<Writer>::write(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return write(nullptr);
    case QJsonValue::Bool:
        return write(value.toBool());
    case QJsonValue::String:
        return write(value.toString());
    case QJsonValue::Array:
        return write(value.toArray());
    case QJsonValue::Object:
        return write(value.toObject());
    case QJsonValue::Double: // or an integer, which only the variant tells
    case QJsonValue::Undefined:
        break;
    }
    return write(value.toVariant());
}

template <typename Writer>
bool Encoder<Writer>::write(const QJsonDocument &document)
{
    if (document.isArray())
        return write(document.array());
    if (document.isObject())
        return write(document.object());
    return write(QVariant());
}

// What is seldom sent, and asked for last: see the table in ipcvalue.h.
template <typename Writer>
bool Encoder<Writer>::writeRareType(const QVariant &value, bool *isKnown)
{
    namespace chrono = std::chrono;
    using Milliseconds = chrono::duration<double, std::milli>;

    bool written = false;
    const auto is = [&](auto sample, auto convert) {
        using Type = decltype(sample);
        if (value.metaType() != QMetaType::fromType<Type>())
            return false;
        written = convert(contentAs<Type>(value));
        return true;
    };
    const auto point = [&](const auto &p) {
        using Number = decltype(p.x());
        return writeFields<Number>({{u"x", p.x()}, {u"y", p.y()}});
    };
    const auto size = [&](const auto &s) {
        using Number = decltype(s.width());
        return writeFields<Number>({{u"width", s.width()}, {u"height", s.height()}});
    };
    const auto rectangle = [&](const auto &r) {
        using Number = decltype(r.x());
        return writeFields<Number>(
            {{u"x", r.x()}, {u"y", r.y()}, {u"width", r.width()}, {u"height", r.height()}});
    };
    const auto text = [&](const auto &time) {
        return time.isValid() ? write(time.toString(Qt::ISODateWithMs)) : write(nullptr);
    };
    const auto whole = [&](auto time) {
        return write(qint64(chrono::duration_cast<chrono::milliseconds>(time).count()));
    };
    const auto fine = [&](auto time) { return write(Milliseconds(time).count()); };
    *isKnown = is(QDate(), text) || is(QTime(), text) || is(QPoint(), point) || is(QPointF(), point)
        || is(QSize(), size) || is(QSizeF(), size) || is(QRect(), rectangle)
        || is(QRectF(), rectangle)
        || is(QCborValue(), [&](const QCborValue &v) { return write(v.toVariant()); })
        || is(QCborMap(), [&](const QCborMap &m) { return write(m.toVariantMap()); })
        || is(QCborArray(), [&](const QCborArray &a) { return write(a.toVariantList()); })
        || is(std::string(), [&](const std::string &) { return writeStdString(value); })
        || is(chrono::milliseconds(), whole) || is(chrono::seconds(), whole)
        || is(chrono::microseconds(), fine) || is(chrono::nanoseconds(), fine);
    if (!*isKnown && std::strcmp(value.metaType().name(), "QColor") == 0) { // of Qt Gui
        QString name;
        *isKnown = QMetaType::convert(value.metaType(), value.constData(),
                                      QMetaType::fromType<QString>(), &name);
        written = *isKnown && write(name);
    }
    return written;
}

template <typename Writer>
template <typename Coordinate>
bool Encoder<Writer>::writeFields(std::initializer_list<std::pair<QStringView, Coordinate>> fields)
{
    if (!enterLevel(qsizetype(fields.size())))
        return false;
    m_writer.beginMap(qsizetype(fields.size()));
    for (const auto &[key, number] : fields) {
        m_writer.key(key);
        write(number);
    }
    m_writer.endMap();
    --m_nesting;
    return true;
}

template <typename Writer>
bool Encoder<Writer>::writeStdString(const QVariant &value)
{
    const auto &bytes = contentAs<std::string>(value);
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless
                               | QStringDecoder::Flag::ConvertInitialBom);
    const QString text = decoder(QByteArrayView(bytes.data(), qsizetype(bytes.size())));
    return decoder.hasError() ? refuse(value, u"it is not UTF-8"_s) : write(text);
}

template <typename Writer>
bool Encoder<Writer>::writeOfOtherType(const QVariant &value)
{
    bool isKnown = false;
    const bool written = writeRareType(value, &isKnown);
    if (isKnown)
        return written;
    const QMetaType type = value.metaType();
    if (type.flags() & QMetaType::IsEnumeration)
        return writeEnum(value);
    if (QMetaType::canConvert(type, QMetaType::fromType<QAssociativeIterable>()))
        return writeAssociation(value);
    if (QMetaType::canConvert(type, QMetaType::fromType<QSequentialIterable>()))
        return writeList<QVariant>(value.value<QSequentialIterable>());
    if (type.flags() & QMetaType::IsGadget)
        return writeGadget(value);
    if (type == QMetaType::fromType<qfloat16>())
        return write(float(contentAs<qfloat16>(value)));
    return refuse(value);
}

template <typename Writer>
bool Encoder<Writer>::writeEnum(const QVariant &value)
{
    switch (value.metaType().sizeOf()) {
    case 1:
        return writeEnumOfSize<qint8>(value);
    case 2:
        return writeEnumOfSize<qint16>(value);
    case 4:
        return writeEnumOfSize<qint32>(value);
    case 8:
        return writeEnumOfSize<qint64>(value);
    }
    return refuse(value);
}

template <typename Writer>
template <typename Integer>
bool Encoder<Writer>::writeEnumOfSize(const QVariant &value)
{
    Integer number;
    std::memcpy(&number, value.constData(), sizeof number);
    if (value.metaType().flags() & QMetaType::IsUnsignedEnumeration)
        return write(std::make_unsigned_t<Integer>(number));
    return write(number);
}

template <typename Writer>
bool Encoder<Writer>::writeAssociation(const QVariant &value)
{
    const auto map = value.value<QAssociativeIterable>();
    if (map.metaContainer().keyMetaType() != QMetaType::fromType<QString>())
        return refuse(value, u"its keys are not strings"_s);
    return writeMap<QVariant>(map);
}

template <typename Writer>
bool Encoder<Writer>::writeGadget(const QVariant &value)
{
    const QMetaObject *type = value.metaType().metaObject();
    QList<QMetaProperty> properties;
    for (int i = 0; type && i < type->propertyCount(); ++i) {
        if (type->property(i).isReadable())
            properties.append(type->property(i));
    }
    if (properties.isEmpty())
        return refuse(value, u"it has no readable properties"_s);
    if (!enterLevel(properties.size()))
        return false;

    m_writer.beginMap(properties.size());
    for (const QMetaProperty &property : std::as_const(properties)) {
        const QVariant content = property.readOnGadget(value.constData());
        if (!writeEntry(QString::fromUtf8(property.name()), content))
            return false;
    }
    m_writer.endMap();
    --m_nesting;
    return true;
}

template <typename Writer>
template <typename Item, typename List>
bool Encoder<Writer>::writeList(const List &list)
{
    if (!enterLevel(list.size()))
        return false;
    m_writer.beginList(list.size());
    qsizetype index = 0;
    for (const auto &item : list) {
        if (!write(static_cast<const Item &>(item))) {
            m_refusal.addStep(indexStep(index));
            return false;
        }
        ++index;
    }
    m_writer.endList();
    --m_nesting;
    return true;
}

template <typename Writer>
template <typename Value, typename Map>
bool Encoder<Writer>::writeMap(const Map &map)
{
    if (!enterLevel(map.size()))
        return false;
    m_writer.beginMap(map.size());
    const auto end = map.constEnd();
    for (auto entry = map.constBegin(); entry != end; ++entry) {
        const Value &value = entry.value();
        if (!writeEntry(keyText(entry.key()), value))
            return false;
    }
    m_writer.endMap();
    --m_nesting;
    return true;
}

template <typename Writer>
template <typename Value>
bool Encoder<Writer>::writeEntry(const QString &key, const Value &value)
{
    m_writer.key(key);
    if (write(value))
        return true;
    m_refusal.addStep(keyStep(key));
    return false;
}

template <typename Writer>
bool Encoder<Writer>::enterLevel(qsizetype size)
{
    if (m_nesting == m_limits.nesting) {
        m_refusal.begin(
            u"more than the %1 levels that are allowed (limits.nesting)"_s.arg(m_limits.nesting),
            QString(), u"nesting"_s);
        return false;
    }
    m_count += size;
    if (m_count > m_limits.values) {
        m_refusal.begin(
            u"more than the %1 values that are allowed (limits.values)"_s.arg(m_limits.values),
            QString(), u"values"_s);
        return false;
    }
    ++m_nesting;
    return true;
}

template <typename Writer>
bool Encoder<Writer>::refuse(const QVariant &value, const QString &reason)
{
    m_refusal.begin("a "_L1 + QLatin1StringView(value.metaType().name()), reason);
    return false;
}

} // namespace

template <typename Writer>
IPCError encodeValue(const QVariant &value, Writer &writer, ValueLimits limits)
{
    Encoder<Writer> encoder(writer, limits);
    return encoder.write(value) ? IPCError() : encoder.error();
}

template IPCError encodeValue(const QVariant &value, JsonWriter &writer, ValueLimits limits);
template IPCError encodeValue(const QVariant &value, MessagePackWriter &writer, ValueLimits limits);

} // namespace qipc
