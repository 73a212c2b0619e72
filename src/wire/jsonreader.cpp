// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "jsonreader_p.h"

#include "jsoncursor_p.h"
#include "jsonstring_p.h"

#include <QtCore/QVarLengthArray>
#include <QtCore/QtNumeric>

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

namespace qipc {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype shortKeySize = 3; // a letter and its quotes

using Octets = QVarLengthArray<char, 256>;

// Whether \a number, which a double cannot hold, is too large, not too small. Its exponent alone
// does not tell: there may be hundreds of digits, or zeros behind the point.
bool isTooLarge(QByteArrayView number)
{
    const auto mark =
        std::find_if(number.begin(), number.end(), [](char c) { return c == 'e' || c == 'E'; });
    const auto point = std::find(number.begin(), mark, '.');
    const auto firstDigit =
        std::find_if(number.begin(), mark, [](char c) { return c >= '1' && c <= '9'; });
    if (firstDigit == mark)
        return false;

    qint64 exponent = 0;
    if (mark != number.end()) {
        const auto begin = mark + (mark[1] == '+' ? 2 : 1);
        if (std::from_chars(begin, number.end(), exponent).ec != std::errc())
            return *begin != '-'; // more than any number of digits makes up for
    }
    return exponent > firstDigit - point; // the sum of both might overflow
}

// \a number has the form of one. Too large is infinite, too small is zero, as in JavaScript.
double toDouble(QByteArrayView number)
{
    double value = 0;
#if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
    const bool ok = std::from_chars(number.begin(), number.end(), value).ec == std::errc();
#else
    bool ok = false;
    value = number.toDouble(&ok);
#endif
    if (ok)
        return value;
    const double magnitude = isTooLarge(number) ? std::numeric_limits<double>::infinity() : 0.0;
    return number.front() == '-' ? -magnitude : magnitude;
}

// Takes an integer from 0 to 255.
bool takeOctet(json::Cursor &cursor, Octets &octets)
{
    const char *const begin = cursor.at;
    int octet = 0;
    while (json::isDigit(cursor.peek()) && cursor.at - begin < 3)
        octet = octet * 10 + (*cursor.at++ - '0');
    const qsizetype length = cursor.at - begin;
    octets.append(char(octet));
    return length > 0 && octet <= 255 && (length == 1 || *begin != '0');
}

bool takeOctets(json::Cursor &cursor, Octets &octets)
{
    if (!cursor.takeNext('['))
        return false;
    if (cursor.takeNext(']'))
        return true;
    do {
        cursor.skipSpace();
        if (!takeOctet(cursor, octets))
            return false;
    } while (cursor.takeNext(','));
    return cursor.take(']');
}

// Takes a Buffer of Node, in either order of its keys. It stops at the next `{` at the latest,
// where the next try may begin; so all that is tried in vain adds up to one more pass over the
// text.
bool takeBuffer(json::Cursor &cursor, Octets &octets)
{
    constexpr QByteArrayView typeKey = R"("type")";
    constexpr QByteArrayView typeName = R"("Buffer")";
    constexpr QByteArrayView dataKey = R"("data")";

    if (!cursor.take('{'))
        return false;
    const auto takeType = [&] { return cursor.takeNext(':') && cursor.takeNext(typeName); };
    const auto takeData = [&] { return cursor.takeNext(':') && takeOctets(cursor, octets); };
    const bool taken = cursor.takeNext(typeKey)
        ? takeType() && cursor.takeNext(',') && cursor.takeNext(dataKey) && takeData()
        : cursor.take(dataKey) && takeData() && cursor.takeNext(',') && cursor.takeNext(typeKey)
            && takeType();
    return taken && cursor.takeNext('}');
}

class JsonReader
{
public:
    JsonReader(QByteArrayView text, ValueBuilder &builder);

    IPCError read();

private:
    enum class Container : quint8 { List, Map };

