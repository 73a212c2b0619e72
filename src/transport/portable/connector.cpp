// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connector_p.h"

#include "localstream_p.h"
#include "logging_p.h"
#include "socketfile_p.h"

#include <QtCore/QTimer>
#include <QtNetwork/QLocalSocket>

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace qipc {

namespace {

// Between two attempts while the server's backlog is full.
constexpr auto shortestWait = 10ms;
constexpr auto longestWait = 100ms;

Code codeOf(QLocalSocket::LocalSocketError error, const QString &address)
{
    switch (error) {
    case QLocalSocket::ServerNotFoundError:
        return Code::NoSuchServer;
    case QLocalSocket::ConnectionRefusedError:
        return fileKind(address) == FileKind::Other ? Code::NotASocket : Code::ConnectionRefused;
    case QLocalSocket::SocketAccessError:
        return Code::PermissionDenied;
    case QLocalSocket::SocketResourceError:
    case QLocalSocket::UnsupportedSocketOperationError: // its answer to a lack of descriptors
        return Code::OutOfResources;
    default:
        return Code::ConnectionRefused;
    }
}

/*!
 * Connects by a QLocalSocket. The errno remains unknown, and with it why an attempt failed in rarer
 * cases: those are ConnectionRefused.
 */
class LocalConnector final : public Connector
{
public:
    LocalConnector();
    void connectTo(const QString &address) override;

private:
    void attempt();

    QString m_address;
    QTimer m_timer; // until the next attempt
};

LocalConnector::LocalConnector()
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LocalConnector::attempt);
}

void LocalConnector::connectTo(const QString &address)
{
    m_address = address;
    m_timer.start(0ms);
}

// The socket's signals fire before connectToServer() returns; its state afterwards says the same.
void LocalConnector::attempt()
{
    auto socket = std::make_unique<QLocalSocket>();
    socket->setReadBufferSize(LocalStream::readBufferSize);
    socket->connectToServer(m_address);
    switch (socket->state()) {
    case QLocalSocket::ConnectedState:
        qCDebug(logTransport, "connected to %ls", qUtf16Printable(m_address));
        Q_EMIT connected(new LocalStream(std::move(socket)));
        return;
    case QLocalSocket::ConnectingState:
        // The backlog is full. Left to itself the socket would use up a core, and give up after 30
        // s.
        m_timer.start(std::clamp(m_timer.intervalAsDuration() * 2, shortestWait, longestWait));
        return;
    case QLocalSocket::UnconnectedState:
    case QLocalSocket::ClosingState:
        break;
    }
    Q_EMIT failed(IPCError(
        codeOf(socket->error(), m_address),
        QStringLiteral("cannot connect to \"%1\": %2").arg(m_address, socket->errorString())));
}

} // namespace

std::unique_ptr<Connector> Connector::create()
{
    return std::make_unique<LocalConnector>();
}

} // namespace qipc
