// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "counterpart.h"

#include "fuzz.h"
#include "preamble_p.h"

#include <utility>

using namespace qipc;

Counterpart::Counterpart(Session::Role role, qsizetype maxSize, int maxNesting, Dismissed dismissed)
    : m_role(role)
    , m_maxNesting(maxNesting)
    , m_maxSize(maxSize)
    , m_dismissed(std::move(dismissed))
    , m_reader(maxSize)
{
}

Counterpart::~Counterpart() = default;

void Counterpart::note(QByteArrayView bytes)
{
    if (m_stage == Stage::Preamble || m_stage == Stage::Handshake)
        m_said += bytes;
}

void Counterpart::take(QByteArrayView bytes)
{
    require(m_stage != Stage::Left && m_stage != Stage::Refused, "nothing is sent behind an end");
    while (!bytes.isEmpty()) {
        const FrameReader::Space space = m_reader.space();
        const qsizetype size = std::min(space.size, bytes.size());
        std::copy_n(bytes.data(), size, space.data);
        m_reader.commit(size);
        bytes = bytes.sliced(size);
        takeFrames();
    }
}

void Counterpart::takeFrames()
{
    if (m_stage == Stage::Preamble && !passPreamble())
        return;
    QByteArrayView payload;
    FrameReader::Status status;
    while ((status = m_reader.next(payload)) == FrameReader::Status::Frame) {
        require(m_stage != Stage::Left, "nothing is sent behind an END");
        takeFrame(payload);
    }
    require(status == FrameReader::Status::Incomplete, "only valid frames are sent");
}

// A client sends IPC; a server an answer to an upgrade, or a refusal, or nothing. Each comes in one
// write, alone but for IPC.
bool Counterpart::passPreamble()
{
    const QByteArrayView bytes = m_reader.buffered();
    if (m_role == Session::Role::Client) {
        require(bytes.startsWith(clientPreamble), "a client begins with IPC");
        m_reader.consume(clientPreamble.size());
        m_stage = Stage::Handshake;
        return true;
    }
    if (bytes == upgradeAnswer) {
        require(m_said.startsWith("GET"), "an answer to an upgrade that was asked for");
        m_reader.consume(bytes.size());
        m_stage = Stage::Handshake;
        return false;
    }
    if (bytes == preambleRefusal) {
        m_reader.consume(bytes.size());
        m_stage = Stage::Refused;
        return false;
    }
    m_stage = Stage::Handshake;
    return true;
}

void Counterpart::takeFrame(QByteArrayView payload)
{
    // A client that cannot do with the reply leaves in the words that this chose.
    if (m_role == Session::Role::Client && m_stage == Stage::Handshake && m_offered) {
        if (const auto reply = saidReply())
            agree(reply->compression, reply->messagePack);
    }
    QByteArray inflated;
    if (m_inflater) {
        require(!m_inflater->inflate(payload, m_maxSize, inflated), "what is sent can be inflated");
        payload = inflated;
    }
    require(payload.size() <= m_maxSize, "no message is larger than allowed");
    // An END holds its reason in a map, and an offer its payload in one.
    const auto packet = decodePacket(payload, m_encoding, m_maxNesting + 2);
    require(bool(packet), "what is sent is a packet");
    takePacket(*packet);
}

void Counterpart::takePacket(const Packet &packet)
{
    require(packet.type >= 0 && packet.type <= qint64(PacketType::Filler), "a packet of a type");
    const auto type = PacketType(packet.type);
    if (type == PacketType::End)
        takeEnd(packet);
    else if (m_stage == Stage::Handshake)
        takeFirst(packet);
    else
        require(type != PacketType::Connection, "one CONNECTION is sent");
    const bool asks = type == PacketType::Request || type == PacketType::Ping;
    require(!asks || !packet.nonce.isEmpty(), "a question has a nonce");
}

// A client's offer is followed by nothing until it is ready.
void Counterpart::takeFirst(const Packet &packet)
{
    if (m_role == Session::Role::Client) {
        require(bool(readOffer(packet)), "a client's first packet is an offer");
        m_offered = true;
        return;
    }
    const auto reply = readReply(packet);
    require(bool(reply), "a server's first packet is a reply");
    agree(reply->compression, reply->messagePack);
}

void Counterpart::takeEnd(const Packet &packet)
{
    m_stage = Stage::Left;
    const auto farewell = readFarewell(packet.data);
    require(farewell.has_value(), "an END says what it means");
    if (!farewell->mayReconnect)
        m_dismissed();
}

void Counterpart::becomeReady(Encoding encoding)
{
    // A server's reply tells; of a client's session, what we said was taken for one.
    if (m_role == Session::Role::Server || m_stage != Stage::Handshake)
        return;
    const auto reply = saidReply();
    require(reply.has_value(), "ready after a reply");
    require(reply->messagePack == (encoding == Encoding::MessagePack), "the encoding replied");
    agree(reply->compression, reply->messagePack);
}

// What the first frame that we said is to a client, if it is a reply.
std::optional<Reply> Counterpart::saidReply() const
{
    FrameReader reader(m_said.size());
    const FrameReader::Space space = reader.space();
    const qsizetype size = std::min(space.size, m_said.size());
    std::copy_n(m_said.constData(), size, space.data);
    reader.commit(size);
    QByteArrayView payload;
    if (reader.next(payload) != FrameReader::Status::Frame)
        return {};
    const auto packet = decodePacket(payload, Encoding::Json, m_maxNesting);
    if (!packet || packet->type != qint64(PacketType::Connection))
        return {};
    const auto reply = readReply(*packet);
    return reply ? std::optional(*reply) : std::nullopt;
}

void Counterpart::agree(bool compression, bool messagePack)
{
    m_stage = Stage::Ready;
    m_encoding = messagePack ? Encoding::MessagePack : Encoding::Json;
    if (compression) {
        m_reader.setMaxPayload(largestDeflated(m_maxSize));
        m_inflater = std::make_unique<Inflater>();
        m_deflater = std::make_unique<Deflater>();
    }
}

QByteArray Counterpart::frameOf(QByteArrayView payload)
{
    QByteArray storage = frameStorage();
    if (m_deflater)
        require(!m_deflater->deflate(payload, storage), "it can be compressed");
    else
        storage += payload;
    return sealFrame(std::move(storage)).bytes().toByteArray();
}
