// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "messagepackwriter_p.h"

#include "ascii_p.h"

#include <QtCore/QStringEncoder>
#include <QtCore/QtAlgorithms>
#include <QtCore/QtEndian>

#include <algorithm>
#include <cstring>
#include <limits>

namespace qipc {

using namespace messagepack;

namespace {

// A mark, and a number of at most 64 bits behind it.
constexpr qsizetype longestNumber = 9;

// Extension types (wire.md, "MessagePack").
constexpr qint8 undefinedType = 0;
constexpr qint8 timestampType = -1;

char *writeMark(char *to, Mark mark)
{
    *to = char(mark);
    return to + 1;
}

// \a number behind its \a mark.
template <typename Number>
char *writeNumber(char *to, Mark mark, Number number)
{
    to = writeMark(to, mark);
    qToBigEndian(number, to);
    return to + sizeof number;
}

char *writeUnsigned(char *to, quint64 value)
{
    if (value <= largestFixInt) {
        *to = char(value);
        return to + 1;
    }
    if (value <= std::numeric_limits<quint8>::max())
        return writeNumber(to, Mark::UInt8, quint8(value));
    if (value <= std::numeric_limits<quint16>::max())
        return writeNumber(to, Mark::UInt16, quint16(value));
    if (value <= std::numeric_limits<quint32>::max())
        return writeNumber(to, Mark::UInt32, quint32(value));
    return writeNumber(to, Mark::UInt64, value);
}

char *writeNegative(char *to, qint64 value)
{
    if (value >= smallestFixInt) {
        *to = char(value);
        return to + 1;
    }
    if (value >= std::numeric_limits<qint8>::min())
        return writeNumber(to, Mark::Int8, qint8(value));
    if (value >= std::numeric_limits<qint16>::min())
        return writeNumber(to, Mark::Int16, qint16(value));
    if (value >= std::numeric_limits<qint32>::min())
        return writeNumber(to, Mark::Int32, qint32(value));
    return writeNumber(to, Mark::Int64, value);
}

//! \a size as MessagePack can declare it. What is longer makes a message above any limit, which is
//! refused whole; so it does not matter that this one says too little, only that it does not wrap.
quint32 declarable(qsizetype size)
{
    constexpr quint64 largest = std::numeric_limits<quint32>::max();
    return quint32(std::min(quint64(size), largest));
}

// A \a mark that holds the \a size itself.
char *writeFix(char *to, Mark mark, quint32 size)
{
    *to = char(quint32(mark) | size);
    return to + 1;
}

char *writeStringHead(char *to, quint32 size)
{
    if (size <= largestFixString)
        return writeFix(to, Mark::FixString, size);
    if (size <= std::numeric_limits<quint8>::max())
        return writeNumber(to, Mark::String8, quint8(size));
    if (size <= std::numeric_limits<quint16>::max())
        return writeNumber(to, Mark::String16, quint16(size));
    return writeNumber(to, Mark::String32, size);
}

char *writeBytesHead(char *to, quint32 size)
{
    if (size <= std::numeric_limits<quint8>::max())
        return writeNumber(to, Mark::Bin8, quint8(size));
    if (size <= std::numeric_limits<quint16>::max())
        return writeNumber(to, Mark::Bin16, quint16(size));
    return writeNumber(to, Mark::Bin32, size);
}

//! Whether a double has the very value of an integer of this \a magnitude.
bool isExactAsDouble(quint64 magnitude)
{
    constexpr int digits = std::numeric_limits<double>::digits;
    return magnitude == 0 || (magnitude >> qCountTrailingZeroBits(magnitude)) >> digits == 0;
}

struct Utf8Size
{
    qsizetype bytes; //!< A lone surrogate is three bytes, as U+FFFD is.
    bool hasLoneSurrogates;
};

Utf8Size utf8Size(QStringView text)
{
    const char16_t *units = text.utf16();
    const qsizetype count = text.size();
    if (isAscii(units, count))
        return {count, false};
    qsizetype size = count;
    qsizetype surrogates = 0;
    for (qsizetype i = 0; i < count; ++i) {
        size += (units[i] >= 0x80) + (units[i] >= 0x800);
        surrogates += QChar::isSurrogate(units[i]);
    }
    qsizetype pairs = 0;
    for (qsizetype i = 1; i < count; ++i)
        pairs += QChar::isHighSurrogate(units[i - 1]) && QChar::isLowSurrogate(units[i]);
    // Each half of a pair was taken for three bytes; the pair has four.
    return {size - 2 * pairs, surrogates != 2 * pairs};
}

// Stateless, or a lone surrogate at the end would wait for its other half. QString::toUtf8() writes
// a question mark for one.
char *writeUtf8(char *to, QStringView text)
{
    QStringEncoder encoder(QStringEncoder::Utf8, QStringEncoder::Flag::Stateless);
    return encoder.appendToBuffer(to, text);
}

//! Writes \a text with each lone surrogate in the three bytes that UTF-8 would have for it.
char *writeWithLoneSurrogates(char *to, QStringView text)
{
    qsizetype begin = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t unit = text[i].unicode();
        if (!QChar::isSurrogate(unit))
            continue;
        if (QChar::isHighSurrogate(unit) && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            ++i;
            continue;
        }
        to = writeUtf8(to, text.sliced(begin, i - begin));
        *to++ = char(0xE0 | unit >> 12);
        *to++ = char(0x80 | (unit >> 6 & 0x3F));
        *to++ = char(0x80 | (unit & 0x3F));
        begin = i + 1;
    }
    return writeUtf8(to, text.sliced(begin));
}

char *writeFixExt1(char *to, qint8 type, quint8 body)
{
    to = writeNumber(to, Mark::FixExt1, type);
    *to = char(body);
    return to + 1;
}

//! The three forms of a timestamp, the shortest that takes it.
char *writeTimestamp(char *to, qint64 seconds, quint32 nanoseconds)
{
    if (seconds < 0 || seconds >> 34 != 0) {
        to = writeNumber(to, Mark::Ext8, qint8(12));
        *to++ = char(timestampType);
        qToBigEndian(nanoseconds, to);
        qToBigEndian(seconds, to + 4);
        return to + 12;
    }
    const bool isLong = nanoseconds != 0 || seconds >> 32 != 0;
    to = writeNumber(to, isLong ? Mark::FixExt8 : Mark::FixExt4, timestampType);
    if (isLong) {
        qToBigEndian(quint64(nanoseconds) << 34 | quint64(seconds), to);
        return to + 8;
    }
    qToBigEndian(quint32(seconds), to);
    return to + 4;
}

constexpr qsizetype longestTimestamp = 15;

} // namespace

