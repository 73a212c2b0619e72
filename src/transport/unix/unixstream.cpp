// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "unixstream_p.h"

#include "logging_p.h"

#include <QtCore/QPointer>

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace qipc {

namespace {

// Holds a large message, so that it goes over in few turns of the event loops at both ends.
constexpr int socketBufferSize = 1024 * 1024;

// In one call.
constexpr size_t mostPieces = 16;

// Best effort: the system gives as much as it permits.
void enlargeBuffers(const FileDescriptor &socket)
{
    for (const int option : {SO_SNDBUF, SO_RCVBUF})
        ::setsockopt(socket.get(), SOL_SOCKET, option, &socketBufferSize, sizeof(socketBufferSize));
}

IPCCredentials peerCredentials(const FileDescriptor &socket)
{
    ucred peer{};
    socklen_t size = sizeof(peer);
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return {};
    return IPCCredentials(peer.pid, peer.uid, peer.gid);
}

// The error that the system has noted for the socket and not told yet.
int pendingError(const FileDescriptor &socket)
{
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

ssize_t receive(const FileDescriptor &socket, char *data, qint64 size, int flags)
{
    ssize_t received = 0;
    do {
        received = ::recv(socket.get(), data, static_cast<size_t>(size), flags);
    } while (received < 0 && errno == EINTR);
    return received;
}

IPCError connectionLost(int error)
{
    return IPCError(IPCError::Code::ConnectionLost,
                    QStringLiteral("the connection broke: %1").arg(qt_error_string(error)))
        .withSystemError(error);
}

bool isNoneForNow(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK;
}

} // namespace

UnixStream::UnixStream(FileDescriptor socket)
    : m_socket(std::move(socket))
    , m_watch(m_socket, this)
    , m_credentials(peerCredentials(m_socket))
{
    enlargeBuffers(m_socket);
    watch();
}

UnixStream::~UnixStream()
{
    silence();
}

qint64 UnixStream::read(char *data, qint64 size)
{
    // What was not announced comes with readable(), unless that will not fire any more.
    if (!m_socket || size <= 0 || (!m_announced && !m_ended))
        return 0;
    const ssize_t received = receive(m_socket, data, size, 0);
    if (received < 0 && !isNoneForNow(errno))
        broke(errno);
    if (received == 0)
        reachedEnd();
    else if (received < size)
        drained();
    return received > 0 ? received : 0;
}

// The end is told behind all that the reader makes of the last bytes.
void UnixStream::reachedEnd()
{
    if (!std::exchange(m_atEnd, true))
        lookAgainLater();
}

// What comes from here on is told, the end included.
void UnixStream::drained()
{
    m_announced = false;
    m_ignoring = false;
    if (m_ended || !m_reading)
        return;
    watch();
    if (m_brokenBy != 0)
        lookAgainLater();
}

// Sees to it that what is of interest now is told. A hang-up cannot be left out while anything is
// watched for, and would be told for ever.
void UnixStream::watch()
{
    quint32 events = 0;
    if (m_lingering)
        events = 0;
    else if (m_reading && !m_ignoring)
        events = EPOLLIN | EPOLLRDHUP;
    else if (!m_reading)
        events = EPOLLRDHUP;
    if (!m_queue.isEmpty())
        events |= EPOLLOUT;
    if (m_ended)
        return;
    if (const int error = m_watch.setEvents(events))
        broke(error);
}

void UnixStream::onPolled(quint32 events)
{
    const QPointer<UnixStream> alive(this);
    constexpr quint32 hangup = EPOLLHUP | EPOLLERR;
    constexpr quint32 peerLeft = EPOLLRDHUP | hangup;
    if (m_lingering && (events & hangup)) {
        const int error = pendingError(m_socket);
        end(error != 0 ? error : EPIPE);
        return;
    }
    if ((events & EPOLLOUT) && !(events & hangup))
        flush();
    if (!alive || m_ended || m_lingering)
        return;
    if (!m_reading && (events & peerLeft))
        end(pendingError(m_socket));
    else if (m_reading && (events & (EPOLLIN | peerLeft)))
        onReadable();
}

// There are bytes, or it is the end, which read() finds out without a system call more.
void UnixStream::onReadable()
{
    if (m_announced) {
        onStillReadable();
        return;
    }
    const QPointer<UnixStream> alive(this);
    m_announced = true;
    Q_EMIT readable();
    if (alive && m_atEnd)
        end(0);
}

// The reader has not come for what it knows of. So we do not tell of it again, unless it is the end
// and nothing before it.
void UnixStream::onStillReadable()
{
    char byte = 0;
    if (receive(m_socket, &byte, 1, MSG_PEEK) == 0) {
        end(0);
    } else {
        m_ignoring = true;
        watch();
    }
}

// Announces what there is: bytes, or the end.
void UnixStream::announce()
{
    char byte = 0;
    const ssize_t received = receive(m_socket, &byte, 1, MSG_PEEK);
    if (received > 0) {
        m_announced = true;
        Q_EMIT readable();
    } else if (received == 0) {
        end(0);
    } else if (!isNoneForNow(errno)) {
        end(errno);
    } else if (m_brokenBy != 0) {
        end(m_brokenBy);
    }
}

// Returns how many bytes the system has taken, by \a call.
template <typename Call>
qint64 UnixStream::sendSome(Call call)
{
    ssize_t sent = 0;
    do {
        sent = call();
    } while (sent < 0 && errno == EINTR);
    if (sent < 0 && !isNoneForNow(errno))
        broke(errno);
    return std::max<qint64>(sent, 0);
}

void UnixStream::write(QByteArrayView bytes)
{
    if (!takes(bytes.size()))
        return;
    m_queue.append(bytes);
    watch();
}

void UnixStream::writeShared(const QByteArray &bytes, qsizetype begin, qsizetype size)
{
    if (takes(size))
        m_queue.append(bytes, begin, size);
}

void UnixStream::send(const QByteArray &bytes, qsizetype start)
{
    const qsizetype size = bytes.size() - start;
    if (!takes(size))
        return;
    qsizetype sent = 0;
    if (m_queue.isEmpty()) { // else the system's buffer is full
        const char *data = bytes.constData() + start;
        sent = qsizetype(
            sendSome([&] { return ::send(m_socket.get(), data, size_t(size), MSG_NOSIGNAL); }));
    }
    if (sent == size || !takes(size - sent))
        return;
    m_queue.append(bytes, start + sent, size - sent);
    watch();
}

// Whether \a size bytes more can still be sent. Where it has broken they count as lost.
bool UnixStream::takes(qsizetype size)
{
    if (!m_socket || m_ended || m_finishing)
        return false;
    if (m_brokenBy != 0)
        m_unsentBytes = m_lost += size;
    return m_brokenBy == 0;
}

void UnixStream::flush()
{
    if (!m_socket || m_ended || m_brokenBy != 0)
        return;
    const QPointer<UnixStream> alive(this);
    const bool sent = sendQueue();
    watch();
    shutDownWhenSent();
    if (sent)
        Q_EMIT bytesWritten();
    if (alive && m_lingering && m_queue.isEmpty() && m_brokenBy == 0)
        end(0);
}

// One call: where it takes less than all, the system's buffer is full.
bool UnixStream::sendQueue()
{
    if (m_queue.isEmpty())
        return false;
    auto pieces = m_queue.front(mostPieces);
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const qint64 sent = sendSome([&] { return ::sendmsg(m_socket.get(), &message, MSG_NOSIGNAL); });
    m_queue.consume(sent);
    return sent > 0;
}

void UnixStream::setReading(bool reading)
{
    if (m_reading == reading)
        return;
    m_reading = reading;
    if (!m_socket || m_ended)
        return;
    m_announced = false; // so that what lies there is announced anew
    m_ignoring = false;
    watch();
    if (m_brokenBy != 0)
        lookAgainLater();
}

void UnixStream::finishWriting()
{
    if (!m_socket || m_ended)
        return;
    m_finishing = true;
    shutDownWhenSent();
}

void UnixStream::shutDownWhenSent()
{
    if (m_finishing && m_queue.isEmpty())
        ::shutdown(m_socket.get(), SHUT_WR);
}

void UnixStream::abort()
{
    m_ended = true;
    silence();
    m_socket.reset();
}

// Nothing more can be sent. What the peer sent before is still there to be read, and goes first.
void UnixStream::broke(int error)
{
    if (m_brokenBy != 0)
        return;
    m_brokenBy = error;
    m_unsentBytes = m_lost = m_queue.size();
    m_queue.clear();
    watch();
    lookAgainLater();
}

// Nothing need be told any more, for the peer may have ended only the direction that we write in.
void UnixStream::lookAgainLater()
{
    const auto look = [this] {
        if (m_ended)
            return;
        if (m_atEnd || !m_reading)
            end(m_brokenBy);
        else if (!m_announced)
            announce();
    };
    QMetaObject::invokeMethod(this, look, Qt::QueuedConnection);
}

// The one way in which a stream is over. What broke it before explains it better than \a error,
// which is 0 for the peer's orderly end.
void UnixStream::end(int error)
{
    if (m_ended)
        return;
    // A peer that has ended its own direction may still read: it gets all that is there where no
    // more can follow, and else what fits.
    if (m_brokenBy == 0 && error == 0 && sendQueue()) {
        const QPointer<UnixStream> alive(this);
        Q_EMIT bytesWritten();
        if (!alive || m_ended)
            return;
    }
    m_lingering = m_finishing && m_brokenBy == 0 && error == 0 && !m_queue.isEmpty();
    if (m_lingering) {
        watch();
        return;
    }
    m_ended = true;
    m_unsentBytes = bytesToWrite();
    silence();
    const int reason = m_brokenBy != 0 ? m_brokenBy : error;
    qCDebug(logTransport, "a stream has ended, errno %d", reason);
    Q_EMIT ended(reason == 0 ? IPCError() : connectionLost(reason));
}

void UnixStream::silence()
{
    m_watch.stop();
    m_queue.clear();
    m_lost = 0;
}

} // namespace qipc
