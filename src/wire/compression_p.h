// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_COMPRESSION_P_H
#define QIPC_COMPRESSION_P_H

#include <QIpc/ipcerror.h>

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <memory>

namespace qipc {

//! How large a frame of \a size bytes may be when it is compressed: what cannot be compressed gets
//! a little larger.
[[nodiscard]] qsizetype largestDeflated(qsizetype size);

/*!
 * One direction of a compressed connection: raw deflate, window 15, one context for the life of the
 * connection, each frame ended by Z_SYNC_FLUSH with its `00 00 FF FF` kept (wire.md,
 * "Compression").
 */
class Deflater
{
public:
    Deflater();
    ~Deflater();
    Q_DISABLE_COPY_MOVE(Deflater)

    //! Appends \a data, compressed, to \a out. Every call is a frame that the peer has to inflate
    //! in this order. \a data is at most 2 GiB - 1. Returns OutOfResources where there was no
    //! memory; then the context is lost: end the connection.
    [[nodiscard]] IPCError deflate(QByteArrayView data, QByteArray &out);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

//! The other end of a Deflater.
class Inflater
{
public:
    Inflater();
    ~Inflater();
    Q_DISABLE_COPY_MOVE(Inflater)

    //! Replaces \a out by \a frame, inflated. Returns DecodingError where it does not inflate,
    //! whole and to its end; MessageTooLarge, with the limit `messageSize`, where it would grow
    //! above \a maxSize bytes, and no more memory than that is taken; or OutOfResources. After any
    //! error \a out is empty and the context is lost: end the connection.
    [[nodiscard]] IPCError inflate(QByteArrayView frame, qsizetype maxSize, QByteArray &out);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace qipc

#endif
