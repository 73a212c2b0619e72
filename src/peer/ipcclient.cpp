// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "homethread_p.h"
#include "ipcclient_p.h"
#include "pubsub_p.h"
#include "wait_p.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using std::chrono::milliseconds;

IPCClient::IPCClient(QObject *parent)
    : IPCClient(QString(), parent)
{
}

IPCClient::IPCClient(const QString &path, QObject *parent)
    : IPCPeer(std::make_unique<IPCClientPrivate>(path), parent)
{
    d()->start(this);
}

IPCClient::~IPCClient()
{
    d()->dispose();
}

IPCClientPrivate *IPCClient::d() const
{
    return static_cast<IPCClientPrivate *>(d_ptr.get());
}

QString IPCClient::path() const
{
    return d()->path;
}

void IPCClient::setPath(const QString &path)
{
    if (isRefused(this, "setPath()"))
        return;
    if (std::exchange(d()->path, path) == path)
        return;
    d()->address.reset();
    Q_EMIT pathChanged();
}

QVariant IPCClient::payload() const
{
    return d()->payload;
}

void IPCClient::setPayload(const IPCValue &payload)
{
    if (isRefused(this, "setPayload()"))
        return;
    d()->payload = payload.variant();
    Q_EMIT payloadChanged();
}

IPCClient::Status IPCClient::status() const
{
    return d()->status;
}

IPCError IPCClient::error() const
{
    return d()->error;
}

IPCPeer::Encoding IPCClient::encoding() const
{
    return d()->encoding;
}

void IPCClient::setEncoding(Encoding encoding)
{
    if (isRefused(this, "setEncoding()"))
        return;
    if (std::exchange(d()->encoding, encoding) != encoding)
        Q_EMIT encodingChanged();
}

bool IPCClient::compression() const
{
    return d()->compression;
}

void IPCClient::setCompression(bool compression)
{
    if (isRefused(this, "setCompression()"))
        return;
    if (std::exchange(d()->compression, compression) != compression)
        Q_EMIT compressionChanged();
}

IPCClient::ServerTrust IPCClient::serverTrust() const
{
    return d()->serverTrust;
}

void IPCClient::setServerTrust(ServerTrust trust)
{
    if (isRefused(this, "setServerTrust()"))
        return;
    if (std::exchange(d()->serverTrust, trust) != trust)
        Q_EMIT serverTrustChanged();
}

bool IPCClient::autoReconnect() const
{
    return d()->autoReconnect;
}

void IPCClient::setAutoReconnect(bool reconnect)
{
    if (isRefused(this, "setAutoReconnect()"))
        return;
    if (std::exchange(d()->autoReconnect, reconnect) != reconnect)
        Q_EMIT autoReconnectChanged();
}

int IPCClient::retries() const
{
    return d()->retries;
}

void IPCClient::setRetries(int count)
{
    if (isRefused(this, "setRetries()"))
        return;
    count = std::max(count, -1);
    if (std::exchange(d()->retries, count) != count)
        Q_EMIT retriesChanged();
}

milliseconds IPCClient::retryInterval() const
{
    return d()->retryInterval;
}

void IPCClient::setRetryInterval(milliseconds interval)
{
    if (isRefused(this, "setRetryInterval()"))
        return;
    interval = std::max(interval, milliseconds(1));
    if (std::exchange(d()->retryInterval, interval) != interval)
        Q_EMIT retryIntervalChanged();
}

milliseconds IPCClient::maxRetryInterval() const
{
    return d()->maxRetryInterval;
}

void IPCClient::setMaxRetryInterval(milliseconds interval)
{
    if (isRefused(this, "setMaxRetryInterval()"))
        return;
    interval = std::max(interval, milliseconds(1));
    if (std::exchange(d()->maxRetryInterval, interval) != interval)
        Q_EMIT maxRetryIntervalChanged();
}

IPCLimits IPCClient::limits() const
{
    return d()->limits;
}

void IPCClient::setLimits(const IPCLimits &limits)
{
    if (isRefused(this, "setLimits()"))
        return;
    if (std::exchange(d()->limits, limits) == limits)
        return;
    d()->outbox.setLimits(limits);
    Q_EMIT limitsChanged();
}

QFuture<IPCResult<void>> IPCClient::connectToServer()
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "connectToServer()"));
    if (const IPCError error = needEventLoop("connectToServer()"))
        return failedFuture<void>(error);
    return d()->connectToServer();
}

IPCResult<void> IPCClient::waitForReady(milliseconds timeout)
{
    if (isElsewhere(this))
        return calledElsewhere(this, "waitForReady()");
    const QPointer<IPCClient> alive(this);
    const bool decided = waitUntil(
        this, &IPCClient::statusChanged,
        [this] { return d()->status == Status::Ready || d()->status == Status::Idle; }, timeout);
    if (!alive)
        return IPCError(IPCError::Code::Closed, u"the client was deleted"_s);
    if (!decided)
        return IPCError(IPCError::Code::TimedOut, u"not ready within %1 ms"_s.arg(timeout.count()));
    if (d()->status == Status::Ready)
        return {};
    if (d()->lastError)
        return d()->lastError;
    return IPCError(IPCError::Code::InvalidState, u"the client was not told to connect"_s);
}

bool IPCClient::waitForClosed(milliseconds timeout)
{
    if (isRefused(this, "waitForClosed()"))
        return false;
    return waitUntil(
        this, &IPCClient::statusChanged, [this] { return d()->status == Status::Idle; }, timeout);
}

QStringList IPCClient::topics() const
{
    return d()->topics;
}

QFuture<IPCResult<bool>> IPCClient::subscribe(const QString &topic)
{
    if (isElsewhere(this))
        return failedFuture<bool>(calledElsewhere(this, "subscribe()"));
    return subscribe(QStringList{topic});
}

QFuture<IPCResult<bool>> IPCClient::subscribe(const QStringList &topics)
{
    if (isElsewhere(this))
        return failedFuture<bool>(calledElsewhere(this, "subscribe()"));
    return d()->changeTopics(TopicRequest::Kind::Subscribe, topics);
}

QFuture<IPCResult<bool>> IPCClient::unsubscribe(const QString &topic)
{
    if (isElsewhere(this))
        return failedFuture<bool>(calledElsewhere(this, "unsubscribe()"));
    return unsubscribe(QStringList{topic});
}

QFuture<IPCResult<bool>> IPCClient::unsubscribe(const QStringList &topics)
{
    if (isElsewhere(this))
        return failedFuture<bool>(calledElsewhere(this, "unsubscribe()"));
    return d()->changeTopics(TopicRequest::Kind::Unsubscribe, topics);
}

QFuture<IPCResult<void>> IPCClient::publish(const QString &topic, const IPCValue &message)
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "publish()"));
    return d()->publish(topic, message.variant());
}
