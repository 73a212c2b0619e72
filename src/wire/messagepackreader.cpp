// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "messagepackreader_p.h"

#include <QtCore/QTimeZone>
#include <QtCore/QtEndian>

#include <cmath>
#include <exception>
#include <limits>

#include <msgpack/null_visitor.hpp>
#include <msgpack/unpack.hpp>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

// See wire.md, "MessagePack".
constexpr qint8 timestampType = -1;

// Later versions of Qt deprecate the name that UTC has in 6.4, which does not know theirs.
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
constexpr auto utc = QTimeZone::UTC;
#else
constexpr auto utc = Qt::UTC;
#endif

//! The text in \a bytes, all of it: QString::fromUtf8() drops a leading byte order mark.
QString textOf(QByteArrayView bytes)
{
    QString text = QString::fromUtf8(bytes);
    if (bytes.startsWith("\xEF\xBB\xBF"))
        text.prepend(QChar(QChar::ByteOrderMark));
    return text;
}

//! msgpack-cxx gives an empty string or bytes as a null pointer; an empty one of ours is not null.
QByteArrayView viewOf(const char *data, quint32 size)
{
    return size == 0 ? QByteArrayView("") : QByteArrayView(data, qsizetype(size));
}

//! \a number as JavaScript writes it.
QString keyFor(double number)
{
    if (std::isnan(number))
        return u"NaN"_s;
    if (std::isinf(number))
        return number < 0 ? u"-Infinity"_s : u"Infinity"_s;
    if (number == 0) // of either sign
        return u"0"_s;
    const double magnitude = std::abs(number);
    if (magnitude >= 1e-6 && magnitude < 1e21)
        return QString::number(number, 'f', QLocale::FloatingPointShortest);
    return QString::number(number, 'e', QLocale::FloatingPointShortest).replace("e-0"_L1, "e-"_L1);
}

QDateTime dateTimeOf(qint64 seconds, quint32 nanoseconds)
{
    constexpr qint64 furthest = std::numeric_limits<qint64>::max() / 1000 - 5;
    if (seconds < -furthest || seconds > furthest)
        return {};
    return QDateTime::fromMSecsSinceEpoch(seconds * 1000 + nanoseconds / 1'000'000, utc);
}

//! The date and time in the three forms of a timestamp; invalid where \a body is none of them.
QDateTime timestamp(QByteArrayView body)
{
    switch (body.size()) {
    case 4:
        return dateTimeOf(qFromBigEndian<quint32>(body.data()), 0);
    case 8: {
        const auto both = qFromBigEndian<quint64>(body.data());
        return dateTimeOf(qint64(both & 0x3'FFFF'FFFF), quint32(both >> 34));
    }
    case 12:
        return dateTimeOf(qFromBigEndian<qint64>(body.data() + 4),
                          qFromBigEndian<quint32>(body.data()));
    }
    return {};
}

/*!
 * Passes what msgpack-cxx finds on to the builder.
 *
 * A key may be anything. Where one is a list or a map, what is in it is passed over; it may be as
 * deep as any other value, for msgpack-cxx keeps a stack of its own, which is to stay small.
 */
class Visitor : public msgpack::null_visitor
{
public:
    explicit Visitor(ValueBuilder &builder)
        : m_builder(builder)
    {
    }

    // msgpack-cxx calls these by name; one that returns false ends the reading.
    bool visit_nil();
    bool visit_boolean(bool value);
    bool visit_positive_integer(quint64 value);
    bool visit_negative_integer(qint64 value);
    bool visit_float32(float value) { return visit_float64(double(value)); }
    bool visit_float64(double value);
    bool visit_str(const char *data, quint32 size);
    bool visit_bin(const char *data, quint32 size);
    bool visit_ext(const char *data, quint32 size);
    bool start_array(quint32 size);
    bool end_array();
    bool start_map(quint32 size);
    bool start_map_key();
    bool end_map();
    void parse_error(size_t, size_t) { m_failure = Failure::NoValue; }
    void insufficient_bytes(size_t, size_t) { m_failure = Failure::CutShort; }

    enum class Failure { TooDeep, CutShort, NoValue };
    [[nodiscard]] Failure failure() const { return m_failure; }

private:
    template <typename Add, typename KeyText>
    bool addOrKey(Add add, KeyText keyText);
    bool addDateTime(const QDateTime &time);
    void setKey(const QString &key);
    bool enterKey();
    bool leaveKey(const QString &key);

    ValueBuilder &m_builder;
    Failure m_failure = Failure::TooDeep; // the one that we report, and msgpack-cxx does not
    bool m_isKey = false; // what comes is a key, or in one
    int m_keyNesting = 0; // how many lists and maps are open in that key
};

