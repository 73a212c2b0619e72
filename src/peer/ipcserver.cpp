// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "homethread_p.h"
#include "ipcserver_p.h"
#include "wait_p.h"

#include <QtCore/QEvent>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

template <typename T>
bool assign(T &member, const T &value)
{
    if (member == value)
        return false;
    member = value;
    return true;
}

} // namespace

IPCServer::IPCServer(QObject *parent)
    : IPCServer(QString(), parent)
{
}

IPCServer::IPCServer(const QString &path, QObject *parent)
    : QObject(parent)
    , d_ptr(std::make_unique<IPCServerPrivate>(this, path))
{
}

IPCServer::~IPCServer()
{
    d_ptr->acceptor.close();
    const auto leaving = d_ptr->guardedConnections();
    for (IPCConnection *connection : leaving) {
        connection->disconnect(this);
        d_ptr->forget(connection);
    }
    for (const auto &connection : leaving) // what waits for one may delete another
        delete connection.data();
    for (const auto &promise : std::exchange(d_ptr->closing, {}))
        promise.settle(IPCResult<void>());
}

QString IPCServer::path() const
{
    return d_ptr->path;
}

void IPCServer::setPath(const QString &path)
{
    if (isRefused(this, "setPath()"))
        return;
    if (assign(d_ptr->path, path))
        Q_EMIT pathChanged();
}

QString IPCServer::address() const
{
    return d_ptr->address;
}

IPCServer::Access IPCServer::access() const
{
    return d_ptr->access;
}

void IPCServer::setAccess(Access access)
{
    if (isRefused(this, "setAccess()"))
        return;
    if (assign(d_ptr->access, access))
        Q_EMIT accessChanged();
}

int IPCServer::backlog() const
{
    return d_ptr->backlog;
}

void IPCServer::setBacklog(int count)
{
    if (isRefused(this, "setBacklog()"))
        return;
    if (assign(d_ptr->backlog, std::max(count, 1)))
        Q_EMIT backlogChanged();
}

int IPCServer::maxConnections() const
{
    return d_ptr->maxConnections;
}

void IPCServer::setMaxConnections(int count)
{
    if (isRefused(this, "setMaxConnections()"))
        return;
    if (assign(d_ptr->maxConnections, std::max(count, 0)))
        Q_EMIT maxConnectionsChanged();
}

int IPCServer::maxConnectionsPerUser() const
{
    return d_ptr->acceptor.mostPerUser();
}

void IPCServer::setMaxConnectionsPerUser(int count)
{
    if (isRefused(this, "setMaxConnectionsPerUser()"))
        return;
    count = std::max(count, 0);
    if (count == maxConnectionsPerUser())
        return;
    d_ptr->acceptor.setMostPerUser(count);
    Q_EMIT maxConnectionsPerUserChanged();
}

IPCServer::SlowReaders IPCServer::slowReaders() const
{
    return d_ptr->slowReaders;
}

void IPCServer::setSlowReaders(SlowReaders what)
{
    if (isRefused(this, "setSlowReaders()"))
        return;
    if (!assign(d_ptr->slowReaders, what))
        return;
    d_ptr->applySessionOptions();
    Q_EMIT slowReadersChanged();
}

IPCPeer::Encoding IPCServer::encoding() const
{
    return d_ptr->encoding;
}

void IPCServer::setEncoding(IPCPeer::Encoding encoding)
{
    if (isRefused(this, "setEncoding()"))
        return;
    if (!assign(d_ptr->encoding, encoding))
        return;
    d_ptr->applySessionOptions();
    Q_EMIT encodingChanged();
}

bool IPCServer::compression() const
{
    return d_ptr->compression;
}

void IPCServer::setCompression(bool compression)
{
    if (isRefused(this, "setCompression()"))
        return;
    if (!assign(d_ptr->compression, compression))
        return;
    d_ptr->applySessionOptions();
    Q_EMIT compressionChanged();
}

milliseconds IPCServer::requestTimeout() const
{
    return d_ptr->requestTimeout;
}

void IPCServer::setRequestTimeout(milliseconds timeout)
{
    if (isRefused(this, "setRequestTimeout()"))
        return;
    if (assign(d_ptr->requestTimeout, std::max(timeout, milliseconds(0))))
        Q_EMIT requestTimeoutChanged();
}

milliseconds IPCServer::heartbeatInterval() const
{
    return d_ptr->heartbeatInterval;
}

void IPCServer::setHeartbeatInterval(milliseconds interval)
{
    if (isRefused(this, "setHeartbeatInterval()"))
        return;
    if (!assign(d_ptr->heartbeatInterval, std::max(interval, milliseconds(0))))
        return;
    d_ptr->applySessionOptions();
    Q_EMIT heartbeatIntervalChanged();
}

