// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "jsonwriter_p.h"

#include <QtCore/QDate>
#include <QtCore/QLocale>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace qipc {

namespace {

// How much of a long text or long bytes is written at once: the room for it is for the worst case,
// and what it takes in vain stays small.
constexpr qsizetype pieceSize = 256;

constexpr qsizetype longestInteger = 20; // -9223372036854775808, 18446744073709551615
constexpr qsizetype longestReal = 40; // with what it takes to show that it is one
constexpr qsizetype longestDateTime = 40;
constexpr qsizetype longestUnit = 6; // \u001f
constexpr char hexDigits[] = "0123456789abcdef";

char *copy(char *to, QByteArrayView text)
{
    std::memcpy(to, text.data(), size_t(text.size()));
    return to + text.size();
}

bool isPlain(char16_t unit)
{
    return unit >= 0x20 && unit < 0x80 && unit != u'"' && unit != u'\\';
}

// Four UTF-16 units at a time, as the lanes of one word, in the machine's own byte order.
using Lanes = quint64;
constexpr qsizetype laneCount = 4;
constexpr Lanes everyLane = 0x0001'0001'0001'0001;

constexpr Lanes lanesOf(char16_t unit)
{
    return everyLane * unit;
}

// Whether isPlain() holds for all. The subtractions borrow from the next lane only where there is
// a hit anyway.
bool arePlain(Lanes units)
{
    const Lanes notAscii = units & lanesOf(0xff80);
    const Lanes control = units - lanesOf(0x20);
    const Lanes quote = (units ^ lanesOf(u'"')) - everyLane;
    const Lanes backslash = (units ^ lanesOf(u'\\')) - everyLane;
    return (notAscii | ((control | quote | backslash) & lanesOf(0x8000))) == 0;
}

// The low byte of each lane, the lanes' order kept.
quint32 narrowed(Lanes units)
{
    units |= units >> 8;
    return quint32((units & 0xffff) | ((units >> 16) & 0xffff'0000));
}

char *copyPlainBlocks(const char16_t *&from, const char16_t *end, char *to)
{
    while (end - from >= laneCount) {
        Lanes units = 0;
        std::memcpy(&units, from, sizeof units);
        if (!arePlain(units))
            break;
        const quint32 bytes = narrowed(units);
        std::memcpy(to, &bytes, sizeof bytes);
        from += laneCount;
        to += laneCount;
    }
    return to;
}

char *writeUnicodeEscape(char *to, char16_t unit)
{
    to = copy(to, "\\u");
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = hexDigits[(unit >> shift) & 0xf];
    return to;
}

char *writeEscape(char *to, char16_t unit)
{
    switch (unit) {
    case u'"':
        return copy(to, "\\\"");
    case u'\\':
        return copy(to, "\\\\");
    case u'\b':
        return copy(to, "\\b");
    case u'\f':
        return copy(to, "\\f");
    case u'\n':
        return copy(to, "\\n");
    case u'\r':
        return copy(to, "\\r");
    case u'\t':
        return copy(to, "\\t");
    default:
        return writeUnicodeEscape(to, unit);
    }
}

char *writeContinuationByte(char *to, char32_t character, int shift)
{
    *to = char(0x80 | ((character >> shift) & 0x3f));
    return to + 1;
}

// The character that begins at \a from, which is not ASCII, in UTF-8.
char *writeNonAscii(char *to, const char16_t *&from, const char16_t *end)
{
    const char16_t unit = *from++;
    if (unit < 0x800) {
        *to++ = char(0xc0 | (unit >> 6));
        return writeContinuationByte(to, unit, 0);
    }
    if (!QChar::isSurrogate(unit)) {
        *to++ = char(0xe0 | (unit >> 12));
        to = writeContinuationByte(to, unit, 6);
        return writeContinuationByte(to, unit, 0);
    }
    if (QChar::isLowSurrogate(unit) || from == end || !QChar::isLowSurrogate(*from))
        return writeUnicodeEscape(to, unit);
    const char32_t character = QChar::surrogateToUcs4(unit, *from++);
    *to++ = char(0xf0 | (character >> 18));
    to = writeContinuationByte(to, character, 12);
    to = writeContinuationByte(to, character, 6);
    return writeContinuationByte(to, character, 0);
}

// Writes what needs no escape, from \a from up to \a end at most.
char *copyPlain(char *to, const char16_t *&from, const char16_t *end)
{
    to = copyPlainBlocks(from, end, to);
    for (; from < end && isPlain(*from); ++from)
        *to++ = char(*from);
    return to;
}

// Writes the text from \a from up to \a stop, or one unit further where a pair of surrogates
// stands across; \a end is where the whole text ends.
char *writeText(char *to, const char16_t *&from, const char16_t *stop, const char16_t *end)
{
    while (from < stop) {
        to = copyPlain(to, from, stop);
        for (; from < stop && *from < 0x80 && !isPlain(*from); ++from)
            to = writeEscape(to, *from);
        while (from < stop && *from >= 0x80)
            to = writeNonAscii(to, from, end);
    }
    return to;
}

char *writeReal(char *to, double value)
{
#if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
    return std::to_chars(to, to + 32, value).ptr;
#else
    if (value == 0 && std::signbit(value))
        return copy(to, "-0"); // Qt drops the sign
    return copy(to, QByteArray::number(value, 'g', QLocale::FloatingPointShortest));
#endif
}

constexpr qsizetype longestOctet = 4; // 255,

struct DecimalOctet
{
    char text[longestOctet]; // as it is written, with a comma behind it
    quint8 length;
};

constexpr std::array<DecimalOctet, 256> makeDecimalOctets()
{
    std::array<DecimalOctet, 256> result{};
    for (int octet = 0; octet < 256; ++octet) {
        DecimalOctet &decimal = result[size_t(octet)];
        if (octet >= 100)
            decimal.text[decimal.length++] = char('0' + octet / 100);
        if (octet >= 10)
            decimal.text[decimal.length++] = char('0' + octet / 10 % 10);
        decimal.text[decimal.length++] = char('0' + octet % 10);
        decimal.text[decimal.length++] = ',';
    }
    return result;
}

constexpr std::array<DecimalOctet, 256> decimalOctets = makeDecimalOctets();

char *writeOctets(char *to, QByteArrayView octets)
{
    for (const char octet : octets) {
        const DecimalOctet &decimal = decimalOctets[quint8(octet)];
        std::memcpy(to, decimal.text, longestOctet); // of fixed length: one instruction
        to += decimal.length;
    }
    return to;
}

// With leading zeros up to \a width digits.
char *writePadded(char *to, int value, int width)
{
    for (char *digit = to + width; digit != to; value /= 10)
        *--digit = char('0' + value % 10);
    return to + width;
}

// Four digits, or outside of them a sign and six, as ECMAScript has it. That counts a year 0, which
// the calendar of QDate does not have.
char *writeYear(char *to, int calendarYear)
{
    const int year = calendarYear < 0 ? calendarYear + 1 : calendarYear;
    if (year >= 0 && year <= 9999)
        return writePadded(to, year, 4);
    *to++ = year < 0 ? '-' : '+';
    return writePadded(to, std::abs(year), 6);
}

char *writeDate(char *to, QDate date)
{
    to = writeYear(to, date.year());
    *to++ = '-';
    to = writePadded(to, date.month(), 2);
    *to++ = '-';
    return writePadded(to, date.day(), 2);
}

char *writeTimeOfDay(char *to, int msecs)
{
    to = writePadded(to, msecs / 3'600'000, 2);
    *to++ = ':';
    to = writePadded(to, msecs / 60'000 % 60, 2);
    *to++ = ':';
    to = writePadded(to, msecs / 1000 % 60, 2);
    *to++ = '.';
    return writePadded(to, msecs % 1000, 3);
}

constexpr qint64 msecsOfDay = 86'400'000;
constexpr qint64 lastJavaScriptDay = 100'000'000; // either way from 1970, ECMAScript 21.4.1.1
constexpr qint64 julianDayOf1970 = 2'440'588;

} // namespace

JsonWriter::JsonWriter(QByteArray &out)
    : m_out(out)
{
}

void JsonWriter::undefined()
{
    if (m_last != Last::Key) {
        null();
        return;
    }
    m_last = m_out.at(m_keyStart) == ',' ? Last::Value : Last::Opening;
    m_out.truncate(m_keyStart);
}

void JsonWriter::null()
{
    literal("null");
}

void JsonWriter::boolean(bool value)
{
    literal(value ? QByteArrayView("true") : QByteArrayView("false"));
}

void JsonWriter::integer(qint64 value)
{
    char *const to = beginValue(longestInteger);
    endValue(std::to_chars(to, to + longestInteger, value).ptr);
}

void JsonWriter::unsignedInteger(quint64 value)
{
    char *const to = beginValue(longestInteger);
    endValue(std::to_chars(to, to + longestInteger, value).ptr);
}

void JsonWriter::real(double value)
{
    if (!std::isfinite(value)) {
        null();
        return;
    }
    char *const begin = beginValue(longestReal);
    char *end = writeReal(begin, value);
    if (std::none_of(begin, end, [](char c) { return c == '.' || c == 'e'; }))
        end = copy(end, ".0");
    endValue(end);
}

void JsonWriter::string(QStringView value)
{
    endValue(quoted(value));
}

void JsonWriter::bytes(QByteArrayView value)
{
    constexpr QByteArrayView opening = R"({"type":"Buffer","data":[)";
    constexpr QByteArrayView closing = "]}";

    char *to = copy(beginValue(opening.size() + closing.size()), opening);
    while (!value.isEmpty()) {
        const QByteArrayView piece = value.first(std::min(pieceSize, value.size()));
        m_out.setEnd(to);
        to = m_out.reserve(piece.size() * longestOctet + closing.size());
        to = writeOctets(to, piece);
        value = value.sliced(piece.size());
        if (value.isEmpty())
            --to; // the comma behind the last one
    }
    endValue(copy(to, closing));
}

void JsonWriter::dateTime(const QDateTime &value)
{
    const qint64 msecs = value.isValid() ? value.toMSecsSinceEpoch() : 0;
    if (!value.isValid() || msecs < -lastJavaScriptDay * msecsOfDay
        || msecs > lastJavaScriptDay * msecsOfDay) {
        null();
        return;
    }
    const qint64 msecOfDay = (msecs % msecsOfDay + msecsOfDay) % msecsOfDay;
    const qint64 day = (msecs - msecOfDay) / msecsOfDay;

    char *to = beginValue(longestDateTime);
    *to++ = '"';
    to = writeDate(to, QDate::fromJulianDay(julianDayOf1970 + day));
    *to++ = 'T';
    to = writeTimeOfDay(to, int(msecOfDay));
    endValue(copy(to, "Z\""));
}

void JsonWriter::beginList(qsizetype)
{
    openContainer('[');
}

void JsonWriter::endList()
{
    closeContainer(']');
}

void JsonWriter::beginMap(qsizetype)
{
    openContainer('{');
}

void JsonWriter::key(QStringView key)
{
    m_keyStart = m_out.size();
    char *to = quoted(key);
    *to++ = ':';
    m_out.setEnd(to);
    m_last = Last::Key;
}

void JsonWriter::key(char letter)
{
    m_keyStart = m_out.size();
    char *to = beginValue(4);
    *to++ = '"';
    *to++ = letter;
    *to++ = '"';
    *to++ = ':';
    m_out.setEnd(to);
    m_last = Last::Key;
}

void JsonWriter::endMap()
{
    closeContainer('}');
}

// Where a value of at most \a size bytes goes; its comma is written, which only a value or key
// behind another value needs.
char *JsonWriter::beginValue(qsizetype size)
{
    char *to = m_out.reserve(1 + size);
    if (m_last == Last::Value)
        *to++ = ',';
    return to;
}

void JsonWriter::endValue(char *end)
{
    m_out.setEnd(end);
    m_last = Last::Value;
    if (m_nesting == 0)
        m_out.finish();
}

void JsonWriter::literal(QByteArrayView text)
{
    endValue(copy(beginValue(text.size()), text));
}

void JsonWriter::openContainer(char bracket)
{
    char *to = beginValue(1);
    *to++ = bracket;
    m_out.setEnd(to);
    m_last = Last::Opening;
    ++m_nesting;
}

void JsonWriter::closeContainer(char bracket)
{
    char *to = m_out.reserve(1);
    *to++ = bracket;
    --m_nesting;
    endValue(to);
}

// Writes \a text as a JSON string, with its comma; there is room for one byte behind its end, which
// is returned.
char *JsonWriter::quoted(QStringView text)
{
    const char16_t *from = text.utf16();
    const char16_t *const end = from + text.size();
    constexpr qsizetype behindText = 2;

    // Room for as many bytes as there are characters: all that most texts need.
    char *to = beginValue(1 + text.size() + behindText);
    *to++ = '"';
    to = copyPlain(to, from, end);
    while (from != end) {
        const auto stop = from + std::min<qsizetype>(pieceSize, end - from);
        m_out.setEnd(to);
        to = m_out.reserve((stop - from) * longestUnit + behindText);
        to = writeText(to, from, stop, end);
    }
    *to++ = '"';
    return to;
}

} // namespace qipc
