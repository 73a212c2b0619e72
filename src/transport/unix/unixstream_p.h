// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_UNIXSTREAM_P_H
#define QIPC_UNIXSTREAM_P_H

#include "filedescriptor_p.h"
#include "socketwatch_p.h"
#include "stream_p.h"
#include "writequeue_p.h"

namespace qipc {

/*!
 * The stream over a Unix socket, by the system's calls themselves.
 *
 * QLocalSocket cannot keep what stream_p.h promises: when a write fails because the peer has gone,
 * it closes the descriptor and what the peer said last, a rejection say, is lost unread; and when
 * the peer ends its direction it throws away what waits in ours. Here nothing is read ahead either:
 * bytes go from the system straight to where read() is told.
 */
class UnixStream final : public Stream, private Poller::Client
{
    Q_OBJECT

public:
    //! Takes \a socket over, connected and not blocking.
    explicit UnixStream(FileDescriptor socket);
    ~UnixStream() override;

    [[nodiscard]] IPCCredentials credentials() const override { return m_credentials; }
    [[nodiscard]] qint64 read(char *data, qint64 size) override;
    void write(QByteArrayView bytes) override;
    void writeShared(const QByteArray &bytes, qsizetype begin, qsizetype size) override;
    void flush() override;
    void send(const QByteArray &bytes, qsizetype start) override;
    [[nodiscard]] qint64 bytesToWrite() const override { return m_queue.size() + m_lost; }
    void setReading(bool reading) override;
    void finishWriting() override;
    void abort() override;

private:
    [[nodiscard]] bool takes(qsizetype size);
    void onPolled(quint32 events) override;
    void onReadable();
    void onStillReadable();
    void reachedEnd();
    void watch();
    void announce();
    void lookAgainLater();
    void drained();
    template <typename Call>
    [[nodiscard]] qint64 sendSome(Call call);
    [[nodiscard]] bool sendQueue();
    void shutDownWhenSent();
    void broke(int error);
    void end(int error);
    void silence();

    FileDescriptor m_socket;
    SocketWatch m_watch;
    IPCCredentials m_credentials;
    WriteQueue m_queue;
    qint64 m_lost = 0; // bytes that it could not send any more, until the end is told
    int m_brokenBy = 0; // the first errno that a read or a write met
    bool m_atEnd = false; // read() has met the peer's end
    bool m_announced = false; // readable() has fired, and read() has not met the end of it yet
    bool m_ignoring = false; // the announced bytes are known: nothing to tell before they are read
    bool m_reading = true;
    bool m_finishing = false;
    bool m_lingering = false; // the peer has ended its direction, and gets the rest of ours
    bool m_ended = false;
};

} // namespace qipc

#endif
