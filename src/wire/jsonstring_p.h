// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_JSONSTRING_P_H
#define QIPC_JSONSTRING_P_H

#include "jsoncursor_p.h"

#include <QtCore/QString>
#include <QtCore/QtEndian>

namespace qipc::json {

// Text is scanned eight bytes at a time; the first byte is in the lowest lane of the word.
using Lanes = quint64;
constexpr Lanes everyLane = 0x0101'0101'0101'0101;
constexpr Lanes highBits = everyLane * 0x80;

// A bit at least in the lowest lane that ends a run of plain text, if any does; lanes above that
// one may be marked falsely, by a borrow.
inline Lanes specialLanes(Lanes bytes)
{
    const Lanes quote = bytes ^ (everyLane * '"');
    const Lanes backslash = bytes ^ (everyLane * '\\');
    const Lanes control = (bytes - everyLane * 0x20) & ~bytes;
    return (((quote - everyLane) & ~quote) | ((backslash - everyLane) & ~backslash) | control)
        & highBits;
}

inline bool isSpecial(char c)
{
    return c == '"' || c == '\\' || uchar(c) < 0x20;
}

// The first quote, backslash or control character; \a end where there is none. Sets \a isAscii to
// false where something before it is not ASCII.
inline const char *findSpecial(const char *at, const char *end, bool &isAscii)
{
    while (end - at >= qsizetype(sizeof(Lanes))) {
        const auto bytes = qFromLittleEndian<Lanes>(at);
        const Lanes special = specialLanes(bytes);
        const Lanes lowest = special & (~special + 1);
        // Without a special one `lowest - 1` is all ones: every lane counts.
        if (bytes & highBits & (lowest - 1))
            isAscii = false;
        if (special)
            return at + qCountTrailingZeroBits(special) / 8;
        at += sizeof(Lanes);
    }
    for (; at != end && !isSpecial(*at); ++at) {
        if (uchar(*at) >= 0x80)
            isAscii = false;
    }
    return at;
}

// Takes the character that begins here and is not ASCII; -1 where that is no valid UTF-8 (the
// Unicode Standard, table 3-7). QString::fromUtf8() does not tell of what is invalid, and drops a
// leading U+FEFF, which in JSON is a character like any other.
inline int takeNonAscii(Cursor &cursor)
{
    const auto first = uchar(*cursor.at);
    const int following = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (first < 0xc2 || first > 0xf4 || cursor.end - cursor.at <= following)
        return -1;
    int character = first & (0x3f >> following);
    for (int i = 1; i <= following; ++i) {
        const auto next = uchar(cursor.at[i]);
        if ((next & 0xc0) != 0x80)
            return -1;
        character = (character << 6) | (next & 0x3f);
    }
    constexpr int smallest[] = {0, 0x80, 0x800, 0x10000}; // less is an overlong form
    if (character < smallest[following] || character > int(QChar::LastValidCodePoint)
        || QChar::isSurrogate(char32_t(character)))
        return -1;
    cursor.at += 1 + following;
    return character;
}

inline QChar *appendCharacter(QChar *to, int character)
{
    if (!QChar::requiresSurrogates(char32_t(character))) {
        *to++ = QChar(character);
        return to;
    }
    *to++ = QChar(QChar::highSurrogate(char32_t(character)));
    *to++ = QChar(QChar::lowSurrogate(char32_t(character)));
    return to;
}

// Takes what is ASCII, up to a backslash.
inline QChar *takeAscii(Cursor &cursor, QChar *to)
{
    constexpr int block = sizeof(Lanes);
    while (cursor.end - cursor.at >= block) {
        const auto bytes = qFromLittleEndian<Lanes>(cursor.at);
        if ((bytes & highBits) | specialLanes(bytes))
            break;
        for (int i = 0; i < block; ++i)
            to[i] = QLatin1Char(cursor.at[i]);
        cursor.at += block;
        to += block;
    }
    while (!cursor.atEnd() && uchar(*cursor.at) < 0x80 && *cursor.at != '\\')
        *to++ = QLatin1Char(*cursor.at++);
    return to;
}

inline int hexDigit(char c)
{
    if (isDigit(c))
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Takes the four digits of a `\u`; -1 where they are not there.
inline int takeUnicodeEscape(Cursor &cursor)
{
    int unit = 0;
    for (int i = 0; i < 4; ++i, ++cursor.at) {
        const int digit = hexDigit(cursor.peek());
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

// Takes what stands behind a backslash; -1 where that is no escape.
inline int takeEscape(Cursor &cursor)
{
    const char c = cursor.peek();
    if (!cursor.atEnd())
        ++cursor.at;
    switch (c) {
    case '"':
    case '\\':
    case '/':
        return c;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'u':
        return takeUnicodeEscape(cursor);
    default:
        return -1;
    }
}

//! What is wrong with a string, and where.
struct StringProblem
{
    const char *what = nullptr; //!< Null where it is a string.
    const char *where = nullptr;
};

// \a raw is what stands between the quotes.
inline StringProblem decodeString(QByteArrayView raw, QString &string)
{
    string.resize(raw.size()); // no byte becomes more than one UTF-16 unit
    QChar *to = string.data();
    Cursor cursor(raw);
    while (!cursor.atEnd()) {
        to = takeAscii(cursor, to);
        while (uchar(cursor.peek()) >= 0x80) {
            const int character = takeNonAscii(cursor);
            if (character < 0)
                return {"no valid UTF-8", cursor.at};
            to = appendCharacter(to, character);
        }
        const char *const escape = cursor.at;
        if (cursor.take('\\')) {
            const int unit = takeEscape(cursor);
            if (unit < 0)
                return {"no valid escape", escape};
            *to++ = QChar(unit);
        }
    }
    string.truncate(to - string.constData());
    return {};
}

//! Takes the string whose opening quote is at \a cursor, which stays there where it is none.
inline StringProblem takeString(Cursor &cursor, QString &string)
{
    const char *const begin = cursor.at + 1;
    bool isAscii = true;
    bool hasEscapes = false;
    const char *at = findSpecial(begin, cursor.end, isAscii);
    while (at != cursor.end && *at == '\\') {
        hasEscapes = true;
        at += cursor.end - at > 1 ? 2 : 1; // so that an escaped quote does not end it
        at = findSpecial(at, cursor.end, isAscii);
    }
    if (at == cursor.end)
        return {"expected '\"'", at};
    if (*at != '"')
        return {"a control character in a string", at};

    const QByteArrayView raw(begin, at);
    if (hasEscapes || !isAscii) {
        const StringProblem problem = decodeString(raw, string);
        if (problem.what)
            return problem;
    } else {
        string = QString::fromLatin1(raw);
    }
    cursor.at = at + 1;
    return {};
}

} // namespace qipc::json

#endif
