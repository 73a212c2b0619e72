// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_STREAM_P_H
#define QIPC_STREAM_P_H

#include <QIpc/ipccredentials.h>
#include <QIpc/ipcerror.h>

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QObject>

namespace qipc {

/*!
 * A connected stream of bytes to one peer, and its end. Above it nobody knows what carries it.
 *
 * It is made connected, by a Listener or a Connector, and is reading. It may be deleted at any
 * time, also from inside its own signals; what is not written by then is thrown away.
 */
class Stream : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    //! Who is at the other end, as of the moment of connecting.
    [[nodiscard]] virtual IPCCredentials credentials() const = 0;

    //! Moves up to \a size bytes that have come to \a data. Returns how many; 0 means none for now.
    //! Bytes that readable() has not announced yet need not be given. After ended() it still gives
    //! what came before the end.
    [[nodiscard]] virtual qint64 read(char *data, qint64 size) = 0;

    //! Takes all of \a bytes over (they are copied) to be sent in order. Ignored once
    //! finishWriting() was called or the stream has ended. They leave at the latest with the next
    //! turn of the event loop.
    virtual void write(QByteArrayView bytes) = 0;

    //! As write(), of the \a size bytes from \a begin, which need not be copied. They leave with
    //! the next flush().
    virtual void writeShared(const QByteArray &bytes, qsizetype begin, qsizetype size)
    {
        write(QByteArrayView(bytes).sliced(begin, size));
    }

    //! Hands what was written to the system, as much as it takes now, without waiting.
    virtual void flush() = 0;

    //! As write() and flush(), of \a bytes without the first \a start of them. They need not be
    //! copied.
    virtual void send(const QByteArray &bytes, qsizetype start)
    {
        write(QByteArrayView(bytes).sliced(start));
        flush();
    }

    //! How many bytes are taken over and not yet handed to the system; 0 once the stream has ended.
    [[nodiscard]] virtual qint64 bytesToWrite() const = 0;

    //! How many bytes were taken over and will never leave; known once the stream has broken or
    //! ended.
    [[nodiscard]] qint64 unsentBytes() const { return m_unsentBytes; }

    //! While false, no more is read from the system than a small bounded buffer holds, so that the
    //! peer's own writes come to wait, and readable() does not fire. The peer's end is noticed all
    //! the same, if the platform can.
    virtual void setReading(bool reading) = 0;

    //! Ends our direction once all that was written has left; the peer sees the end of the stream.
    //! Reading goes on until the peer ends too; where it does so first, ended() waits for what was
    //! written. (Where the platform has no half-close the whole stream ends then.)
    virtual void finishWriting() = 0;

    //! Ends both directions at once; what is not written is thrown away. ended() does not fire.
    virtual void abort() = 0;

Q_SIGNALS:
    //! There is something to read(), or the end behind which ended() comes. Fires again only for
    //! bytes that came later, so read until 0, or come back by yourself.
    void readable();

    //! bytesToWrite() has become less.
    void bytesWritten();

    //! The stream is over; fires once, from the event loop or from inside flush(). \a error is
    //! NoError after the peer's orderly end, ConnectionLost (with the system's errno) where it
    //! broke.
    void ended(const IPCError &error);

protected:
    qint64 m_unsentBytes = 0; //!< See unsentBytes().
};

} // namespace qipc

#endif
