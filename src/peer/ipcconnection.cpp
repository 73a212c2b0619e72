// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "ipcconnection_p.h"

#include "homethread_p.h"

#include <QIpc/ipcserver.h>

#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;

IPCConnectionPrivate::IPCConnectionPrivate(IPCServer *server)
    : server(server)
{
}

IPCConnection *IPCConnectionPrivate::connection() const
{
    return static_cast<IPCConnection *>(q);
}

void IPCConnectionPrivate::handleMessage(const QVariant &message)
{
    const QPointer<IPCConnection> alive(connection());
    auto *const itsHost = host; // a slot may end the connection: it is told all the same
    Q_EMIT q->messageReceived(message);
    if (alive && itsHost && server)
        itsHost->tellMessage(connection(), message);
}

void IPCConnectionPrivate::handleRequest(const QVariant &request,
                                         const std::shared_ptr<Answer> &answer)
{
    if (!host || !host->takeTopicRequest(connection(), request, answer))
        IPCPeerPrivate::handleRequest(request, answer);
}

void IPCConnectionPrivate::tellRequest(const QVariant &request, const IPCResponder &responder)
{
    const QPointer<IPCConnection> alive(connection());
    auto *const itsHost = host; // a slot may end the connection: it is told all the same
    IPCPeerPrivate::tellRequest(request, responder);
    if (alive && itsHost && server)
        itsHost->tellRequest(connection(), request, responder);
}

void IPCConnectionPrivate::handleEnd(const SessionEnd &end)
{
    const auto ended = std::move(session); // its signal is being handled: it goes when this returns
    const QPointer<IPCConnection> alive(connection());
    const QPointer<IPCServer> serverAlive(server);
    auto *const itsHost = host;
    if (host)
        host->forget(connection());
    q->deleteLater();

    if (isWorthTelling(end.error))
        Q_EMIT q->errorOccurred(end.error);
    if (alive)
        Q_EMIT q->disconnected(end.reason);
    if (alive)
        settleClosing(std::exchange(closing, {}), end.error);
    if (serverAlive && itsHost)
        itsHost->connectionEnded();
}

// It has a parent, so it only moves along with its server, which logs that.
IPCError IPCConnectionPrivate::whyItMoves() const
{
    return {IPCError::Code::InvalidState, u"its server was moved to another thread"_s};
}

IPCConnection::IPCConnection(IPCServer *server)
    : IPCPeer(std::make_unique<IPCConnectionPrivate>(server), server)
{
}

IPCConnection::~IPCConnection()
{
    if (auto *const host = d()->host) {
        host->forget(this);
        // A closing server waits for it, and is not told from here: nobody expects signals.
        QMetaObject::invokeMethod(
            d()->server, [host] { host->connectionEnded(); }, Qt::QueuedConnection);
    }
    d()->dispose();
}

IPCConnectionPrivate *IPCConnection::d() const
{
    return static_cast<IPCConnectionPrivate *>(d_ptr.get());
}

IPCServer *IPCConnection::server() const
{
    return d()->server;
}

QDateTime IPCConnection::connectedAt() const
{
    return d()->connectedAt;
}

QFuture<IPCResult<void>> IPCConnection::closeForRestart(const IPCValue &reason)
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "closeForRestart()"));
    return d()->close(reason.variant(), true);
}

QFuture<IPCResult<void>> IPCConnection::closeForRestart()
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "closeForRestart()"));
    return d()->close({}, true);
}
