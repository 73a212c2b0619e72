// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The input is what a client sends first: a preamble and a frame. More bytes never change what was
// said of the first ones; and an offer or a reply that is read, written and read is the same.

#include "frame_p.h"
#include "fuzz.h"
#include "handshake_p.h"
#include "preamble_p.h"
#include "values.h"

using namespace qipc;

namespace {

constexpr int maxNesting = 16;
constexpr qsizetype maxSize = 64 * 1024;
constexpr PacketFormat format{Encoding::Json, Dialect::Node, maxNesting, maxSize};

using Kind = Preamble::Kind;

bool operator==(const Preamble &a, const Preamble &b)
{
    return a.kind == b.kind && a.size == b.size;
}

void checkPreamble(QByteArrayView bytes, const Preamble &preamble)
{
    require(preamble.size <= bytes.size(), "a preamble is in the bytes");
    switch (preamble.kind) {
    case Kind::Incomplete:
        require(preamble.size == 0 && bytes.size() < maxUpgradeSize, "the wait has an end");
        break;
    case Kind::Plain:
        require(preamble.size == 3 && bytes.startsWith("IPC"), "a plain one is IPC");
        break;
    case Kind::Upgrade:
        require(bytes.startsWith("GET") && preamble.size <= maxUpgradeSize
                    && bytes.first(preamble.size).endsWith("\r\n\r\n"),
                "an upgrade is the header of a GET");
        break;
    case Kind::Unknown:
        require(preamble.size == 0 && !bytes.startsWith("IPC"), "IPC is known");
        break;
    }
}

//! Reads it as its bytes come.
Preamble readSlowly(QByteArrayView bytes)
{
    Preamble said;
    for (qsizetype size = 0; size <= bytes.size(); size += 1 + size / 16) {
        const Preamble preamble = readPreamble(bytes.first(size));
        checkPreamble(bytes.first(size), preamble);
        require(said.kind == Kind::Incomplete || preamble == said, "what was said stands");
        said = preamble;
    }
    const Preamble preamble = readPreamble(bytes);
    checkPreamble(bytes, preamble);
    require(said.kind == Kind::Incomplete || preamble == said, "the verdict stands");
    return preamble;
}

Packet packetIn(const IPCResult<Frame> &frame)
{
    require(bool(frame), "what was read can be written");
    const auto packet = decodePacket(frame->payload(), Encoding::Json, maxNesting);
    require(bool(packet), "what was written can be read");
    return *packet;
}

void checkOffer(const Packet &packet)
{
    const auto offer = readOffer(packet);
    if (!offer) {
        require(offer.error().code() == IPCError::Code::ProtocolViolation, "a ProtocolViolation");
        return;
    }
    require(offer->previousId.size() <= maxIdSize, "an id is no longer than allowed");
    const auto frame = encodeOffer(*offer, format);
    if (!frame && frame.error().code() == IPCError::Code::MessageTooLarge)
        return;
    const auto again = readOffer(packetIn(frame));
    require(again && again->compression == offer->compression
                && again->messagePack == offer->messagePack && again->ours == offer->ours
                && again->previousId == offer->previousId && again->nonce == offer->nonce,
            "the same offer");
    require(!survivesJson(offer->payload) || sameValue(again->payload, offer->payload),
            "the same payload");
}

void checkReply(const Packet &packet)
{
    const auto reply = readReply(packet);
    if (!reply)
        return;
    require(reply->id.size() <= maxIdSize, "an id is no longer than allowed");
    const auto again = readReply(packetIn(encodeReply(*reply, format)));
    require(again && again->id == reply->id && again->compression == reply->compression
                && again->messagePack == reply->messagePack && again->ours == reply->ours
                && again->nonce == reply->nonce,
            "the same reply");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const Preamble preamble = readSlowly(bytes);
    FrameReader reader(maxSize);
    const QByteArrayView first =
        bytes.sliced(preamble.size).first(std::min(bytes.size() - preamble.size, maxSize / 2));
    const FrameReader::Space space = reader.space();
    require(space.size >= first.size(), "a space for it");
    std::copy(first.begin(), first.end(), space.data);
    reader.commit(first.size());
    QByteArrayView payload;
    if (reader.next(payload) != FrameReader::Status::Frame)
        return 0;
    const auto packet = decodePacket(payload, Encoding::Json, maxNesting);
    if (!packet)
        return 0;
    checkOffer(*packet);
    checkReply(*packet);
    return 0;
}