//! Adds a value that is no list or map, or makes it the key.
template <typename Add, typename KeyText>
bool Visitor::addOrKey(Add add, KeyText keyText)
{
    if (!m_isKey)
        add();
    else if (m_keyNesting == 0)
        setKey(keyText());
    return true;
}

bool Visitor::visit_nil()
{
    return addOrKey([&] { m_builder.null(); }, [] { return u"null"_s; });
}

bool Visitor::visit_boolean(bool value)
{
    return addOrKey([&] { m_builder.boolean(value); },
                    [&] { return value ? u"true"_s : u"false"_s; });
}

bool Visitor::visit_positive_integer(quint64 value)
{
    return addOrKey([&] { m_builder.unsignedInteger(value); },
                    [&] { return QString::number(value); });
}

bool Visitor::visit_negative_integer(qint64 value)
{
    return addOrKey([&] { m_builder.integer(value); }, [&] { return QString::number(value); });
}

bool Visitor::visit_float64(double value)
{
    return addOrKey([&] { m_builder.real(value); }, [&] { return keyFor(value); });
}

bool Visitor::visit_str(const char *data, quint32 size)
{
    const QByteArrayView text = viewOf(data, size);
    return addOrKey([&] { m_builder.string(textOf(text)); }, [&] { return textOf(text); });
}

bool Visitor::visit_bin(const char *data, quint32 size)
{
    const QByteArrayView bytes = viewOf(data, size);
    return addOrKey([&] { m_builder.bytes(bytes.toByteArray()); }, [&] { return textOf(bytes); });
}

bool Visitor::visit_ext(const char *data, quint32 size)
{
    const QByteArrayView extension = viewOf(data, size); // its type, then its body
    if (qint8(extension.front()) == timestampType)
        return addDateTime(timestamp(extension.sliced(1)));
    return addOrKey([&] { m_builder.undefined(); }, [] { return u"undefined"_s; });
}

bool Visitor::addDateTime(const QDateTime &time)
{
    return addOrKey([&] { m_builder.dateTime(time); },
                    [&] { return time.toString(Qt::ISODateWithMs); });
}

bool Visitor::start_array(quint32 size)
{
    return m_isKey ? enterKey() : m_builder.beginList(qsizetype(size));
}

bool Visitor::end_array()
{
    if (m_isKey)
        return leaveKey(u"(list)"_s);
    m_builder.endList();
    return true;
}

bool Visitor::start_map(quint32)
{
    return m_isKey ? enterKey() : m_builder.beginMap();
}

bool Visitor::start_map_key()
{
    m_isKey = true;
    return true;
}

bool Visitor::end_map()
{
    if (m_isKey)
        return leaveKey(u"(map)"_s);
    m_builder.endMap();
    return true;
}

void Visitor::setKey(const QString &key)
{
    m_isKey = false;
    m_builder.key(key);
}

bool Visitor::enterKey()
{
    if (m_keyNesting == m_builder.maxNesting())
        return false;
    ++m_keyNesting;
    return true;
}

bool Visitor::leaveKey(const QString &key)
{
    if (--m_keyNesting == 0)
        setKey(key);
    return true;
}

IPCError decodingError(const QString &what, size_t offset)
{
    return {IPCError::Code::DecodingError,
            u"cannot read MessagePack: %1 at byte %2"_s.arg(what).arg(offset)};
}

IPCError read(QByteArrayView data, ValueBuilder &builder)
{
    Visitor visitor(builder);
    const auto size = size_t(data.size());
    size_t offset = 0;
    if (msgpack::parse(data.data(), size, offset, visitor)) {
        if (offset < size)
            return decodingError(u"more than one value, the second"_s, offset);
        return {};
    }
    switch (visitor.failure()) {
    case Visitor::Failure::CutShort:
        return decodingError(u"cut short"_s, size);
    case Visitor::Failure::NoValue:
        return decodingError(u"no value begins as it does"_s, offset);
    case Visitor::Failure::TooDeep:
        break;
    }
    const QString what = u"more than %1 levels of lists and maps"_s.arg(builder.maxNesting());
    return decodingError(what, offset).withLimit(u"nesting"_s);
}

} // namespace

IPCError readMessagePack(QByteArrayView data, ValueBuilder &builder)
{
    // msgpack-cxx throws where memory for its stack runs out, and on 32-bit systems at an extension
    // that says to be as large as the address space.
    try {
        return read(data, builder);
    } catch (const std::exception &exception) {
        return {IPCError::Code::DecodingError,
                u"cannot read MessagePack: "_s + QString::fromUtf8(exception.what())};
    }
}

} // namespace qipc
