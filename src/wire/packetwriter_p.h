// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PACKETWRITER_P_H
#define QIPC_PACKETWRITER_P_H

#include "jsonwriter_p.h"
#include "messagepackwriter_p.h"
#include "packet_p.h"

namespace qipc {

//! The largest payload that a Node peer survives: tag and payload stay within 2^30 (wire.md,
//! "Frame").
constexpr qsizetype maxNodePayload = (qsizetype(1) << 30) - maxTagSize;

//! \a storage and what is \a shared as a frame, or MessageTooLarge.
[[nodiscard]] IPCResult<Frame> sealPacket(QByteArray storage, SharedParts shared,
                                          const PacketFormat &format);

//! The frame that \a write, called with the writer of the \a format, writes; or the error it
//! returns.
template <typename Write>
[[nodiscard]] IPCResult<Frame> writePacket(const PacketFormat &format, Write write)
{
    QByteArray storage = frameStorage();
    SharedParts shared;
    IPCError error;
    switch (format.encoding) {
    case Encoding::Json: {
        JsonWriter writer(storage);
        error = write(writer);
        break;
    }
    case Encoding::MessagePack: {
        MessagePackWriter writer(storage, format.dialect, &shared);
        error = write(writer);
        break;
    }
    }
    if (error)
        return error;
    return sealPacket(std::move(storage), std::move(shared), format);
}

//! Begins the map of a packet with \a size entries behind its `t`.
template <typename Writer>
void beginPacket(Writer &writer, PacketType type, qsizetype size)
{
    writer.beginMap(1 + size);
    writer.key('t');
    writer.integer(qint64(type));
}

} // namespace qipc

#endif
