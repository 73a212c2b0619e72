// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_LOCALSTREAM_P_H
#define QIPC_LOCALSTREAM_P_H

#include "process_p.h"
#include "stream_p.h"

#include <QtCore/QByteArray>

#include <memory>

class QLocalSocket;

namespace qipc {

/*!
 * The stream over a QLocalSocket.
 *
 * This is all that the classes of Qt alone permit. Against what stream_p.h promises:
 *
 * - credentials() are unknown.
 * - finishWriting() ends both directions.
 * - While paused, with the buffer full, the peer's end is not noticed; it is on resuming.
 * - A write that fails because the peer has gone takes with it what the peer sent last and the
 * system still held. (What the buffer held stays.)
 * - The peer's end of its own direction throws away what waits in ours.
 * - An error has no errno, and a peer that ended without reading all that was sent counts as
 * orderly.
 *
 * Our signals are never emitted from inside those of the socket, for it emits none of a kind while
 * that kind is being handled: a handler with an event loop of its own would hear no more of it.
 */
class LocalStream final : public Stream
{
    Q_OBJECT

public:
    //! How much is read ahead.
    static constexpr qint64 readBufferSize = 256 * 1024;

    //! \a socket is connected and has no parent.
    explicit LocalStream(std::unique_ptr<QLocalSocket> socket);
    ~LocalStream() override;

    [[nodiscard]] IPCCredentials credentials() const override { return {}; }
    [[nodiscard]] qint64 read(char *data, qint64 size) override;
    void write(QByteArrayView bytes) override;
    void flush() override;
    [[nodiscard]] qint64 bytesToWrite() const override;
    void setReading(bool reading) override;
    void finishWriting() override;
    void abort() override;

private:
    void onReadyRead();
    void onBytesWritten();
    void onError();
    void onDisconnected();
    void reportLater();
    void report();
    void forgetSocket();

    std::unique_ptr<QLocalSocket> m_socket;
    int m_descriptor; // noted, or -1
    const ProcessMark m_process;
    QByteArray m_rest; // read before an error made the socket drop its buffer
    IPCError m_error;
    bool m_reading = true;
    bool m_finishing = false;
    bool m_disconnected = false;
    bool m_ended = false; // ended() has fired, or will not any more

    // What the next report() has to tell.
    bool m_reportPending = false;
    bool m_hasRead = false;
    bool m_hasWritten = false;
};

} // namespace qipc

#endif
