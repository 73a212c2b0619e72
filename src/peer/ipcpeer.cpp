// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "ipcpeer_p.h"
#include "refusal_p.h"

#include "homethread_p.h"

#include <QIpc/ipcclient.h>

#include <QtCore/QElapsedTimer>
#include <QtCore/QEvent>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

IPCError negativeTimeout()
{
    return refused({IPCError::Code::InvalidArgument, u"the timeout is negative"_s});
}

IPCError notConnected()
{
    return {IPCError::Code::InvalidState, u"not connected"_s};
}

} // namespace

bool isWorthTelling(const IPCError &error)
{
    const auto code = error.code();
    return error && code != IPCError::Code::Closed && code != IPCError::Code::Aborted;
}

IPCPeerPrivate::IPCPeerPrivate() = default;

IPCPeerPrivate::~IPCPeerPrivate() = default;

void IPCPeerPrivate::attach(std::unique_ptr<Session> newSession)
{
    session = std::move(newSession);
    session->setReceiver(this);
    session->setPaused(paused);
    session->setHeartbeat(heartbeatInterval);
    auto *source = session.get();
    QObject::connect(source, &Session::ready, q, [this] { handleReady(); });
    QObject::connect(source, &Session::errorOccurred, q, &IPCPeer::errorOccurred);
    QObject::connect(source, &Session::ended, q, [this](const SessionEnd &end) { handleEnd(end); });
}

IPCError IPCPeerPrivate::send(const QVariant &message, SentCallback sent)
{
    if (!isReady())
        return refused(sendLater(message, std::move(sent)));
    const auto frame = encodePacket(session->format(), PacketType::Message, message);
    return refused(frame ? session->send(*frame, std::move(sent)) : frame.error());
}

IPCError IPCPeerPrivate::ask(PendingRequests::Kind kind, const QVariant &data, milliseconds timeout,
                             AnswerCallback callback)
{
    const bool isRequest = kind == PendingRequests::Kind::Request;
    if (!isReady())
        return refused(isRequest ? askLater(data, timeout, std::move(callback)) : notConnected());
    const auto id = RequestId::next();
    const auto type = isRequest ? PacketType::Request : PacketType::Ping;
    const auto frame = encodePacket(session->format(), type, data, id.nonce());
    return refused(frame ? session->ask(kind, *frame, id, timeout, std::move(callback))
                         : frame.error());
}

QFuture<IPCResult<QVariant>> IPCPeerPrivate::request(const QVariant &data, milliseconds timeout)
{
    const Promise<QVariant> promise;
    const IPCError error = timeout.count() < 0
        ? negativeTimeout()
        : ask(PendingRequests::Kind::Request, data, timeout,
              [promise](IPCResult<QVariant> &&answer) { promise.settle(std::move(answer)); });
    if (error)
        promise.settle(error);
    return promise.future();
}

QFuture<IPCResult<nanoseconds>> IPCPeerPrivate::ping(const QVariant &payload, milliseconds timeout)
{
    const Promise<nanoseconds> promise;
    QElapsedTimer clock;
    clock.start();
    const IPCError error = timeout.count() < 0
        ? negativeTimeout()
        : ask(PendingRequests::Kind::Ping, payload, timeout,
              [promise, clock](const IPCResult<QVariant> &answer) {
                  if (answer)
                      promise.settle(nanoseconds(clock.nsecsElapsed()));
                  else
                      promise.settle(answer.error());
              });
    if (error)
        promise.settle(error);
    return promise.future();
}

QFuture<IPCResult<void>> IPCPeerPrivate::close(const QVariant &reason, bool mayReconnect)
{
    if (!isOpen())
        return settledFuture(IPCResult<void>());
    if (intake)
        intake->sendAll();
    const Promise<void> promise;
    closing.append(promise);
    const IPCError error = beginClosing(reason, mayReconnect);
    if (error) { // then nothing has happened
        closing.removeLast();
        promise.settle(error);
    } else if (intake) {
        intake->update();
    }
    return promise.future();
}

IPCError IPCPeerPrivate::sendLater(const QVariant &message, SentCallback &&sent)
{
    Q_UNUSED(message)
    Q_UNUSED(sent)
    return whyNoOutbox();
}

