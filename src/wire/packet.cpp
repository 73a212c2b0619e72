// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "packet_p.h"

#include "jsonreader_p.h"
#include "messagepackreader_p.h"
#include "packetwriter_p.h"
#include "valueencoder_p.h"

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

IPCError notAPacket(const QString &what)
{
    return {IPCError::Code::DecodingError, u"not a packet: "_s + what};
}

bool isInteger(const QVariant &value)
{
    return value.typeId() == QMetaType::LongLong;
}

bool isText(const QVariant &value)
{
    return value.typeId() == QMetaType::QString;
}

std::optional<Fault> readFault(const QVariant &value)
{
    if (value.typeId() != QMetaType::QVariantMap)
        return {};
    const QVariantMap map = value.toMap();
    return Fault{map.value(u"code"_s).toString(), map.value(u"message"_s).toString()};
}

IPCError takeNonce(QVariant &value, QString &nonce)
{
    if (isText(value))
        nonce = std::move(*static_cast<QString *>(value.data()));
    else if (value.isValid() && !value.isNull())
        return notAPacket(u"its n is no string"_s);
    if (nonce.size() > maxNonceSize)
        return notAPacket(u"its n has over %1 characters"_s.arg(maxNonceSize));
    return {};
}

} // namespace

IPCResult<Frame> sealPacket(QByteArray storage, SharedParts shared, const PacketFormat &format)
{
    const auto size = payloadSize(storage, shared);
    if (size > format.maxSize) {
        return IPCError(
                   IPCError::Code::MessageTooLarge,
                   u"the message has %1 bytes, %2 are allowed (limits.messageSize)"_s.arg(size).arg(
                       format.maxSize))
            .withLimit(u"messageSize"_s);
    }
    if (format.dialect == Dialect::Node && size > maxNodePayload) {
        return IPCError(
            IPCError::Code::MessageTooLarge,
            u"the message has %1 bytes, a Node peer takes %2"_s.arg(size).arg(maxNodePayload));
    }
    return sealFrame(std::move(storage), std::move(shared));
}

IPCResult<Frame> encodePacket(const PacketFormat &format, PacketType type, const QVariant &data,
                              QStringView nonce)
{
    return writePacket(format, [&](auto &writer) {
        beginPacket(writer, type, nonce.isEmpty() ? 1 : 2);
        writer.key('d');
        if (IPCError error = encodeValue(data, writer, format.values))
            return error;
        if (!nonce.isEmpty()) {
            writer.key('n');
            writer.string(nonce);
        }
        writer.endMap();
        return IPCError();
    });
}

IPCResult<Frame> encodeFault(const PacketFormat &format, QStringView nonce, const Fault &fault)
{
    return writePacket(format, [&](auto &writer) {
        beginPacket(writer, PacketType::Response, 3);
        writer.key('d');
        writer.undefined();
        writer.key('n');
        writer.string(nonce);
        writer.key('e');
        writer.beginMap(2);
        writer.key(u"code");
        writer.string(fault.code);
        writer.key(u"message");
        writer.string(fault.message);
        writer.endMap();
        writer.endMap();
        return IPCError();
    });
}

IPCResult<Frame> encodeFarewell(const PacketFormat &format, const Farewell &farewell)
{
    return writePacket(format, [&](auto &writer) {
        beginPacket(writer, PacketType::End, 1);
        writer.key('d');
        writer.beginMap(2 + int(!farewell.code.isEmpty()) + int(!farewell.limit.isEmpty()));
        writer.key('m');
        if (IPCError error = encodeValue(farewell.reason, writer, format.values))
            return error;
        writer.key('a');
        writer.boolean(farewell.mayReconnect);
        if (!farewell.code.isEmpty()) {
            writer.key('c');
            writer.string(farewell.code);
        }
        if (!farewell.limit.isEmpty()) {
            writer.key('l');
            writer.string(farewell.limit);
        }
        writer.endMap();
        writer.endMap();
        return IPCError();
    });
}

IPCResult<Packet> decodePacket(QByteArrayView payload, Encoding encoding, ValueLimits limits,
                               QByteArray storage)
{
    ValueBuilder builder(limits, ValueBuilder::Root::Packet);
    if (IPCError error = encoding == Encoding::Json
            ? readJson(payload, builder)
            : readMessagePack(payload, builder, std::move(storage)))
        return error;
    Packet packet;
    const QVariant *const type = builder.field(u't');
    if (type && !isInteger(*type))
        return notAPacket(u"its t is no integer"_s);
    if (QVariant *nonce = builder.field(u'n')) {
        if (IPCError error = takeNonce(*nonce, packet.nonce))
            return error;
    }
    if (!type)
        return notAPacket(u"it has no t"_s);
    packet.type = type->toLongLong();
    if (QVariant *data = builder.field(u'd'))
        packet.data = std::move(*data);
    if (const QVariant *fault = builder.field(u'e'))
        packet.fault = readFault(*fault);
    return packet;
}

std::optional<Farewell> readFarewell(const QVariant &data)
{
    if (data.typeId() != QMetaType::QVariantMap)
        return {};
    const QVariantMap map = data.toMap();
    return Farewell{map.value(u"m"_s), map.value(u"a"_s).toBool(), map.value(u"c"_s).toString(),
                    map.value(u"l"_s).toString()};
}

} // namespace qipc
