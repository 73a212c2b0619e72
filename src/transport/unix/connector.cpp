// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connector_p.h"

#include "logging_p.h"
#include "poller_p.h"
#include "systemerror_p.h"
#include "unixsocket_p.h"
#include "unixstream_p.h"

#include <QtCore/QFile>
#include <QtCore/QTimer>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace qipc {

namespace {

using FileStatus = struct stat; // the function of that name hides it

// Between two attempts while the server's backlog is full. The system tells nobody when there is
// room.
constexpr auto shortestWait = 10ms;
constexpr auto longestWait = 100ms;

IPCError connectError(Code code, int error, const QString &address, const QString &why)
{
    return IPCError(code, QStringLiteral("cannot connect to \"%1\": %2").arg(address, why))
        .withSystemError(error);
}

// Not so where nothing is: a dead socket that refused us may have been removed since, by a server
// that takes its place.
bool isNoSocket(const QString &address)
{
    FileStatus status{};
    return ::stat(QFile::encodeName(address).constData(), &status) == 0
        && !S_ISSOCK(status.st_mode);
}

IPCError explain(int error, const QString &address)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return connectError(Code::NoSuchServer, error, address,
                            QStringLiteral("there is nothing; is the server running?"));
    case ECONNREFUSED:
        if (isNoSocket(address))
            return connectError(Code::NotASocket, error, address,
                                QStringLiteral("what is there is not a socket"));
        return connectError(Code::ConnectionRefused, error, address,
                            QStringLiteral("nobody listens; has the server crashed?"));
    case EPROTOTYPE:
        return connectError(Code::NotASocket, error, address,
                            QStringLiteral("the socket there is not a stream socket"));
    case EACCES:
    case EPERM:
        return connectError(Code::PermissionDenied, error, address,
                            QStringLiteral("this user may not connect there"));
    default:
        return systemError(error, QStringLiteral("cannot connect to"), address);
    }
}

/*!
 * Connects by itself: QLocalSocket uses up a core while a backlog is full, gives up without an
 * error after 30 s, and hides the errno.
 */
class UnixConnector final : public Connector
{
public:
    UnixConnector();
    void connectTo(const QString &address) override;

private:
    void attempt();
    [[nodiscard]] int tryToConnect();

    const std::shared_ptr<Poller> m_poller; // which the stream will need
    QString m_address;
    FileDescriptor m_socket;
    QTimer m_timer; // until the next attempt
};

UnixConnector::UnixConnector()
    : m_poller(Poller::ofThisThread())
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &UnixConnector::attempt);
}

void UnixConnector::connectTo(const QString &address)
{
    m_address = address;
    m_timer.start(0ms);
}

void UnixConnector::attempt()
{
    const int error = tryToConnect();
    if (error == EAGAIN) {
        m_timer.start(std::clamp(m_timer.intervalAsDuration() * 2, shortestWait, longestWait));
        return;
    }
    if (error == 0) {
        qCDebug(logTransport, "connected to %ls", qUtf16Printable(m_address));
        Q_EMIT connected(new UnixStream(std::move(m_socket)));
        return;
    }
    m_socket.reset();
    Q_EMIT failed(explain(error, m_address));
}

int UnixConnector::tryToConnect()
{
    if (const int error = m_poller->open())
        return error;
    if (!m_socket)
        m_socket = createUnixSocket();
    return m_socket ? connectUnixSocket(m_socket, QFile::encodeName(m_address)) : errno;
}

} // namespace

std::unique_ptr<Connector> Connector::create()
{
    return std::make_unique<UnixConnector>();
}

} // namespace qipc