IPCError IPCPeerPrivate::whyNoOutbox() const
{
    if (session)
        return {IPCError::Code::Closed, u"the connection is closed"_s};
    return notConnected();
}

IPCLimits IPCPeerPrivate::currentLimits() const
{
    return session ? session->limits() : IPCLimits();
}

std::shared_ptr<Intake> IPCPeerPrivate::intakeForSenders()
{
    if (!intake) {
        intake = std::make_shared<Intake>(this);
        const auto update = [this] { intake->update(); };
        QObject::connect(q, &IPCPeer::disconnected, q, update);
        if (auto *const client = qobject_cast<IPCClient *>(q))
            QObject::connect(client, &IPCClient::statusChanged, q, update);
    }
    return intake;
}

void IPCPeerPrivate::startAnew()
{
    if (session)
        session->endWithApplication();
    if (intake)
        intake->startAnew();
}

IPCError IPCPeerPrivate::whyItMoves() const
{
    return movedWhile(q, "it was connected");
}

// No notifier and no timer can be taken along, so the session is stopped here. What it knows goes
// to the new thread as a child of this object, and tells its end there.
void IPCPeerPrivate::leaveThread()
{
    if (!session || session->hasEnded())
        return;
    session->leaveThread(whyItMoves());
    session->setParent(q);
    auto *const leaving = session.get();
    QMetaObject::invokeMethod(
        leaving, [leaving] { leaving->tellEnd(); }, Qt::QueuedConnection);
}

IPCError IPCPeerPrivate::askLater(const QVariant &data, milliseconds timeout,
                                  AnswerCallback &&callback)
{
    Q_UNUSED(data)
    Q_UNUSED(timeout)
    Q_UNUSED(callback)
    return sendLater({}, {});
}

qsizetype IPCPeerPrivate::queuedBytes() const
{
    return session ? session->queuedBytes() : 0;
}

bool IPCPeerPrivate::isOpen() const
{
    return session != nullptr;
}

IPCError IPCPeerPrivate::beginClosing(const QVariant &reason, bool mayReconnect)
{
    return session ? session->close(reason, mayReconnect) : IPCError();
}

void IPCPeerPrivate::abort(const QVariant &reason)
{
    if (session)
        session->abort(reason);
}

void IPCPeerPrivate::handleMessage(const QVariant &message)
{
    Q_EMIT q->messageReceived(message);
}

void IPCPeerPrivate::handleRequest(const QVariant &request, const std::shared_ptr<Answer> &answer)
{
    tellRequest(request, IPCResponder(answer));
}

void IPCPeerPrivate::tellRequest(const QVariant &request, const IPCResponder &responder)
{
    Q_EMIT q->requestReceived(request, responder);
}

void IPCPeerPrivate::handleReady()
{
}

void IPCPeerPrivate::dispose()
{
    if (intake)
        intake->close();
    const bool cutsOff = session && session->queuedBytes() > 0;
    if (session) {
        session->setReceiver(nullptr);
        session->disconnect(q);
    }
    session.reset();
    const IPCResult<void> result = cutsOff
        ? IPCError(IPCError::Code::Closed, u"deleted before everything was sent"_s)
        : IPCResult<void>();
    for (const auto &promise : std::exchange(closing, {}))
        promise.settle(result);
}

void IPCPeerPrivate::settleClosing(const QList<Promise<void>> &promises, const IPCError &error)
{
    const bool asWished = !error || error.code() == IPCError::Code::Closed;
    for (const auto &promise : promises)
        promise.settle(asWished ? IPCResult<void>() : IPCResult<void>(error));
}

IPCPeer::IPCPeer(std::unique_ptr<IPCPeerPrivate> d, QObject *parent)
    : QObject(parent)
    , d_ptr(std::move(d))
{
    d_ptr->q = this;
}

IPCPeer::~IPCPeer() = default;

bool IPCPeer::event(QEvent *event)
{
    if (event->type() == QEvent::ThreadChange)
        d_ptr->leaveThread();
    return QObject::event(event);
}

QString IPCPeer::id() const
{
    return d_ptr->id;
}

bool IPCPeer::isReady() const
{
    return d_ptr->isReady();
}

