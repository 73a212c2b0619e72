// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The input is an encoding and a packet, in which large bytes may be put. What is read is what
// stands in the map that the packet is, also where the array it lies in is given away; and a packet
// that is read, written and read is the same.

#include "fuzz.h"
#include "jsonreader_p.h"
#include "messagepackreader_p.h"
#include "packet_p.h"
#include "pubsub_p.h"
#include "values.h"

#include <QtCore/QtEndian>

#include <optional>

using namespace Qt::StringLiterals;
using namespace qipc;

namespace {

constexpr int maxNesting = 16;
constexpr qsizetype maxSize = 1024 * 1024;

bool samePackets(const Packet &a, const Packet &b)
{
    return a.type == b.type && a.nonce == b.nonce && sameValue(a.data, b.data)
        && a.fault.has_value() == b.fault.has_value()
        && (!a.fault || (a.fault->code == b.fault->code && a.fault->message == b.fault->message));
}

//! The map that the packet is.
QVariantMap readAsMap(const QByteArray &payload, Encoding encoding)
{
    ValueBuilder builder(maxNesting + 1);
    const IPCError error =
        encoding == Encoding::Json ? readJson(payload, builder) : readMessagePack(payload, builder);
    require(!error && builder.isComplete(), "a packet is a value");
    const QVariant value = builder.take();
    require(value.typeId() == QMetaType::QVariantMap, "a packet is a map");
    return value.toMap();
}

void checkFields(const Packet &packet, const QVariantMap &map)
{
    require(sameValue(map.value(u"t"_s), packet.type), "the type is that in the map");
    require(sameValue(map.value(u"d"_s), packet.data), "the data is that in the map");
    require(map.value(u"n"_s).toString() == packet.nonce, "the nonce is that in the map");
    require(packet.fault.has_value() == (map.value(u"e"_s).typeId() == QMetaType::QVariantMap),
            "the fault is that in the map");
    require(depthOf(packet.data) <= maxNesting, "no deeper than allowed");
    require(packet.nonce.size() <= maxNonceSize, "a nonce is no longer than allowed");
}

//! What becomes of \a frame, or nothing where it is too large.
std::optional<Packet> readAgain(const IPCResult<Frame> &frame, Encoding encoding)
{
    if (!frame) {
        require(frame.error().code() == IPCError::Code::MessageTooLarge,
                "what was read can be written");
        return {};
    }
    const auto packet = decodePacket(frame->joined().payload(), encoding, maxNesting);
    require(bool(packet), "what was written can be read");
    return *packet;
}

void checkFarewell(const QVariant &data, const PacketFormat &format)
{
    const auto farewell = readFarewell(data);
    if (!farewell)
        return;
    const auto frame = encodeFarewell(format, *farewell);
    if (!frame) // its reason was in one map, and is in one
        require(frame.error().code() == IPCError::Code::MessageTooLarge, "a reason can be given");
    const auto packet = readAgain(frame, format.encoding);
    if (!packet)
        return;
    const auto again = readFarewell(packet->data);
    require(again && again->mayReconnect == farewell->mayReconnect && again->code == farewell->code
                && sameValue(again->reason, farewell->reason),
            "the same farewell");
}

QVariant throughTheWire(const QVariant &value)
{
    return fromMessagePack(toMessagePack(value, Dialect::Ours, maxNesting), maxNesting);
}

void checkTopics(const QVariant &data)
{
    if (const auto request = readTopicRequest(data)) {
        const auto again = readTopicRequest(throughTheWire(topicRequestData(*request)));
        require(again && again->kind == request->kind && again->topics == request->topics
                    && sameValue(again->message, request->message),
                "the same request for topics");
    }
    if (const auto publication = readPublication(data)) {
        const auto again = readPublication(throughTheWire(publicationData(*publication)));
        require(again && again->topic == publication->topic
                    && sameValue(again->message, publication->message),
                "the same publication");
    }
    if (const auto result = readTopicResult(data))
        require(readTopicResult(throughTheWire(topicResultData(*result))) == result,
                "the same result");
}

void checkAgain(const Packet &packet, const PacketFormat &format)
{
    if (packet.type < 0 || packet.type > qint64(PacketType::Filler))
        return;
    const auto type = PacketType(packet.type);
    if (const auto again =
            readAgain(encodePacket(format, type, packet.data, packet.nonce), format.encoding)) {
        Packet expected = packet;
        expected.fault.reset();
        require(samePackets(*again, expected), "read, written and read is the same packet");
    }
    if (packet.fault && !packet.nonce.isEmpty()) {
        const auto again =
            readAgain(encodeFault(format, packet.nonce, *packet.fault), format.encoding);
        const bool isSame = !again
            || samePackets(*again, {qint64(PacketType::Response), {}, packet.nonce, packet.fault});
        require(isSame, "the same fault");
    }
    checkFarewell(packet.data, format);
    checkTopics(packet.data);
}

//! A map of \a fields, of which there are said to be \a fieldCount, and somewhere between them
//! large bytes under \a key.
QByteArray withLargeBytes(QByteArrayView fields, quint8 fieldCount, char key, quint16 choice)
{
    const qsizetype size = sharingSize / 2 + choice;
    const qsizetype cut = std::min<qsizetype>(fields.size(), choice % 64);
    QByteArray head("\xa1k\xc6\0\0\0\0", 7);
    head[1] = key;
    qToBigEndian(quint32(size), head.data() + 3);

    QByteArray map(1, char(0x80 | (fieldCount % 8 + 1)));
    map += fields.first(cut);
    map += head;
    map.append(size, 'x');
    map += fields.sliced(cut);
    return map;
}

void check(const QByteArray &payload, Encoding encoding)
{
    const auto packet = decodePacket(payload, encoding, maxNesting);
    // As a session reads it: the array is nobody else's, and has room to spare.
    QByteArray given;
    given.reserve(payload.size() + 16);
    given += payload;
    const QByteArrayView view(given);
    const auto fromGiven = decodePacket(view, encoding, maxNesting, std::move(given));
    require(bool(fromGiven) == bool(packet), "read as well from an array that is given away");
    if (!packet) {
        require(packet.error().code() == IPCError::Code::DecodingError, "a DecodingError");
        require(fromGiven.error() == packet.error(), "the same error");
        return;
    }
    require(samePackets(*fromGiven, *packet), "the same from an array that is given away");
    checkFields(*packet, readAsMap(payload, encoding));
    const bool survives = encoding == Encoding::MessagePack || survivesJson(packet->data);
    if (survives)
        checkAgain(*packet, {encoding, Dialect::Ours, maxNesting, maxSize});
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input input(data, size);
    const quint8 options = input.byte();
    const Encoding encoding = options & 1 ? Encoding::MessagePack : Encoding::Json;
    if (options & 0x80) {
        const quint8 fieldCount = input.byte();
        const quint16 choice = input.number();
        // As the data, or as what is no field of a packet and is dropped.
        const char key = options & 0x40 ? 'x' : 'd';
        check(withLargeBytes(input.rest(), fieldCount, key, choice), Encoding::MessagePack);
    } else {
        check(input.rest().toByteArray(), encoding);
    }
    return 0;
}
