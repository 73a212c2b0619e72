// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_PACKETSTREAM_H
#define QIPC_TESTS_PACKETSTREAM_H

#include "compression_p.h"
#include "packet_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>

#include <optional>

//! A packet, and what it was read from.
struct ReadPacket
{
    qipc::Packet packet;
    QByteArray frame; //!< As it came, without a preamble.
    QByteArray payload; //!< Inflated.
};

//! One direction of a connection as its receiver sees it: bytes in, packets out.
class PacketStream
{
public:
    //! What it is from the second packet on; the first one is always plain JSON.
    PacketStream(bool messagePack, bool compression);

    void feed(const QByteArray &bytes);
    //! The next packet; none where it is not whole, or cannot be read.
    [[nodiscard]] std::optional<ReadPacket> next();

private:
    [[nodiscard]] std::optional<QByteArray> payloadOf(QByteArrayView framePayload);

    qipc::FrameReader m_frames;
    qipc::Inflater m_inflater;
    bool m_messagePack;
    bool m_compression;
    bool m_begun = false; //!< The preamble, where there was one, is behind.
    bool m_first = true;
};

//! One direction of a connection as it is played: recorded packets, with another nonce where this
//! run has its own.
class PlayedStream
{
public:
    PlayedStream(bool messagePack, bool compression);

    /*!
     * The bytes to play for the \a recorded packet, with \a nonce in place of its own.
     *
     * These are the recorded ones as long as no nonce was another. From then on a compressed stream
     * is our own: what follows in the recorded one refers to what is not there. It stays the stream
     * that the receiver can read, for the plain bytes before it are the same.
     */
    [[nodiscard]] QByteArray bytes(const ReadPacket &recorded, const QString &nonce);

private:
    [[nodiscard]] QByteArray withNonce(const ReadPacket &recorded, const QString &nonce) const;

    qipc::Deflater m_deflater;
    bool m_messagePack;
    bool m_compression;
    bool m_ownBytes = false;
    bool m_first = true;
};

#endif