    bool readDocument();
    bool readValue();
    bool readWhatFollows();
    bool openList();
    bool openMap();
    bool closeContainer();
    bool readKey();
    [[nodiscard]] bool isShortKey() const;
    bool readLiteral();
    bool readNumber();
    bool readFractionAndExponent();
    bool readString(QString &string);
    bool complete();

    bool fail(QLatin1StringView problem);
    bool failTooDeep();
    bool failTooMany();
    bool failAt(const char *place, QLatin1StringView problem);

    ValueBuilder &m_builder;
    const char *const m_begin;
    json::Cursor m_cursor;
    QVarLengthArray<Container, 128> m_open;
    bool m_isComplete = false; //!< A value has just been read; else one has to come.
    IPCError m_error;
};

JsonReader::JsonReader(QByteArrayView text, ValueBuilder &builder)
    : m_builder(builder)
    , m_begin(text.begin())
    , m_cursor(text)
{
}

IPCError JsonReader::read()
{
    readDocument();
    return m_error;
}

bool JsonReader::readDocument()
{
    while (!m_isComplete || !m_open.isEmpty()) {
        if (!(m_isComplete ? readWhatFollows() : readValue()))
            return false;
        if (m_builder.hasTooMany())
            return failTooMany();
    }
    m_cursor.skipSpace();
    return m_cursor.atEnd() || fail("expected nothing more"_L1);
}

// A scalar, or the beginning of a list or map up to where its first value has to stand.
bool JsonReader::readValue()
{
    m_cursor.skipSpace();
    switch (m_cursor.peek()) {
    case '{':
        return openMap();
    case '[':
        return openList();
    case '"': {
        QString string;
        if (!readString(string))
            return false;
        m_builder.string(string);
        return complete();
    }
    case 't':
    case 'f':
    case 'n':
        return readLiteral();
    default:
        return readNumber();
    }
}

// The end of the innermost list or map, or the comma up to where the next value has to stand.
bool JsonReader::readWhatFollows()
{
    const bool inMap = m_open.last() == Container::Map;
    if (m_cursor.takeNext(inMap ? '}' : ']'))
        return closeContainer();
    if (!m_cursor.take(','))
        return fail(inMap ? "expected ',' or '}'"_L1 : "expected ',' or ']'"_L1);
    m_isComplete = false;
    return !inMap || readKey();
}

bool JsonReader::openList()
{
    if (!m_builder.beginList())
        return failTooDeep();
    ++m_cursor.at;
    m_open.append(Container::List);
    return !m_cursor.takeNext(']') || closeContainer();
}

bool JsonReader::openMap()
{
    Octets octets;
    json::Cursor ahead = m_cursor;
    if (takeBuffer(ahead, octets)) {
        m_cursor = ahead;
        m_builder.bytes(QByteArray(octets.constData(), octets.size()));
        return complete();
    }
    if (!m_builder.beginMap())
        return failTooDeep();
    ++m_cursor.at;
    m_open.append(Container::Map);
    return m_cursor.takeNext('}') ? closeContainer() : readKey();
}

bool JsonReader::closeContainer()
{
    if (m_open.last() == Container::Map)
        m_builder.endMap();
    else
        m_builder.endList();
    m_open.removeLast();
    return complete();
}

bool JsonReader::readKey()
{
    m_cursor.skipSpace();
    if (m_cursor.peek() != '"')
        return fail("expected a key in quotes"_L1);
    if (m_builder.isAtPacketKey() && isShortKey()) {
        m_builder.packetKey(char16_t(m_cursor.at[1]));
        m_cursor.at += shortKeySize;
    } else {
        QString key;
        if (!readString(key))
            return false;
        m_builder.key(std::move(key));
    }
    return m_cursor.takeNext(':') || fail("expected ':'"_L1);
}

// Whether the key that is here is one letter in quotes.
bool JsonReader::isShortKey() const
{
    const auto isLetter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    return m_cursor.end - m_cursor.at >= shortKeySize && isLetter(m_cursor.at[1])
        && m_cursor.at[2] == '"';
}

bool JsonReader::readLiteral()
{
    if (m_cursor.take("true"))
        m_builder.boolean(true);
    else if (m_cursor.take("false"))
        m_builder.boolean(false);
    else if (m_cursor.take("null"))
        m_builder.null();
    else
        return fail("expected a value"_L1);
    return complete();
}

bool JsonReader::readNumber()
{
    const char *const begin = m_cursor.at;
    const bool isNegative = m_cursor.take('-');
    if (!json::isDigit(m_cursor.peek()))
        return fail(isNegative ? "expected a digit"_L1 : "expected a value"_L1);

    quint64 magnitude = 0;
    bool isInteger = true; // of 64 bits
    if (!m_cursor.take('0')) {
        for (; json::isDigit(m_cursor.peek()); ++m_cursor.at) {
            const auto digit = quint64(*m_cursor.at - '0');
            if (qMulOverflow(magnitude, quint64(10), &magnitude)
                || qAddOverflow(magnitude, digit, &magnitude))
                isInteger = false;
        }
    }
    const char *const integerEnd = m_cursor.at;
    if (!readFractionAndExponent())
        return false;
    if (m_cursor.at != integerEnd)
        isInteger = false;

    constexpr auto largestPositive = quint64(std::numeric_limits<qint64>::max());
    if (isInteger && !isNegative)
        m_builder.unsignedInteger(magnitude);
    else if (isInteger && magnitude != 0 && magnitude <= largestPositive + 1)
        m_builder.integer(qint64(0 - magnitude));
    else // also -0, which no integer is
        m_builder.real(toDouble(QByteArrayView(begin, m_cursor.at)));
    return complete();
}

bool JsonReader::readFractionAndExponent()
{
    if (m_cursor.take('.') && !m_cursor.takeDigits())
        return fail("expected a digit"_L1);
    if (m_cursor.take('e') || m_cursor.take('E')) {
        if (!m_cursor.take('+'))
            m_cursor.take('-');
        if (!m_cursor.takeDigits())
            return fail("expected a digit"_L1);
    }
    return true;
}

bool JsonReader::readString(QString &string)
{
    const json::StringProblem problem = json::takeString(m_cursor, string);
    return !problem.what || failAt(problem.where, QLatin1StringView(problem.what));
}

bool JsonReader::complete()
{
    m_isComplete = true;
    return true;
}

bool JsonReader::fail(QLatin1StringView problem)
{
    return failAt(m_cursor.at, problem);
}

bool JsonReader::failAt(const char *place, QLatin1StringView problem)
{
    QString message =
        "invalid JSON at byte "_L1 + QString::number(place - m_begin) + ": "_L1 + problem;
    if (place == m_cursor.end)
        message += ", but the text ends"_L1;
    m_error = IPCError(IPCError::Code::DecodingError, message);
    return false;
}

bool JsonReader::failTooDeep()
{
    const QString message = "the JSON at byte "_L1 + QString::number(m_cursor.at - m_begin)
        + " is nested deeper than the "_L1 + QString::number(m_builder.limits().nesting)
        + " levels that are allowed (limits.nesting)"_L1;
    m_error = IPCError(IPCError::Code::DecodingError, message).withLimit(u"nesting"_s);
    return false;
}

bool JsonReader::failTooMany()
{
    const QString message = "the JSON has, at byte "_L1 + QString::number(m_cursor.at - m_begin)
        + ", more than the "_L1 + QString::number(m_builder.limits().values)
        + " values that are allowed (limits.values)"_L1;
    m_error = IPCError(IPCError::Code::DecodingError, message).withLimit(u"values"_s);
    return false;
}

} // namespace

IPCError readJson(QByteArrayView text, ValueBuilder &builder)
{
    return JsonReader(text, builder).read();
}

} // namespace qipc
