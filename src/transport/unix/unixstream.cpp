// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "unixstream_p.h"

#include "hangupwatch_p.h"
#include "logging_p.h"

#include <sys/socket.h>

#include <cerrno>

namespace qipc {

namespace {

// Holds a large message, so that it goes over in few turns of the event loops at both ends.
constexpr int socketBufferSize = 1024 * 1024;

// An empty queue keeps this much memory at most.
constexpr qsizetype mostIdleMemory = 64 * 1024;

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
    , m_readNotifier(m_socket.get(), QSocketNotifier::Read, this)
    , m_writeNotifier(m_socket.get(), QSocketNotifier::Write, this)
    , m_credentials(peerCredentials(m_socket))
{
    m_writeNotifier.setEnabled(false);
    enlargeBuffers(m_socket);
    connect(&m_readNotifier, &QSocketNotifier::activated, this, &UnixStream::onReadNotification);
    connect(&m_writeNotifier, &QSocketNotifier::activated, this, &UnixStream::flush);
}

UnixStream::~UnixStream() = default;

qint64 UnixStream::read(char *data, qint64 size)
{
    // What was not announced comes with readable(), unless that will not fire any more.
    if (!m_socket || size <= 0 || (!m_announced && !m_ended))
        return 0;
    const ssize_t received = receive(m_socket, data, size, 0);
    if (received < 0 && !isNoneForNow(errno))
        broke(errno);
    if (received < size)
        drained();
    return received > 0 ? received : 0;
}

// The notifier tells of what comes from here on, the end included.
void UnixStream::drained()
{
    m_announced = false;
    if (m_ended || !m_reading)
        return;
    m_readNotifier.setEnabled(true);
    if (m_brokenBy != 0)
        lookAgainLater();
}

void UnixStream::onReadNotification()
{
    // The reader knows of these bytes, and will come back for them.
    if (m_announced)
        m_readNotifier.setEnabled(false);
    else
        announce();
}

// Announces what there is: bytes, or the end. A look costs a system call, and is what makes that an
// end comes behind all bytes and that no announcement is empty.
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

void UnixStream::write(QByteArrayView bytes)
{
    if (!m_socket || m_ended || m_finishing || m_brokenBy != 0)
        return;
    m_queue.append(bytes);
    m_writeNotifier.setEnabled(!m_queue.isEmpty());
}

void UnixStream::flush()
{
    if (!m_socket || m_ended || m_brokenBy != 0)
        return;
    const bool sent = send();
    m_writeNotifier.setEnabled(!m_queue.isEmpty());
    shutDownWhenSent();
    if (sent)
        Q_EMIT bytesWritten();
}

// One call: where it takes less than all, the system's buffer is full.
bool UnixStream::send()
{
    if (m_queue.isEmpty())
        return false;
    ssize_t sent = 0;
    do {
        sent = ::send(m_socket.get(), m_queue.constData(), static_cast<size_t>(m_queue.size()),
                      MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        if (!isNoneForNow(errno))
            broke(errno);
        return false;
    }
    m_queue.remove(0, sent);
    if (m_queue.isEmpty() && m_queue.capacity() > mostIdleMemory)
        m_queue = QByteArray();
    return sent > 0;
}

void UnixStream::setReading(bool reading)
{
    if (m_reading == reading)
        return;
    m_reading = reading;
    if (!m_socket || m_ended)
        return;
    m_readNotifier.setEnabled(reading);
    if (reading) {
        m_hangupWatch.reset();
        m_announced = false; // so that what lies there is announced anew
    } else {
        watchHangup();
    }
    if (m_brokenBy != 0)
        lookAgainLater();
}

void UnixStream::watchHangup()
{
    m_hangupWatch = std::make_unique<HangupWatch>(m_socket);
    connect(m_hangupWatch.get(), &HangupWatch::hungUp, this,
            [this] { end(pendingError(m_socket)); });
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
    m_queue.clear();
    m_writeNotifier.setEnabled(false);
    lookAgainLater();
}

// The notifier need not fire any more, for the peer may have ended only the direction that we write
// in.
void UnixStream::lookAgainLater()
{
    const auto look = [this] {
        if (m_ended)
            return;
        if (!m_reading)
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
    // A peer that has ended its own direction may still read: it gets what fits.
    if (m_brokenBy == 0 && error == 0)
        static_cast<void>(send());
    m_ended = true;
    silence();
    const int reason = m_brokenBy != 0 ? m_brokenBy : error;
    qCDebug(logTransport, "a stream has ended, errno %d", reason);
    Q_EMIT ended(reason == 0 ? IPCError() : connectionLost(reason));
}

void UnixStream::silence()
{
    m_readNotifier.setEnabled(false);
    m_writeNotifier.setEnabled(false);
    m_queue = QByteArray();
}

} // namespace qipc
