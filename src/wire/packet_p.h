// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PACKET_P_H
#define QIPC_PACKET_P_H

#include "encoding_p.h"
#include "frame_p.h"
#include "valuelimits_p.h"

#include <QIpc/ipcresult.h>

#include <QtCore/QByteArrayView>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <optional>

namespace qipc {

//! What a packet is for: its `t` (wire.md, "Packet").
enum class PacketType {
    Connection = 0,
    Message = 1,
    Request = 2,
    Response = 3,
    Ping = 4,
    Pong = 5,
    End = 6,
    //! Of no meaning, so that a peer ignores it.
    Filler = 7,
};

//! The longest `n` that is taken, in characters; a peer's own are about 20.
constexpr qsizetype maxNonceSize = 256;

//! An error that stands in an answer, our extension `e`.
struct Fault
{
    QString code;
    QString message;
};

//! A packet that came.
struct Packet
{
    qint64 type = -1; //!< `t`, perhaps no PacketType.
    QVariant data; //!< `d`
    QString nonce; //!< `n`, or empty.
    std::optional<Fault> fault; //!< `e`
};

//! What an END says.
struct Farewell
{
    QVariant reason; //!< `m`
    bool mayReconnect = false; //!< `a`
    QString code; //!< `c`, our extension, or empty.
    QString limit = {}; //!< `l`, our extension: the name of the limit that was reached, or empty.
};

//! How the packets of a connection are written.
struct PacketFormat
{
    Encoding encoding = Encoding::Json;
    Dialect dialect = Dialect::Node;
    ValueLimits values = 0;
    qsizetype maxSize = 0; //!< Of a payload, in bytes.

    friend bool operator==(const PacketFormat &a, const PacketFormat &b)
    {
        return a.encoding == b.encoding && a.dialect == b.dialect && a.values == b.values
            && a.maxSize == b.maxSize;
    }
};

/*!
 * The frame of a packet, not compressed. \a nonce may be empty. Returns EncodingError or
 * MessageTooLarge (with the limit `messageSize`).
 */
[[nodiscard]] IPCResult<Frame> encodePacket(const PacketFormat &format, PacketType type,
                                            const QVariant &data, QStringView nonce = {});

//! The frame of a RESPONSE that carries an error.
[[nodiscard]] IPCResult<Frame> encodeFault(const PacketFormat &format, QStringView nonce,
                                           const Fault &fault);

//! The frame of an END.
[[nodiscard]] IPCResult<Frame> encodeFarewell(const PacketFormat &format, const Farewell &farewell);

/*!
 * Reads the packet in \a payload, not compressed. Returns DecodingError.
 *
 * \a storage may be the array that the payload lies in, given away. Where it is not shared with
 * anybody, large bytes in MessagePack become the value without a copy: see readMessagePack().
 */
[[nodiscard]] IPCResult<Packet> decodePacket(QByteArrayView payload, Encoding encoding,
                                             ValueLimits limits, QByteArray storage = {});

//! What the \a data of an END says; nothing where it is no map.
[[nodiscard]] std::optional<Farewell> readFarewell(const QVariant &data);

} // namespace qipc

#endif
