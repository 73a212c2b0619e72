// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "compression_p.h"

#include <algorithm>
#include <limits>

#define ZLIB_CONST
#include <zlib.h>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

constexpr int rawDeflate = -MAX_WBITS; // window 15, neither header nor checksum
constexpr int defaultMemoryLevel = 8;

// What Z_SYNC_FLUSH ends in, an empty block; and the whole of it where it begins at a whole byte.
constexpr QByteArrayView syncTail("\x00\x00\xFF\xFF", 4);
constexpr QByteArrayView emptyBlock("\x00\x00\x00\xFF\xFF", 5);

// zlib counts in 32 bits, and no frame is larger than this (see IPCLimits::messageSize).
constexpr qsizetype largestSize = std::numeric_limits<int>::max();

// zlib asks for more than six bytes of room, or it may end the flush twice.
constexpr qsizetype roomForFlush = 64;

// What a frame may hold in vain beside what it has.
constexpr qsizetype largestSlack = 16 * 1024;

// Spares small frames, which are most of them, a second round.
constexpr qsizetype smallestRoom = 512;

const Bytef *bytesOf(QByteArrayView data)
{
    return reinterpret_cast<const Bytef *>(data.data());
}

IPCError outOfMemory()
{
    return {IPCError::Code::OutOfResources, u"no memory for compression"_s};
}

IPCError tooLarge(qsizetype limit)
{
    return IPCError(IPCError::Code::MessageTooLarge,
                    u"the message is larger than %1 bytes"_s.arg(limit))
        .withLimit(u"messageSize"_s);
}

//! What \a result, of an inflate() that did not end well, means.
IPCError errorFor(int result)
{
    QString how = u"it is damaged"_s;
    if (result == Z_MEM_ERROR)
        return outOfMemory();
    if (result == Z_BUF_ERROR) // there is nothing to go on with
        how = u"it is cut short"_s;
    else if (result == Z_STREAM_END)
        how = u"it ends the stream"_s;
    return {IPCError::Code::DecodingError, u"cannot inflate a frame: "_s + how};
}

//! A guess at the size of a frame, inflated, of which \a largest is what it may have.
qsizetype firstRoom(qsizetype frameSize, qsizetype largest)
{
    if (frameSize > largest / 4)
        return largest;
    return std::min(std::max(4 * frameSize, smallestRoom), largest);
}

//! Gives \a stream the end of \a out, from its byte \a used, to write into.
void setRoom(z_stream &stream, QByteArray &out, qsizetype used)
{
    stream.next_out = reinterpret_cast<Bytef *>(out.data() + used);
    stream.avail_out = uInt(std::min<qsizetype>(out.size() - used, largestSize));
}

} // namespace

qsizetype largestDeflated(qsizetype size)
{
    // zlib adds less than a thousandth (see its deflateBound()), and the end of the flush.
    const qsizetype added = size / 1000 + roomForFlush;
    return size + std::min(added, std::numeric_limits<qsizetype>::max() - size);
}

struct Deflater::State
{
    z_stream stream = {};
    IPCError error; // why the context is lost
};

Deflater::Deflater()
    : m_state(std::make_unique<State>())
{
    const int result = deflateInit2(&m_state->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, rawDeflate,
                                    defaultMemoryLevel, Z_DEFAULT_STRATEGY);
    if (result != Z_OK)
        m_state->error = outOfMemory();
}

Deflater::~Deflater()
{
    deflateEnd(&m_state->stream);
}

IPCError Deflater::deflate(QByteArrayView data, QByteArray &out)
{
    Q_ASSERT(data.size() <= largestSize);
    if (m_state->error)
        return m_state->error;
    if (data.isEmpty()) { // zlib does not flush twice on end
        out.append(emptyBlock);
        return {};
    }

    z_stream &stream = m_state->stream;
    stream.next_in = bytesOf(data);
    stream.avail_in = uInt(data.size());
    qsizetype used = out.size();
    out.resize(used + qsizetype(deflateBound(&stream, uLong(data.size()))) + roomForFlush);
    for (;;) {
        setRoom(stream, out, used);
        ::deflate(&stream, Z_SYNC_FLUSH);
        used = reinterpret_cast<char *>(stream.next_out) - out.constData();
        if (stream.avail_out != 0)
            break;
        out.resize(out.size() + roomForFlush);
    }
    out.truncate(used);
    // It may wait to be sent for long, and is counted by its size.
    if (out.capacity() > largestSlack && out.capacity() > 2 * out.size())
        out.squeeze();
    return {};
}

struct Inflater::State
{
    z_stream stream = {};
    IPCError error; // why the context is lost

    [[nodiscard]] IPCError inflate(QByteArrayView frame, qsizetype maxSize, QByteArray &out);
    [[nodiscard]] bool isAtFlush() const;
};

Inflater::Inflater()
    : m_state(std::make_unique<State>())
{
    if (inflateInit2(&m_state->stream, rawDeflate) != Z_OK)
        m_state->error = outOfMemory();
}

Inflater::~Inflater()
{
    inflateEnd(&m_state->stream);
}

IPCError Inflater::inflate(QByteArrayView frame, qsizetype maxSize, QByteArray &out)
{
    if (!m_state->error)
        m_state->error = m_state->inflate(frame, std::min(maxSize, largestSize - 1), out);
    if (m_state->error)
        out.clear();
    return m_state->error;
}

IPCError Inflater::State::inflate(QByteArrayView frame, qsizetype maxSize, QByteArray &out)
{
    if (frame.size() > largestSize)
        return tooLarge(maxSize);
    stream.next_in = bytesOf(frame);
    stream.avail_in = uInt(frame.size());

    const qsizetype largestRoom = maxSize + 1; // one more shows that there is more
    qsizetype room = firstRoom(frame.size(), largestRoom);
    qsizetype used = 0;
    for (;;) {
        out.reserve(room); // resize() alone takes up to twice as much
        out.resize(room);
        setRoom(stream, out, used);
        const int result = ::inflate(&stream, Z_SYNC_FLUSH);
        used = reinterpret_cast<char *>(stream.next_out) - out.constData();
        if (used > maxSize)
            return tooLarge(maxSize);
        if (result != Z_OK)
            return errorFor(result);
        if (isAtFlush())
            break;
        if (stream.avail_out != 0)
            return errorFor(Z_BUF_ERROR);
        room += std::min(room, largestRoom - room);
    }
    out.truncate(used);
    return frame.endsWith(syncTail) ? IPCError() : errorFor(Z_BUF_ERROR);
}

//! Whether all that came is inflated, and ended between two blocks and at a whole byte: only so
//! does a flush end.
bool Inflater::State::isAtFlush() const
{
    constexpr int betweenBlocks = 128;
    return stream.avail_in == 0 && stream.data_type == betweenBlocks;
}

} // namespace qipc
