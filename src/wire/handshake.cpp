// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "handshake_p.h"

#include "packetwriter_p.h"
#include "valueencoder_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

// Our marker, and the version of our extensions.
constexpr qint64 markerVersion = 1;

// In bytes: an id, a nonce, and all around them, at their longest.
constexpr qsizetype largestReply = 8 * 1024;

template <typename Writer>
void writeMarker(Writer &writer)
{
    writer.key(u"qipc");
    writer.integer(markerVersion);
}

template <typename Writer>
void writeNonce(Writer &writer, const QString &nonce)
{
    if (nonce.isEmpty())
        return;
    writer.key('n');
    writer.string(nonce);
}

IPCResult<QVariantMap> readConnection(const Packet &packet)
{
    if (packet.type != qint64(PacketType::Connection)) {
        return IPCError(IPCError::Code::ProtocolViolation,
                        u"the first packet has the type %1 instead of 0"_s.arg(packet.type));
    }
    if (packet.data.typeId() != QMetaType::QVariantMap) {
        return IPCError(IPCError::Code::ProtocolViolation,
                        u"the first packet holds no map in its d"_s);
    }
    return packet.data.toMap();
}

bool hasMarker(const QVariantMap &map)
{
    return map.value(u"qipc"_s).toLongLong() >= markerVersion;
}

// An absent flag means false.
bool flag(const QVariantMap &map, const QString &name)
{
    const QVariant value = map.value(name);
    return value.typeId() == QMetaType::Bool && value.toBool();
}

QString readId(const QVariantMap &map)
{
    const QVariant id = map.value(u"id"_s);
    if (id.typeId() != QMetaType::QString || id.toString().size() > maxIdSize)
        return {};
    return id.toString();
}

} // namespace

IPCResult<Frame> encodeOffer(const Offer &offer, const PacketFormat &format)
{
    return writePacket(format, [&](auto &writer) {
        beginPacket(writer, PacketType::Connection, offer.nonce.isEmpty() ? 1 : 2);
        writer.key('d');
        writer.beginMap(offer.ours ? 5 : 4);
        writer.key(u"compress");
        writer.boolean(offer.compression);
        writer.key(u"messagepack");
        writer.boolean(offer.messagePack);
        writer.key(u"extras");
        if (IPCError error = encodeValue(offer.payload, writer, format.values))
            return error;
        writer.key(u"id");
        if (offer.previousId.isEmpty())
            writer.null();
        else
            writer.string(offer.previousId);
        if (offer.ours)
            writeMarker(writer);
        writer.endMap();
        writeNonce(writer, offer.nonce);
        writer.endMap();
        return IPCError();
    });
}

IPCResult<Offer> readOffer(const Packet &packet)
{
    const auto map = readConnection(packet);
    if (!map)
        return map.error();
    return Offer{flag(*map, u"compress"_s),
                 flag(*map, u"messagepack"_s),
                 hasMarker(*map),
                 map->value(u"extras"_s),
                 readId(*map),
                 packet.nonce};
}

IPCResult<Frame> encodeReply(const Reply &reply, const PacketFormat &format)
{
    PacketFormat roomy = format;
    roomy.maxSize = std::max(format.maxSize, largestReply);
    return writePacket(roomy, [&](auto &writer) {
        beginPacket(writer, PacketType::Connection, reply.nonce.isEmpty() ? 1 : 2);
        writer.key('d');
        writer.beginMap(reply.ours ? 4 : 3);
        writer.key(u"id");
        writer.string(reply.id);
        writer.key(u"compress");
        writer.boolean(reply.compression);
        writer.key(u"messagepack");
        writer.boolean(reply.messagePack);
        if (reply.ours)
            writeMarker(writer);
        writer.endMap();
        writeNonce(writer, reply.nonce);
        writer.endMap();
        return IPCError();
    });
}

IPCResult<Reply> readReply(const Packet &packet)
{
    const auto map = readConnection(packet);
    if (!map)
        return map.error();
    return Reply{readId(*map), flag(*map, u"compress"_s), flag(*map, u"messagepack"_s),
                 hasMarker(*map), packet.nonce};
}

} // namespace qipc