MessagePackWriter::MessagePackWriter(QByteArray &out, Dialect dialect, SharedParts *shared)
    : m_out(out)
    , m_shared(shared)
    , m_dialect(dialect)
{
}

void MessagePackWriter::undefined()
{
    endValue(writeFixExt1(m_out.reserve(longestNumber), undefinedType, 0));
}

void MessagePackWriter::null()
{
    endValue(writeMark(m_out.reserve(1), Mark::Nil));
}

void MessagePackWriter::boolean(bool value)
{
    endValue(writeMark(m_out.reserve(1), value ? Mark::True : Mark::False));
}

void MessagePackWriter::integer(qint64 value)
{
    if (value >= 0) {
        unsignedInteger(quint64(value));
        return;
    }
    const bool isNarrow = value >= std::numeric_limits<qint32>::min();
    if (m_dialect == Dialect::Node && !isNarrow && isExactAsDouble(0 - quint64(value)))
        real(double(value));
    else
        endValue(writeNegative(m_out.reserve(longestNumber), value));
}

void MessagePackWriter::unsignedInteger(quint64 value)
{
    const bool isNarrow = value <= std::numeric_limits<quint32>::max();
    if (m_dialect == Dialect::Node && !isNarrow && isExactAsDouble(value))
        real(double(value));
    else
        endValue(writeUnsigned(m_out.reserve(longestNumber), value));
}

