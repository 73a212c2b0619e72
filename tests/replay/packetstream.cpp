// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "packetstream.h"

namespace {

constexpr qsizetype largest = 1 << 20;
constexpr int nesting = 128;

//! \a text as a packet holds it.
QByteArray encodedText(const QString &text, bool messagePack)
{
    const QByteArray utf8 = text.toUtf8();
    if (!messagePack)
        return '"' + utf8 + '"';
    constexpr qsizetype longestFixstr = 31;
    if (utf8.size() <= longestFixstr)
        return char(0xa0 | utf8.size()) + utf8;
    return QByteArray("\xd9") + char(utf8.size()) + utf8;
}

QByteArray framed(const QByteArray &payload)
{
    return qipc::sealFrame(qipc::frameStorage() + payload).bytes().toByteArray();
}

} // namespace

PacketStream::PacketStream(bool messagePack, bool compression)
    : m_frames(largest)
    , m_messagePack(messagePack)
    , m_compression(compression)
{
}

void PacketStream::feed(const QByteArray &bytes)
{
    for (qsizetype done = 0; done < bytes.size();) {
        const auto space = m_frames.space();
        const qsizetype size = qMin(space.size, bytes.size() - done);
        memcpy(space.data, bytes.constData() + done, std::size_t(size));
        m_frames.commit(size);
        done += size;
    }
}

std::optional<ReadPacket> PacketStream::next()
{
    const QByteArrayView preamble("IPC");
    if (!m_begun && m_frames.buffered().startsWith(preamble))
        m_frames.consume(preamble.size());
    QByteArrayView framePayload;
    if (m_frames.next(framePayload) != qipc::FrameReader::Status::Frame)
        return {};
    m_begun = true;

    const auto encoding =
        m_messagePack && !m_first ? qipc::Encoding::MessagePack : qipc::Encoding::Json;
    const QByteArray frame = framed(framePayload.toByteArray());
    const auto payload = payloadOf(framePayload);
    m_first = false;
    if (!payload)
        return {};
    auto packet = qipc::decodePacket(*payload, encoding, nesting);
    if (!packet)
        return {};
    return ReadPacket{*std::move(packet), frame, *payload};
}

std::optional<QByteArray> PacketStream::payloadOf(QByteArrayView framePayload)
{
    if (!m_compression || m_first)
        return framePayload.toByteArray();
    QByteArray payload;
    if (m_inflater.inflate(framePayload, largest, payload))
        return {};
    return payload;
}

PlayedStream::PlayedStream(bool messagePack, bool compression)
    : m_messagePack(messagePack)
    , m_compression(compression)
{
}

QByteArray PlayedStream::bytes(const ReadPacket &recorded, const QString &nonce)
{
    QByteArray payload = withNonce(recorded, nonce);
    m_ownBytes |= payload != recorded.payload;
    if (m_compression && !m_first) {
        QByteArray deflated;
        if (m_deflater.deflate(payload, deflated)) // also where it is not used: it has to keep up
            return {};
        payload = deflated;
    }
    m_first = false;
    return m_ownBytes ? framed(payload) : recorded.frame;
}

QByteArray PlayedStream::withNonce(const ReadPacket &recorded, const QString &nonce) const
{
    QByteArray payload = recorded.payload;
    if (nonce != recorded.packet.nonce)
        payload.replace(encodedText(recorded.packet.nonce, m_messagePack),
                        encodedText(nonce, m_messagePack));
    return payload;
}
