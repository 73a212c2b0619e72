// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_UNIXSTREAM_P_H
#define QIPC_UNIXSTREAM_P_H

#include "filedescriptor_p.h"
#include "stream_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QSocketNotifier>

#include <memory>

namespace qipc {

class HangupWatch;

/*!
 * The stream over a Unix socket, by the system's calls themselves.
 *
 * QLocalSocket cannot keep what stream_p.h promises: when a write fails because the peer has gone,
 * it closes the descriptor and what the peer said last, a rejection say, is lost unread; and when
 * the peer ends its direction it throws away what waits in ours. Here nothing is read ahead either:
 * bytes go from the system straight to where read() is told.
 */
class UnixStream final : public Stream
{
    Q_OBJECT

public:
    //! Takes \a socket over, connected and not blocking.
    explicit UnixStream(FileDescriptor socket);
    ~UnixStream() override;

    [[nodiscard]] IPCCredentials credentials() const override { return m_credentials; }
    [[nodiscard]] qint64 read(char *data, qint64 size) override;
    void write(QByteArrayView bytes) override;
    void flush() override;
    [[nodiscard]] qint64 bytesToWrite() const override { return m_queue.size(); }
    void setReading(bool reading) override;
    void finishWriting() override;
    void abort() override;

private:
    void onReadNotification();
    void announce();
    void lookAgainLater();
    void drained();
    void watchHangup();
    [[nodiscard]] bool send();
    void shutDownWhenSent();
    void broke(int error);
    void end(int error);
    void silence();

    FileDescriptor m_socket; // before the notifiers, which are gone when it is closed
    QSocketNotifier m_readNotifier;
    QSocketNotifier m_writeNotifier;
    std::unique_ptr<HangupWatch> m_hangupWatch; // while paused
    IPCCredentials m_credentials;
    QByteArray m_queue;
    int m_brokenBy = 0; // the first errno that a read or a write met
    bool m_announced = false; // readable() has fired, and read() has not met the end of it yet
    bool m_reading = true;
    bool m_finishing = false;
    bool m_ended = false;
};

} // namespace qipc

#endif