void MessagePackWriter::real(double value)
{
    // Also what an integer holds, such as 1.0, for it has to come back as a double.
    endValue(writeNumber(m_out.reserve(longestNumber), Mark::Float64, value));
}

void MessagePackWriter::string(QStringView value)
{
    endValue(writeText(value));
}

void MessagePackWriter::bytes(const QByteArray &value)
{
    const bool share = mayShare(value);
    const qsizetype copied = share ? 0 : value.size();
    char *to = writeBytesHead(m_out.reserve(longestHead + copied), declarable(value.size()));
    if (copied > 0)
        std::memcpy(to, value.constData(), size_t(copied));
    m_out.setEnd(to + copied);
    if (share)
        m_shared->push_back({m_out.size(), value});
    endValue(to + copied);
}

void MessagePackWriter::dateTime(const QDateTime &value)
{
    char *const to = m_out.reserve(longestTimestamp);
    if (!value.isValid()) {
        endValue(writeFixExt1(to, timestampType, 0xFF));
        return;
    }
    const qint64 sinceEpoch = value.toMSecsSinceEpoch();
    const qint64 milliseconds = (sinceEpoch % 1000 + 1000) % 1000; // never negative
    const qint64 seconds = sinceEpoch / 1000 - (sinceEpoch % 1000 < 0 ? 1 : 0);
    endValue(writeTimestamp(to, seconds, quint32(milliseconds * 1'000'000)));
}

void MessagePackWriter::beginList(qsizetype size)
{
    openContainer({Mark::FixArray, Mark::Array16, Mark::Array32}, size);
}

void MessagePackWriter::endList()
{
    closeContainer();
}

void MessagePackWriter::beginMap(qsizetype size)
{
    openContainer({Mark::FixMap, Mark::Map16, Mark::Map32}, size);
}

void MessagePackWriter::key(QStringView key)
{
    m_out.setEnd(writeText(key));
}

void MessagePackWriter::key(char letter)
{
    char *const to = writeStringHead(m_out.reserve(2), 1);
    *to = letter;
    m_out.setEnd(to + 1);
}

void MessagePackWriter::endMap()
{
    closeContainer();
}

// Returns where it ends.
char *MessagePackWriter::writeText(QStringView text)
{
    const auto [size, hasLoneSurrogates] = utf8Size(text);
    char *to = writeStringHead(m_out.reserve(longestHead + size), declarable(size));
    if (size < asciiBlock && size == text.size()) // most keys
        return std::transform(text.utf16(), text.utf16() + size, to,
                              [](char16_t c) { return char(c); });
    if (hasLoneSurrogates && m_dialect == Dialect::Ours)
        return writeWithLoneSurrogates(to, text);
    return writeUtf8(to, text);
}

bool MessagePackWriter::mayShare(const QByteArray &value) const
{
    // What fromRawData() made has no capacity: its bytes may change or go once we have returned.
    return m_shared && value.size() >= sharingSize && value.capacity() > 0;
}

void MessagePackWriter::endValue(char *end)
{
    m_out.setEnd(end);
    if (m_nesting == 0)
        m_out.finish();
}

void MessagePackWriter::openContainer(const Heads &heads, qsizetype size)
{
    const quint32 count = declarable(size);
    char *to = m_out.reserve(longestHead);
    if (count <= largestFixContainer)
        to = writeFix(to, heads.fix, count);
    else if (count <= std::numeric_limits<quint16>::max())
        to = writeNumber(to, heads.of16, quint16(count));
    else
        to = writeNumber(to, heads.of32, count);
    m_out.setEnd(to);
    ++m_nesting;
}

void MessagePackWriter::closeContainer()
{
    --m_nesting;
    if (m_nesting == 0)
        m_out.finish();
}

} // namespace qipc