IPCLimits IPCServer::limits() const
{
    return d_ptr->limits;
}

void IPCServer::setLimits(const IPCLimits &limits)
{
    if (isRefused(this, "setLimits()"))
        return;
    if (!assign(d_ptr->limits, limits))
        return;
    d_ptr->applySessionOptions();
    Q_EMIT limitsChanged();
}

void IPCServer::setIdGenerator(IdGenerator generator)
{
    if (isRefused(this, "setIdGenerator()"))
        return;
    d_ptr->idGenerator = std::move(generator);
}

void IPCServer::setAuthorizer(Authorizer authorizer)
{
    if (isRefused(this, "setAuthorizer()"))
        return;
    d_ptr->authorizer = std::move(authorizer);
    d_ptr->lateAuthorizer = nullptr;
}

void IPCServer::setAuthorizer(LateAuthorizer authorizer)
{
    if (isRefused(this, "setAuthorizer()"))
        return;
    d_ptr->authorizer = nullptr;
    d_ptr->lateAuthorizer = std::move(authorizer);
}

void IPCServer::setAuthorizer(std::nullptr_t)
{
    if (isRefused(this, "setAuthorizer()"))
        return;
    d_ptr->authorizer = nullptr;
    d_ptr->lateAuthorizer = nullptr;
}

bool IPCServer::listen()
{
    if (isRefused(this, "listen()"))
        return false;
    d_ptr->error = needEventLoop("listen()");
    if (!d_ptr->error)
        d_ptr->error = d_ptr->listen();
    if (d_ptr->error)
        return false;
    const QPointer<IPCServer> alive(this);
    Q_EMIT listeningChanged();
    if (alive)
        Q_EMIT ready(d_ptr->address);
    return true;
}

bool IPCServer::isListening() const
{
    return d_ptr->acceptor.isListening();
}

IPCError IPCServer::error() const
{
    return d_ptr->error;
}

QFuture<IPCResult<void>> IPCServer::close()
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "close()"));
    return d_ptr->close(false);
}

QFuture<IPCResult<void>> IPCServer::closeForRestart()
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "closeForRestart()"));
    return d_ptr->close(true);
}

bool IPCServer::waitForClosed(milliseconds timeout)
{
    if (isRefused(this, "waitForClosed()"))
        return false;
    return waitUntil(
        this, &IPCServer::closed, [this] { return d_ptr->closing.isEmpty(); }, timeout);
}

QList<IPCConnection *> IPCServer::connections() const
{
    return d_ptr->connections;
}

IPCConnection *IPCServer::connection(const QString &id) const
{
    const auto &all = d_ptr->connections;
    const auto found = std::find_if(all.cbegin(), all.cend(),
                                    [&id](IPCConnection *each) { return each->id() == id; });
    return found != all.cend() ? *found : nullptr;
}

IPCResult<int> IPCServer::broadcast(const IPCValue &message)
{
    if (isElsewhere(this))
        return calledElsewhere(this, "broadcast()");
    return d_ptr->postToAll(d_ptr->connections, message.variant());
}

QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> IPCServer::survey(const IPCValue &request)
{
    return survey(request, d_ptr->requestTimeout);
}

QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> IPCServer::survey(const IPCValue &request,
                                                                  milliseconds timeout)
{
    return d_ptr->survey(request.variant(), timeout);
}

QFuture<IPCResult<QList<IPCOutcome<nanoseconds>>>> IPCServer::ping()
{
    return d_ptr->ping();
}

IPCResult<int> IPCServer::publish(const QString &topic, const IPCValue &message)
{
    if (isElsewhere(this))
        return calledElsewhere(this, "publish()");
    return d_ptr->postToAll(d_ptr->topics.subscribers(topic),
                            publicationData({topic, message.variant()}));
}

void IPCServer::pause()
{
    if (isRefused(this, "pause()"))
        return;
    const auto all = d_ptr->guardedConnections();
    for (const auto &connection : all) {
        if (connection)
            connection->pause();
    }
}

void IPCServer::resume()
{
    if (isRefused(this, "resume()"))
        return;
    const auto all = d_ptr->guardedConnections();
    for (const auto &connection : all) {
        if (connection)
            connection->resume();
    }
}

bool IPCServer::event(QEvent *event)
{
    if (event->type() == QEvent::ThreadChange)
        d_ptr->leaveThread();
    return QObject::event(event);
}

IPCConnection *IPCServer::createConnection()
{
    return new IPCConnection(this);
}
