// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "messagepackreader_p.h"

#include "ascii_p.h"
#include "givenstorage_p.h"
#include "messagepackmarks_p.h"
#include "recentkeys_p.h"

#include <QtCore/QTimeZone>
#include <QtCore/QVarLengthArray>
#include <QtCore/QtEndian>

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace qipc {

using namespace messagepack;

namespace {

// See wire.md, "MessagePack".
constexpr qint8 timestampType = -1;

// Later versions of Qt deprecate the name that UTC has in 6.4, which does not know theirs.
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
constexpr auto utc = QTimeZone::UTC;
#else
constexpr auto utc = Qt::UTC;
#endif

//! Where in \a bytes a surrogate is, in the three bytes that UTF-8 would have for one; -1 where
//! none.
qsizetype indexOfSurrogate(QByteArrayView bytes)
{
    for (qsizetype at = bytes.indexOf('\xED'); at >= 0 && at + 2 < bytes.size();
         at = bytes.indexOf('\xED', at + 1)) {
        if (quint8(bytes[at + 1]) >= 0xA0 && quint8(bytes[at + 1]) < 0xC0
            && (quint8(bytes[at + 2]) & 0xC0) == 0x80)
            return at;
    }
    return -1;
}

QString textWithSurrogates(QByteArrayView bytes, qsizetype surrogate);

//! The text in \a bytes, all of it: QString::fromUtf8() drops a leading byte order mark.
QString textOf(QByteArrayView bytes)
{
    if (isAscii(bytes.data(), bytes.size()))
        return QString::fromLatin1(bytes);
    const qsizetype surrogate = indexOfSurrogate(bytes);
    if (surrogate >= 0)
        return textWithSurrogates(bytes, surrogate);
    QString text = QString::fromUtf8(bytes);
    if (bytes.startsWith("\xEF\xBB\xBF"))
        text.prepend(QChar(QChar::ByteOrderMark));
    return text;
}

QString textWithSurrogates(QByteArrayView bytes, qsizetype surrogate)
{
    QString text;
    for (; surrogate >= 0; surrogate = indexOfSurrogate(bytes)) {
        text += textOf(bytes.first(surrogate));
        text += QChar(
            char16_t(0xD000 | (bytes[surrogate + 1] & 0x3F) << 6 | (bytes[surrogate + 2] & 0x3F)));
        bytes = bytes.sliced(surrogate + 3);
    }
    return text + textOf(bytes);
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

//! What comes becomes a value: see Reader::readItem() for the members.
class Values
{
public:
    //! A list or map that is not yet whole.
    struct Container
    {
        quint32 left; //!< How many values, or keys with their values, are still to come.
        bool isMap;
    };

    Values(ValueBuilder &builder, GivenStorage &storage)
        : m_builder(builder)
        , m_storage(storage)
    {
    }

    void null() { m_builder.null(); }
    void boolean(bool value) { m_builder.boolean(value); }
    void integer(qint64 value) { m_builder.integer(value); }
    void unsignedInteger(quint64 value) { m_builder.unsignedInteger(value); }
    void real(double value) { m_builder.real(value); }
    void string(QByteArrayView text) { m_builder.string(textOf(text)); }
    void bytes(QByteArrayView bytes)
    {
        m_builder.bytes(m_storage.canBecome(bytes) ? m_storage.become(bytes) : bytes.toByteArray());
    }
    void dateTime(const QDateTime &value) { m_builder.dateTime(value); }
    void undefined() { m_builder.undefined(); }
    bool list(quint32 size)
    {
        m_hasLists = true;
        return m_builder.beginList(qsizetype(size)) && open({size, false});
    }
    bool map(quint32 size) { return m_builder.beginMap() && open({size, true}); }

    //! Whether keys may come that have come before.
    [[nodiscard]] bool hasLists() const { return m_hasLists; }

    //! Closes what is whole. Returns the innermost one that is not; null where the value is whole.
    Container *innermost()
    {
        while (!m_open.isEmpty() && m_open.last().left == 0) {
            if (m_open.last().isMap)
                m_builder.endMap();
            else
                m_builder.endList();
            m_open.removeLast();
        }
        return m_open.isEmpty() ? nullptr : &m_open.last();
    }

private:
    bool open(Container container)
    {
        m_open.append(container);
        return true;
    }

    ValueBuilder &m_builder;
    GivenStorage &m_storage;
    QVarLengthArray<Container, 16> m_open;
    bool m_hasLists = false;
};

//! What comes is a key, which may be anything: what in JavaScript String() makes of it. Of a list
//! or a map, what is in it is to be passed over.
struct KeyText
{
    QString text;
    std::optional<quint64> size; //!< How many values are in the list or map.

    void null() { text = u"null"_s; }
    void boolean(bool value) { text = value ? u"true"_s : u"false"_s; }
    void integer(qint64 value) { text = QString::number(value); }
    void unsignedInteger(quint64 value) { text = QString::number(value); }
    void real(double value) { text = keyFor(value); }
    void string(QByteArrayView value) { text = textOf(value); }
    void bytes(QByteArrayView value) { text = textOf(value); }
    void dateTime(const QDateTime &value) { text = value.toString(Qt::ISODateWithMs); }
    void undefined() { text = u"undefined"_s; }
    bool list(quint32 count)
    {
        text = u"(list)"_s;
        size = count;
        return true;
    }
    bool map(quint32 count)
    {
        text = u"(map)"_s;
        size = 2 * quint64(count);
        return true;
    }
};

//! What comes is passed over.
struct Nothing
{
    std::optional<quint64> size; //!< How many values are in the list or map.

    void null() { }
    void boolean(bool) { }
    void integer(qint64) { }
    void unsignedInteger(quint64) { }
    void real(double) { }
    void string(QByteArrayView) { }
    void bytes(QByteArrayView) { }
    void dateTime(const QDateTime &) { }
    void undefined() { }
    bool list(quint32 count)
    {
        size = count;
        return true;
    }
    bool map(quint32 count)
    {
        size = 2 * quint64(count);
        return true;
    }
};

//! No recursion: how deep a value lies is counted, and costs no machine stack.
class Reader
{
public:
    Reader(QByteArrayView data, ValueBuilder &builder, QByteArray &&storage)
        : m_builder(builder)
        , m_storage(std::move(storage))
        , m_begin(data.begin())
        , m_at(data.begin())
        , m_end(data.end())
    {
    }

    [[nodiscard]] IPCError read();

private:
    enum class Failure { CutShort, NoValue, TooDeep, TooMany };

    bool readValue();
    bool readKey(bool mayRepeat);
    bool readRepeatedKey();
    bool passOver(quint64 count);

    template <typename Target>
    bool readItem(Target &target);
    template <typename Target>
    bool readMarked(Mark mark, Target &target);
    template <typename Number, typename Use>
    bool readNumber(Use use);
    template <typename Size, typename Use>
    bool readSized(Use use);
    template <typename Use>
    bool readBytes(quint64 size, Use use);
    template <typename Target>
    bool readExtension(quint32 size, Target &target);

    [[nodiscard]] bool has(quint64 size) const { return quint64(m_end - m_at) >= size; }
    bool orTooDeep(bool opened) { return opened || fail(Failure::TooDeep); }
    bool fail(Failure failure)
    {
        m_failure = failure;
        return false;
    }
    [[nodiscard]] IPCError error() const;
    [[nodiscard]] static IPCError errorAt(qsizetype offset, const QString &what);

    ValueBuilder &m_builder;
    GivenStorage m_storage;
    const char *const m_begin;
    const char *m_at;
    const char *const m_end;
    RecentKeys m_recentKeys;
    Failure m_failure = Failure::CutShort;
};

IPCError Reader::read()
{
    if (!readValue())
        return error();
    if (m_at != m_end)
        return errorAt(m_at - m_begin, u"more than one value, the second"_s);
    return {};
}

bool Reader::readValue()
{
    Values values(m_builder, m_storage);
    for (;;) {
        if (!readItem(values))
            return false;
        auto *const container = values.innermost();
        if (m_builder.hasTooMany())
            return fail(Failure::TooMany);
        if (!container)
            return true;
        --container->left;
        if (container->isMap && !readKey(values.hasLists()))
            return false;
    }
}

bool Reader::readKey(bool mayRepeat)
{
    if (m_builder.isAtPacketKey() && has(2) && quint8(*m_at) == (quint8(Mark::FixString) | 1)
        && quint8(m_at[1]) < 0x80) {
        m_builder.packetKey(char16_t(m_at[1]));
        m_at += 2;
        return true;
    }
    if (mayRepeat && readRepeatedKey())
        return true;
    KeyText key;
    if (!readItem(key) || (key.size && !passOver(*key.size)))
        return false;
    m_builder.key(std::move(key.text));
    return true;
}

//! Reads a key that is a short string, as most are; false where that is not what comes.
bool Reader::readRepeatedKey()
{
    if (m_at == m_end || (quint8(*m_at) & ~largestFixString) != quint8(Mark::FixString))
        return false;
    const auto size = quint8(*m_at) & largestFixString;
    if (!has(1 + size))
        return false;
    m_builder.key(m_recentKeys.text(QByteArrayView(m_at + 1, qsizetype(size)), textOf));
    m_at += 1 + size;
    return true;
}

//! Passes over a list or map, of which \a count values are to come. It may be as deep as any other.
bool Reader::passOver(quint64 count)
{
    QVarLengthArray<quint64, 16> left; // of each that is open
    std::optional<quint64> opened = count;
    for (;;) {
        if (opened) {
            if (left.size() >= m_builder.limits().nesting)
                return fail(Failure::TooDeep);
            left.append(*opened);
        }
        while (!left.isEmpty() && left.last() == 0)
            left.removeLast();
        if (left.isEmpty())
            return true;
        --left.last();
        Nothing nothing;
        if (!readItem(nothing))
            return false;
        opened = nothing.size;
    }
}

/*!
 * Tells \a target what comes: a scalar, or the beginning of a list or map, whose function returns
 * false where that is a level too many.
 */
template <typename Target>
bool Reader::readItem(Target &target)
{
    if (m_at == m_end)
        return fail(Failure::CutShort);
    const auto first = quint8(*m_at++);
    if (first < quint8(Mark::FixMap)) {
        target.integer(first);
        return true;
    }
    if (first < quint8(Mark::FixArray))
        return orTooDeep(target.map(first & largestFixContainer));
    if (first < quint8(Mark::FixString))
        return orTooDeep(target.list(first & largestFixContainer));
    if (first < quint8(Mark::Nil))
        return readBytes(first & largestFixString, [&](QByteArrayView v) { target.string(v); });
    if (qint8(first) >= smallestFixInt) {
        target.integer(qint8(first));
        return true;
    }
    return readMarked(Mark(first), target);
}

template <typename Target>
bool Reader::readMarked(Mark mark, Target &target)
{
    const auto integer = [&](auto number) { target.integer(number); };
    const auto unsignedInteger = [&](auto number) { target.unsignedInteger(number); };
    const auto real = [&](auto number) { target.real(double(number)); };
    const auto string = [&](QByteArrayView text) { target.string(text); };
    const auto bytes = [&](QByteArrayView bytes) { target.bytes(bytes); };
    const auto stringOf = [&](auto size) { return readBytes(size, string); };
    const auto bytesOf = [&](auto size) { return readBytes(size, bytes); };
    const auto extensionOf = [&](auto size) { return readExtension(size, target); };
    const auto listOf = [&](auto size) { return orTooDeep(target.list(size)); };
    const auto mapOf = [&](auto size) { return orTooDeep(target.map(size)); };

    switch (mark) {
    case Mark::Nil:
        target.null();
        return true;
    case Mark::False:
        target.boolean(false);
        return true;
    case Mark::True:
        target.boolean(true);
        return true;
    case Mark::Bin8:
        return readSized<quint8>(bytesOf);
    case Mark::Bin16:
        return readSized<quint16>(bytesOf);
    case Mark::Bin32:
        return readSized<quint32>(bytesOf);
    case Mark::Ext8:
        return readSized<quint8>(extensionOf);
    case Mark::Ext16:
        return readSized<quint16>(extensionOf);
    case Mark::Ext32:
        return readSized<quint32>(extensionOf);
    case Mark::Float32:
        return readNumber<float>(real);
    case Mark::Float64:
        return readNumber<double>(real);
    case Mark::UInt8:
        return readNumber<quint8>(unsignedInteger);
    case Mark::UInt16:
        return readNumber<quint16>(unsignedInteger);
    case Mark::UInt32:
        return readNumber<quint32>(unsignedInteger);
    case Mark::UInt64:
        return readNumber<quint64>(unsignedInteger);
    case Mark::Int8:
        return readNumber<qint8>(integer);
    case Mark::Int16:
        return readNumber<qint16>(integer);
    case Mark::Int32:
        return readNumber<qint32>(integer);
    case Mark::Int64:
        return readNumber<qint64>(integer);
    case Mark::FixExt1:
        return readExtension(1, target);
    case Mark::FixExt2:
        return readExtension(2, target);
    case Mark::FixExt4:
        return readExtension(4, target);
    case Mark::FixExt8:
        return readExtension(8, target);
    case Mark::FixExt16:
        return readExtension(16, target);
    case Mark::String8:
        return readSized<quint8>(stringOf);
    case Mark::String16:
        return readSized<quint16>(stringOf);
    case Mark::String32:
        return readSized<quint32>(stringOf);
    case Mark::Array16:
        return readSized<quint16>(listOf);
    case Mark::Array32:
        return readSized<quint32>(listOf);
    case Mark::Map16:
        return readSized<quint16>(mapOf);
    case Mark::Map32:
        return readSized<quint32>(mapOf);
    case Mark::FixMap: // the ranges, which readItem() reads
    case Mark::FixArray:
    case Mark::FixString:
        break;
    }
    return fail(Failure::NoValue);
}

template <typename Number, typename Use>
bool Reader::readNumber(Use use)
{
    if (!has(sizeof(Number)))
        return fail(Failure::CutShort);
    use(qFromBigEndian<Number>(m_at));
    m_at += sizeof(Number);
    return true;
}

//! Reads a size, for which \a use reads on.
template <typename Size, typename Use>
bool Reader::readSized(Use use)
{
    Size size = 0;
    return readNumber<Size>([&](Size number) { size = number; }) && use(size);
}

template <typename Use>
bool Reader::readBytes(quint64 size, Use use)
{
    if (!has(size))
        return fail(Failure::CutShort);
    const QByteArrayView bytes(m_at, qsizetype(size));
    m_at += size;
    use(bytes);
    return true;
}

template <typename Target>
bool Reader::readExtension(quint32 size, Target &target)
{
    return readBytes(1 + quint64(size), [&](QByteArrayView extension) { // its type, then its body
        if (qint8(extension.front()) == timestampType)
            target.dateTime(timestamp(extension.sliced(1)));
        else
            target.undefined();
    });
}

IPCError Reader::error() const
{
    switch (m_failure) {
    case Failure::CutShort:
        return errorAt(m_end - m_begin, u"cut short"_s);
    case Failure::NoValue:
        return errorAt(m_at - 1 - m_begin, u"no value begins as it does"_s);
    case Failure::TooDeep:
        return errorAt(m_at - 1 - m_begin,
                       u"nested deeper than the %1 levels that are allowed (limits.nesting)"_s.arg(
                           m_builder.limits().nesting))
            .withLimit(u"nesting"_s);
    case Failure::TooMany:
        break;
    }
    return errorAt(m_at - m_begin,
                   u"more than the %1 values that are allowed (limits.values)"_s.arg(
                       m_builder.limits().values))
        .withLimit(u"values"_s);
}

IPCError Reader::errorAt(qsizetype offset, const QString &what)
{
    return {IPCError::Code::DecodingError,
            u"cannot read MessagePack: %1 at byte %2"_s.arg(what).arg(offset)};
}

} // namespace

IPCError readMessagePack(QByteArrayView data, ValueBuilder &builder, QByteArray storage)
{
    return Reader(data, builder, std::move(storage)).read();
}

} // namespace qipc