IPCCredentials IPCPeer::credentials() const
{
    return d_ptr->session ? d_ptr->session->credentials() : IPCCredentials();
}

qsizetype IPCPeer::queuedBytes() const
{
    return d_ptr->queuedBytes();
}

milliseconds IPCPeer::requestTimeout() const
{
    return d_ptr->requestTimeout;
}

void IPCPeer::setRequestTimeout(milliseconds timeout)
{
    if (isRefused(this, "setRequestTimeout()"))
        return;
    timeout = std::max(timeout, milliseconds(0));
    if (std::exchange(d_ptr->requestTimeout, timeout) != timeout)
        Q_EMIT requestTimeoutChanged();
}

milliseconds IPCPeer::heartbeatInterval() const
{
    return d_ptr->heartbeatInterval;
}

void IPCPeer::setHeartbeatInterval(milliseconds interval)
{
    if (isRefused(this, "setHeartbeatInterval()"))
        return;
    interval = std::max(interval, milliseconds(0));
    if (std::exchange(d_ptr->heartbeatInterval, interval) == interval)
        return;
    if (d_ptr->session)
        d_ptr->session->setHeartbeat(interval);
    Q_EMIT heartbeatIntervalChanged();
}

QFuture<IPCResult<void>> IPCPeer::send(const IPCValue &message)
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "send()"));
    const Promise<void> promise;
    const IPCError error = d_ptr->send(
        message.variant(), [promise](const IPCResult<void> &sent) { promise.settle(sent); });
    if (error)
        promise.settle(error);
    return promise.future();
}

IPCResult<void> IPCPeer::post(const IPCValue &message)
{
    if (isElsewhere(this))
        return calledElsewhere(this, "post()");
    return d_ptr->send(message.variant(), {});
}

QFuture<IPCResult<QVariant>> IPCPeer::request(const IPCValue &request)
{
    if (isElsewhere(this))
        return failedFuture<QVariant>(calledElsewhere(this, "request()"));
    return d_ptr->request(request.variant(), d_ptr->requestTimeout);
}

QFuture<IPCResult<QVariant>> IPCPeer::request(const IPCValue &request, milliseconds timeout)
{
    if (isElsewhere(this))
        return failedFuture<QVariant>(calledElsewhere(this, "request()"));
    return d_ptr->request(request.variant(), timeout);
}

QFuture<IPCResult<nanoseconds>> IPCPeer::ping()
{
    if (isElsewhere(this))
        return failedFuture<nanoseconds>(calledElsewhere(this, "ping()"));
    return d_ptr->ping({}, d_ptr->requestTimeout);
}

QFuture<IPCResult<nanoseconds>> IPCPeer::ping(const IPCValue &payload, milliseconds timeout)
{
    if (isElsewhere(this))
        return failedFuture<nanoseconds>(calledElsewhere(this, "ping()"));
    return d_ptr->ping(payload.variant(), timeout);
}

QFuture<IPCResult<void>> IPCPeer::close(const IPCValue &reason)
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "close()"));
    return d_ptr->close(reason.variant(), false);
}

QFuture<IPCResult<void>> IPCPeer::close()
{
    if (isElsewhere(this))
        return failedFuture<void>(calledElsewhere(this, "close()"));
    return d_ptr->close({}, false);
}

void IPCPeer::abort(const IPCValue &reason)
{
    if (isRefused(this, "abort()"))
        return;
    d_ptr->abort(reason.variant());
}

void IPCPeer::abort()
{
    if (isRefused(this, "abort()"))
        return;
    d_ptr->abort({});
}

void IPCPeer::pause()
{
    if (isRefused(this, "pause()"))
        return;
    if (std::exchange(d_ptr->paused, true))
        return;
    if (d_ptr->session)
        d_ptr->session->setPaused(true);
    Q_EMIT pausedChanged();
}

void IPCPeer::resume()
{
    if (isRefused(this, "resume()"))
        return;
    if (!std::exchange(d_ptr->paused, false))
        return;
    if (d_ptr->session)
        d_ptr->session->setPaused(false);
    Q_EMIT pausedChanged();
}

bool IPCPeer::isPaused() const
{
    return d_ptr->paused;
}
