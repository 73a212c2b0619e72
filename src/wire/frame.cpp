// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "frame_p.h"

#include "bytewriter_p.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace qipc {

namespace {

// What stands around the bytes that a message mostly consists of: tag, packet, nonce.
constexpr qsizetype roomAround = 1024;

// How much is read ahead of small frames. One that carries 64 KiB comes in one read.
constexpr qsizetype chunkSize = 64 * 1024 + roomAround;

// Up to this size a frame gets all of its memory as soon as a part of it has come, which the first
// read of a large one brings along. An announcement alone costs its sender nothing, and us no more
// than a chunk.
constexpr qsizetype largestAhead = 1024 * 1024 + roomAround;
constexpr qsizetype mostAheadOfPart = 32;

constexpr quint8 groupBits = 7;
constexpr quint8 groupMask = 0x7f;
constexpr quint8 lastGroup = 0x80;

// What the readers of a thread pass on to each other, so that none keeps memory that it does not
// need, and none goes through the system for it in each turn.
thread_local QByteArray spareChunk;

struct Tag
{
    int size = 0; // 0: not complete
    qint64 length = 0;
};

// Base 128, most significant group first, the high bit on the last byte only.
Tag readTag(QByteArrayView bytes)
{
    Tag tag;
    const auto available = std::min<qsizetype>(bytes.size(), maxTagSize);
    for (int i = 0; i < available; ++i) {
        const auto byte = quint8(bytes[i]);
        tag.length = (tag.length << groupBits) | (byte & groupMask);
        if (byte & lastGroup) {
            tag.size = i + 1;
            break;
        }
    }
    return tag;
}

} // namespace

QByteArray frameStorage()
{
    QByteArray storage;
    storage.reserve(firstRoom);
    storage.resize(maxTagSize);
    return storage;
}

qsizetype payloadSize(const QByteArray &storage, const SharedParts &shared)
{
    qsizetype size = storage.size() - maxTagSize;
    for (const SharedPart &part : shared)
        size += part.bytes.size();
    return size;
}

Frame sealFrame(QByteArray storage, SharedParts shared)
{
    auto length = payloadSize(storage, shared);
    auto *data = storage.data();
    qsizetype start = maxTagSize;
    quint8 flag = lastGroup;
    do {
        data[--start] = char((length & groupMask) | flag);
        flag = 0;
        length >>= groupBits;
    } while (length > 0);
    return {std::move(storage), start, std::move(shared)};
}

qsizetype Frame::size() const
{
    return payloadSize(storage, shared) + maxTagSize - start;
}

Frame Frame::joined() const
{
    if (shared.empty())
        return *this;
    QByteArray whole;
    whole.reserve(start + size());
    whole.append(storage.constData(), start);
    forEachPiece([&](const QByteArray &array, qsizetype begin, qsizetype size) {
        whole.append(array.constData() + begin, size);
    });
    return {std::move(whole), start, {}};
}

FrameReader::FrameReader(qsizetype maxPayload)
    : m_maxPayload(maxPayload)
{
}

FrameReader::Space FrameReader::space()
{
    m_given = 0;
    const auto have = m_end - m_begin;
    // A large frame is read to its end and no further, so that what follows need not be moved.
    const bool large = m_announced > chunkSize;
    const auto ahead = std::max(std::min(largestAhead, mostAheadOfPart * have), 2 * have);
    const auto wanted =
        large ? std::clamp(ahead, chunkSize, m_announced) : std::max(chunkSize, have + 1);
    if (m_buffer.size() - m_begin < wanted || m_end == m_buffer.size())
        makeRoom(wanted);
    const auto free = m_buffer.size() - m_end;
    return {m_buffer.data() + m_end, large ? std::min(free, m_announced - have) : free};
}

// Moves what is buffered to the beginning of at least \a wanted bytes.
void FrameReader::makeRoom(qsizetype wanted)
{
    const auto have = m_end - m_begin;
    if (have > 0 && m_begin > 0)
        std::memmove(m_buffer.data(), m_buffer.constData() + m_begin, size_t(have));
    m_begin = 0;
    m_end = have;
    if (m_buffer.isEmpty() && wanted == chunkSize)
        m_buffer = std::exchange(spareChunk, {});
    if (m_buffer.size() < wanted) {
        m_buffer.reserve(wanted); // resize() alone takes up to twice as much
        m_buffer.resize(wanted);
    }
}

void FrameReader::commit(qsizetype size)
{
    Q_ASSERT(size >= 0 && size <= m_buffer.size() - m_end);
    m_end += size;
}

FrameReader::Status FrameReader::next(QByteArrayView &payload)
{
    const auto have = buffered();
    if (have.size() < m_announced)
        return Status::Incomplete;
    const Tag tag = readTag(have);
    if (tag.size == 0)
        return have.size() < maxTagSize ? Status::Incomplete : Status::Malformed;
    if (tag.length > m_maxPayload)
        return Status::TooLarge;
    const auto size = tag.size + qsizetype(tag.length);
    if (have.size() < size) {
        m_announced = size;
        return Status::Incomplete;
    }
    payload = have.sliced(tag.size, qsizetype(tag.length));
    consume(size);
    m_given = payload.size();
    return Status::Frame;
}

QByteArray FrameReader::takeBuffer()
{
    if (m_given <= sharingSize || m_begin != m_end)
        return {};
    m_given = 0;
    m_begin = m_end = 0;
    return std::exchange(m_buffer, {});
}

QByteArrayView FrameReader::buffered() const
{
    return QByteArrayView(m_buffer).sliced(m_begin, m_end - m_begin);
}

void FrameReader::consume(qsizetype size)
{
    Q_ASSERT(size >= 0 && size <= m_end - m_begin);
    m_begin += size;
    m_announced = 0;
}

void FrameReader::release()
{
    if (m_begin != m_end)
        return;
    if (m_buffer.size() == chunkSize)
        spareChunk = std::move(m_buffer);
    m_buffer = QByteArray();
    m_begin = m_end = m_given = 0;
}

} // namespace qipc
