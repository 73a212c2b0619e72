// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "messagepackwriter_p.h"

#include <QtCore/QStringEncoder>
#include <QtCore/QtAlgorithms>
#include <QtCore/QtEndian>

#include <algorithm>
#include <cstring>
#include <limits>

#include <msgpack/pack.hpp>

namespace qipc {

namespace {

// Extension types, and the first byte of a float64 (wire.md, "MessagePack").
constexpr qint8 undefinedType = 0;
constexpr qint8 timestampType = -1;
constexpr char float64Mark = '\xCB';

//! What msgpack-cxx packs into.
struct Sink
{
    QByteArray &out;

    void write(const char *data, size_t size) { out.append(data, qsizetype(size)); }
};

//! A packer with its own sink.
class Packer : private Sink, public msgpack::packer<Sink>
{
public:
    explicit Packer(QByteArray &target)
        : Sink{target}
        , msgpack::packer<Sink>(static_cast<Sink &>(*this))
    {
    }
};

//! \a size as MessagePack can declare it. What is longer makes a message above any limit, which is
//! refused whole; so it does not matter that this one says too little, only that it does not wrap.
quint32 declarable(qsizetype size)
{
    constexpr quint64 largest = std::numeric_limits<quint32>::max();
    return quint32(std::min(quint64(size), largest));
}

//! Whether a double has the very value of an integer of this \a magnitude.
bool isExactAsDouble(quint64 magnitude)
{
    constexpr int digits = std::numeric_limits<double>::digits;
    return magnitude == 0 || (magnitude >> qCountTrailingZeroBits(magnitude)) >> digits == 0;
}

quint64 magnitudeOf(qint64 value)
{
    return value < 0 ? 0 - quint64(value) : quint64(value);
}

//! The length of \a text in UTF-8, where a lone surrogate is three bytes, as U+FFFD is. Written so
//! that a compiler makes vector instructions of it.
qsizetype utf8Size(QStringView text)
{
    const char16_t *units = text.utf16();
    const qsizetype count = text.size();
    qsizetype size = count;
    for (qsizetype i = 0; i < count; ++i)
        size += (units[i] >= 0x80) + (units[i] >= 0x800);
    if (size == count)
        return size;
    // Each half of a pair was taken for three bytes; the pair has four.
    for (qsizetype i = 1; i < count; ++i)
        size -= 2 * (QChar::isHighSurrogate(units[i - 1]) && QChar::isLowSurrogate(units[i]));
    return size;
}

//! Writes \a text in UTF-8 to \a out, which has room for utf8Size() bytes.
void writeUtf8(QStringView text, qsizetype size, char *out)
{
    if (size == text.size()) { // ASCII
        std::transform(text.utf16(), text.utf16() + size, out, [](char16_t c) { return char(c); });
        return;
    }
    // Stateless, or a lone surrogate at the end would wait for its other half. QString::toUtf8()
    // writes a question mark for one.
    QStringEncoder encoder(QStringEncoder::Utf8, QStringEncoder::Flag::Stateless);
    [[maybe_unused]] const char *end = encoder.appendToBuffer(out, text);
    Q_ASSERT(end == out + size);
}

//! The three forms of a timestamp, the shortest that takes it.
void packTimestamp(Packer &packer, qint64 seconds, quint32 nanoseconds)
{
    char body[12];
    quint32 size = 0;
    if (seconds < 0 || seconds >> 34 != 0) {
        qToBigEndian(nanoseconds, body);
        qToBigEndian(seconds, body + 4);
        size = 12;
    } else if (nanoseconds != 0 || seconds >> 32 != 0) {
        qToBigEndian(quint64(nanoseconds) << 34 | quint64(seconds), body);
        size = 8;
    } else {
        qToBigEndian(quint32(seconds), body);
        size = 4;
    }
    packer.pack_ext(size, timestampType);
    packer.pack_ext_body(body, size);
}

} // namespace

MessagePackWriter::MessagePackWriter(QByteArray &out, Dialect dialect)
    : m_out(out)
    , m_dialect(dialect)
{
}

void MessagePackWriter::undefined()
{
    Packer packer(m_out);
    packer.pack_ext(1, undefinedType);
    packer.pack_ext_body("\0", 1);
}

void MessagePackWriter::null()
{
    Packer(m_out).pack_nil();
}

void MessagePackWriter::boolean(bool value)
{
    if (value)
        Packer(m_out).pack_true();
    else
        Packer(m_out).pack_false();
}

void MessagePackWriter::integer(qint64 value)
{
    const bool isNarrow =
        value >= std::numeric_limits<qint32>::min() && value <= std::numeric_limits<quint32>::max();
    if (m_dialect == Dialect::Node && !isNarrow && isExactAsDouble(magnitudeOf(value)))
        real(double(value));
    else
        Packer(m_out).pack_int64(value);
}

void MessagePackWriter::unsignedInteger(quint64 value)
{
    const bool isNarrow = value <= std::numeric_limits<quint32>::max();
    if (m_dialect == Dialect::Node && !isNarrow && isExactAsDouble(value))
        real(double(value));
    else
        Packer(m_out).pack_uint64(value);
}

void MessagePackWriter::real(double value)
{
    // Not pack_double(), which makes an integer of 1.0.
    char bytes[1 + sizeof value] = {float64Mark};
    qToBigEndian(value, bytes + 1);
    m_out.append(bytes, sizeof bytes);
}

void MessagePackWriter::string(QStringView value)
{
    const qsizetype size = utf8Size(value);
    Packer(m_out).pack_str(declarable(size));
    const qsizetype start = m_out.size();
    m_out.resize(start + size);
    writeUtf8(value, size, m_out.data() + start);
}

void MessagePackWriter::bytes(QByteArrayView value)
{
    Packer(m_out).pack_bin(declarable(value.size()));
    m_out.append(value);
}

void MessagePackWriter::dateTime(const QDateTime &value)
{
    Packer packer(m_out);
    if (!value.isValid()) {
        packer.pack_ext(1, timestampType);
        packer.pack_ext_body("\xFF", 1);
        return;
    }
    const qint64 sinceEpoch = value.toMSecsSinceEpoch();
    const qint64 milliseconds = (sinceEpoch % 1000 + 1000) % 1000; // never negative
    const qint64 seconds = sinceEpoch / 1000 - (sinceEpoch % 1000 < 0 ? 1 : 0);
    packTimestamp(packer, seconds, quint32(milliseconds * 1'000'000));
}

void MessagePackWriter::beginList(qsizetype size)
{
    Packer(m_out).pack_array(declarable(size));
}

void MessagePackWriter::endList()
{
}

void MessagePackWriter::beginMap(qsizetype size)
{
    Packer(m_out).pack_map(declarable(size));
}

void MessagePackWriter::key(QStringView key)
{
    string(key);
}

void MessagePackWriter::endMap()
{
}

} // namespace qipc
