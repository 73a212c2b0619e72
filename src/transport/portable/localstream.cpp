// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "localstream_p.h"

#include "logging_p.h"

#include <QtCore/QPointer>
#include <QtNetwork/QLocalSocket>

#include <algorithm>
#include <cstring>
#include <utility>

namespace qipc {

LocalStream::LocalStream(std::unique_ptr<QLocalSocket> socket)
    : m_socket(std::move(socket))
    , m_descriptor(int(m_socket->socketDescriptor()))
{
    noteDescriptor(m_descriptor);
    m_socket->setReadBufferSize(readBufferSize);
    connect(m_socket.get(), &QLocalSocket::readyRead, this, &LocalStream::onReadyRead);
    connect(m_socket.get(), &QLocalSocket::bytesWritten, this, &LocalStream::onBytesWritten);
    connect(m_socket.get(), &QLocalSocket::errorOccurred, this, &LocalStream::onError);
    connect(m_socket.get(), &QLocalSocket::disconnected, this, &LocalStream::onDisconnected);

    // All of it may have happened already, to a socket that waited to be taken.
    if (m_socket->bytesAvailable() > 0)
        onReadyRead();
    if (m_socket->state() == QLocalSocket::UnconnectedState)
        onDisconnected();
}

LocalStream::~LocalStream()
{
    m_ended = true;
    m_socket->disconnect(this); // its destructor emits
    if (!m_process.isHere())
        static_cast<void>(m_socket.release()); // it would say farewell to the parent's peer
    else
        forgetSocket();
}

qint64 LocalStream::read(char *data, qint64 size)
{
    if (size <= 0)
        return 0;
    if (!m_rest.isEmpty()) {
        const qint64 count = std::min<qint64>(size, m_rest.size());
        std::memcpy(data, m_rest.constData(), static_cast<size_t>(count));
        m_rest.remove(0, count);
        return count;
    }
    // Asked first, for a socket that has lost its peer complains about a read.
    if (!m_socket->isOpen() || m_socket->bytesAvailable() == 0)
        return 0;
    return std::max<qint64>(m_socket->read(data, size), 0);
}

void LocalStream::write(QByteArrayView bytes)
{
    if (!m_disconnected && !m_finishing && !m_ended)
        m_socket->write(bytes.data(), bytes.size());
}

void LocalStream::flush()
{
    if (!m_disconnected && !m_ended)
        m_socket->flush();
}

qint64 LocalStream::bytesToWrite() const
{
    return m_disconnected || m_ended ? 0 : m_socket->bytesToWrite();
}

void LocalStream::setReading(bool reading)
{
    if (m_reading == reading)
        return;
    m_reading = reading;
    if (reading && m_socket->bytesAvailable() + m_rest.size() > 0)
        onReadyRead();
}

void LocalStream::finishWriting()
{
    if (m_disconnected || m_finishing || m_ended)
        return;
    m_finishing = true;
    m_socket->disconnectFromServer(); // once all has left
}

void LocalStream::abort()
{
    m_ended = true;
    m_rest.clear();
    m_socket->abort();
    forgetSocket();
}

// Its number may be somebody else's from here on.
void LocalStream::forgetSocket()
{
    forgetDescriptor(std::exchange(m_descriptor, -1));
}

void LocalStream::onReadyRead()
{
    m_hasRead = true;
    if (m_reading)
        reportLater();
}

void LocalStream::onBytesWritten()
{
    m_hasWritten = true;
    reportLater();
}

void LocalStream::onError()
{
    // After a failed write the socket drops its buffer, once this returns.
    if (m_socket->isOpen())
        m_rest += m_socket->readAll();
    m_unsentBytes = std::max(m_unsentBytes, m_socket->bytesToWrite());
    if (m_socket->error() != QLocalSocket::PeerClosedError)
        m_error = IPCError(IPCError::Code::ConnectionLost,
                           QStringLiteral("the connection broke: %1").arg(m_socket->errorString()));
}

void LocalStream::onDisconnected()
{
    m_disconnected = true;
    forgetSocket();
    reportLater();
}

void LocalStream::reportLater()
{
    if (!std::exchange(m_reportPending, true))
        QMetaObject::invokeMethod(this, &LocalStream::report, Qt::QueuedConnection);
}

void LocalStream::report()
{
    m_reportPending = false;
    const QPointer<LocalStream> self(this);
    if (!m_ended && m_reading && std::exchange(m_hasRead, false))
        Q_EMIT readable();
    if (self && !m_ended && std::exchange(m_hasWritten, false))
        Q_EMIT bytesWritten();
    if (self && m_disconnected && !std::exchange(m_ended, true)) {
        qCDebug(logTransport, "a stream has ended %ls", qUtf16Printable(m_error.message()));
        Q_EMIT ended(m_error);
    }
}

} // namespace qipc
