// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_HANDSHAKE_P_H
#define QIPC_HANDSHAKE_P_H

#include "packet_p.h"

namespace qipc {

/*!
 * The two CONNECTION packets (wire.md, "CONNECTION and what follows it"), always plain JSON. What a
 * client asks for, and what it gets.
 */
struct Offer
{
    bool compression = false;
    bool messagePack = false;
    bool ours = false; //!< It carries our marker.
    QVariant payload; //!< `extras`
    QString previousId; //!< `id`, or empty.
    QString nonce; //!< Echoed in the reply, or empty.
};

struct Reply
{
    QString id;
    bool compression = false;
    bool messagePack = false;
    bool ours = false; //!< It carries our marker.
    QString nonce; //!< The offer's.
};

//! The longest id that is taken from a peer, in characters.
constexpr qsizetype maxIdSize = 256;

//! The frame of a client's CONNECTION. Returns EncodingError or MessageTooLarge, for the payload.
[[nodiscard]] IPCResult<Frame> encodeOffer(const Offer &offer, const PacketFormat &format);
//! What a client's CONNECTION \a packet says. Returns ProtocolViolation where it is none.
[[nodiscard]] IPCResult<Offer> readOffer(const Packet &packet);

//! The frame of a server's CONNECTION; its parts are short, so it goes whatever \a format permits.
[[nodiscard]] IPCResult<Frame> encodeReply(const Reply &reply, const PacketFormat &format);
//! What a server's CONNECTION \a packet says. Returns ProtocolViolation where it is none.
[[nodiscard]] IPCResult<Reply> readReply(const Packet &packet);

} // namespace qipc

#endif
