// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Keeping a client connected: sessions, retries, outbox and topics.

#include "applications_p.h"
#include "ipcclient_p.h"
#include "logging_p.h"
#include "pubsub_p.h"
#include "sessionwish_p.h"
#include "timerinterval_p.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using std::chrono::milliseconds;

namespace {

// Whether another try may come to another end.
bool mayPass(IPCError::Code code)
{
    switch (code) {
    case IPCError::Code::NoError:
    case IPCError::Code::NoSuchServer:
    case IPCError::Code::ConnectionRefused:
    case IPCError::Code::OutOfResources:
    case IPCError::Code::TimedOut:
    case IPCError::Code::ConnectionLost:
        return true;
    case IPCError::Code::InvalidArgument:
    case IPCError::Code::InvalidState:
    case IPCError::Code::PermissionDenied:
    case IPCError::Code::AddressInUse:
    case IPCError::Code::NotASocket:
    case IPCError::Code::NameTooLong:
    case IPCError::Code::Closed:
    case IPCError::Code::Aborted:
    case IPCError::Code::Rejected:
    case IPCError::Code::TooManyConnections:
    case IPCError::Code::MessageTooLarge:
    case IPCError::Code::QueueFull:
    case IPCError::Code::ProtocolViolation:
    case IPCError::Code::EncodingError:
    case IPCError::Code::DecodingError:
    case IPCError::Code::NoAnswer:
    case IPCError::Code::RemoteError:
    case IPCError::Code::NotSupported:
        break;
    }
    return false;
}

IPCResult<bool> readTopicAnswer(const IPCResult<QVariant> &answer)
{
    if (!answer)
        return answer.error();
    if (const auto result = readTopicResult(*answer))
        return *result;
    return IPCError(IPCError::Code::NotSupported, u"the server knows no topics"_s);
}

} // namespace

IPCClientPrivate::IPCClientPrivate(const QString &path)
    : path(path)
    , outbox(limits)
{
    retryTimer.setSingleShot(true);
}

IPCClientPrivate::~IPCClientPrivate() = default;

void IPCClientPrivate::start(IPCClient *client)
{
    // They go along when the client is moved to another thread.
    retryTimer.setParent(client);
    outbox.setParent(client);
    QObject::connect(&retryTimer, &QTimer::timeout, client, [this] {
        openSession();
        setStatus(Status::Connecting);
    });
    QObject::connect(&outbox, &Outbox::messageFailed, client, &IPCPeer::errorOccurred);
    QObject::connect(Applications::instance(), &Applications::changed, client, [this] {
        if (!isMainThread())
            return;
        startAnew();
        outbox.revive();
        if (retryTimer.isActive())
            retryTimer.start();
        if (!session && !closing.isEmpty())
            closeWithoutSession(closeReason);
    });
}

QFuture<IPCResult<void>> IPCClientPrivate::connectToServer()
{
    if (status != Status::Idle) {
        return settledFuture(IPCResult<void>(
            IPCError(IPCError::Code::InvalidState, u"the client is connected, or about to be"_s)));
    }
    const Promise<void> promise;
    connecting.append(promise);
    attempt = 0;
    lastError = {};
    address.reset();
    openSession();
    setStatus(Status::Connecting);
    return promise.future();
}

// Its signals come from the event loop only.
void IPCClientPrivate::openSession()
{
    const SessionOptions options{limits, sessionWish(encoding), compression, heartbeatInterval};
    const bool trustAnyUser = serverTrust == IPCClient::ServerTrust::AnyUser;
    // Once, so that a client comes back to the same server also where the working directory or
    // TMPDIR has changed meanwhile.
    if (!address)
        address = Session::addressOf(path);
    attach(Session::connectTo(*address, options, {payload, id, trustAnyUser}));
    QObject::connect(session.get(), &Session::streamConnected, q,
                     [this] { setStatus(Status::Connected); });
}

void IPCClientPrivate::handleReady()
{
    attempt = 0;
    // A slot may end this connection, and begin another one.
    const auto lasts = [this, alive = QPointer<IPCClient>(client()),
                        current = QPointer<Session>(session.get())] {
        return alive && current && session.get() == current && status == Status::Ready;
    };
    const bool renamed = std::exchange(id, session->id()) != session->id();
    status = Status::Ready;
    const IPCError notRenewed = renewSubscriptions();
    outbox.sendThrough(session.get());
    if (lasts() && notRenewed)
        Q_EMIT q->errorOccurred(notRenewed);
    if (lasts() && renamed)
        Q_EMIT q->idChanged();
    if (lasts())
        Q_EMIT client()->statusChanged(status);
    if (lasts())
        settleConnecting({});
    if (lasts())
        Q_EMIT client()->ready();
}

IPCError IPCClientPrivate::renewSubscriptions()
{
    if (topics.isEmpty())
        return {};
    return ask(PendingRequests::Kind::Request,
               topicRequestData({TopicRequest::Kind::Subscribe, topics, {}}), requestTimeout,
               [client = QPointer<IPCClient>(client())](const IPCResult<QVariant> &answer) {
                   const auto result = readTopicAnswer(answer);
                   if (client && !result && isWorthTelling(result.error()))
                       Q_EMIT client->errorOccurred(result.error());
               });
}

void IPCClientPrivate::handleEnd(const SessionEnd &end)
{
    const auto ended = std::move(session); // its signal is being handled: it goes when this returns
    const QPointer<IPCClient> alive(client());
    const bool back = comesBack(end);
    if (end.wasReady) {
        setStatus(Status::Disconnected);
        if (alive && isWorthTelling(end.error))
            Q_EMIT q->errorOccurred(end.error);
        if (alive)
            Q_EMIT q->disconnected(end.reason);
    }
    // A slot may have begun something else by now.
    if (!alive || session || status == Status::Idle || status == Status::Reconnecting)
        return;
    if (back && closing.isEmpty())
        waitToRetry();
    else
        giveUp(end.error, end.reason, end.wasReady);
}

bool IPCClientPrivate::comesBack(const SessionEnd &end) const
{
    return autoReconnect && closing.isEmpty() && end.mayReconnect && mayPass(end.error.code())
        && (retries < 0 || attempt < retries);
}

void IPCClientPrivate::waitToRetry()
{
    ++attempt;
    const bool isLongest = retryInterval > maxRetryInterval / attempt;
    const milliseconds delay = isLongest ? maxRetryInterval : retryInterval * attempt;
    qCDebug(logPeer).noquote() << u"client of \"%1\": retry %2 of %3 in %4 ms"_s.arg(
        address && *address ? **address : path, QString::number(attempt),
        retries < 0 ? u"any number"_s : QString::number(retries), QString::number(delay.count()));
    retryTimer.start(timerInterval(delay));
    setStatus(Status::Reconnecting);
}

// All over, for this connectToServer(). The error may have been told already.
void IPCClientPrivate::giveUp(const IPCError &error, const QVariant &reason, bool told)
{
    retryTimer.stop();
    topics.clear();
    const QPointer<IPCClient> alive(client());
    const IPCError why =
        error ? error : IPCError(IPCError::Code::Closed, u"the connection was closed"_s);
    lastError = why;
    // Taken before anybody is told: whoever connects again at once begins with nothing of the old.
    const auto connectPromises = std::exchange(connecting, {});
    const auto closePromises = std::exchange(closing, {});
    const auto failOutbox = outbox.takeAll();
    setStatus(Status::Idle);
    failOutbox(why);
    for (const auto &promise : connectPromises)
        promise.settle(why);
    settleClosing(closePromises, error); // before a slot, which may delete the client
    if (alive && !told && isWorthTelling(error))
        Q_EMIT q->errorOccurred(error);
    if (alive)
        Q_EMIT client()->closed(reason);
}

void IPCClientPrivate::setStatus(Status newStatus)
{
    if (std::exchange(status, newStatus) != newStatus)
        Q_EMIT client()->statusChanged(newStatus);
}

void IPCClientPrivate::settleConnecting(const IPCResult<void> &result)
{
    for (const auto &promise : std::exchange(connecting, {}))
        promise.settle(result);
}

// Why nothing can wait for a connection: there will be none.
IPCError IPCClientPrivate::whyNoOutbox() const
{
    if (status == Status::Idle)
        return {IPCError::Code::InvalidState, u"the client is not connected"_s};
    if (!closing.isEmpty() || status == Status::Ready)
        return {IPCError::Code::Closed, u"the connection is closed"_s};
    return {};
}

IPCError IPCClientPrivate::sendLater(const QVariant &message, SentCallback &&sent)
{
    if (IPCError error = whyNoOutbox())
        return error;
    return outbox.addMessage(message, std::move(sent));
}

IPCError IPCClientPrivate::askLater(const QVariant &data, milliseconds timeout,
                                    AnswerCallback &&callback)
{
    if (IPCError error = whyNoOutbox())
        return error;
    return outbox.addRequest(data, timeout, std::move(callback));
}

qsizetype IPCClientPrivate::queuedBytes() const
{
    return outbox.queuedBytes() + IPCPeerPrivate::queuedBytes();
}

bool IPCClientPrivate::isOpen() const
{
    return status != Status::Idle;
}

IPCError IPCClientPrivate::closeWithoutSession(const QVariant &reason)
{
    retryTimer.stop();
    if (closing.size() == 1) // the first close() gives the reason
        closeReason = reason;
    QMetaObject::invokeMethod(
        q,
        [this] {
            if (!session && !closing.isEmpty())
                giveUp({IPCError::Code::Closed, u"closed before it was ready"_s},
                       std::exchange(closeReason, {}));
        },
        Qt::QueuedConnection);
    return {};
}

void IPCClientPrivate::abort(const QVariant &reason)
{
    const IPCError error(IPCError::Code::Aborted, u"aborted by this side"_s);
    if (session && !session->hasEnded())
        session->abort(reason);
    else if (session) // asked for while the session fails what is pending, before it tells of its
                      // end
        handleEnd({error, reason, status == Status::Ready});
    else if (status != Status::Idle)
        giveUp(error, reason);
}

void IPCClientPrivate::handleMessage(const QVariant &message)
{
    // A message that only looks like a publication is the application's own.
    const auto publication = topics.isEmpty() ? std::nullopt : readPublication(message);
    if (publication && topics.contains(publication->topic))
        Q_EMIT client()->published(publication->topic, publication->message);
    else
        IPCPeerPrivate::handleMessage(message);
}

QFuture<IPCResult<bool>> IPCClientPrivate::changeTopics(TopicRequest::Kind kind,
                                                        const QStringList &names)
{
    const Promise<bool> promise;
    const IPCError error =
        ask(PendingRequests::Kind::Request, topicRequestData({kind, names, {}}), requestTimeout,
            [this, kind, names, promise,
             alive = QPointer<IPCClient>(client())](const IPCResult<QVariant> &answer) {
                const auto result = readTopicAnswer(answer);
                if (alive && result)
                    topicsChanged(kind, names);
                promise.settle(result);
            });
    if (error)
        promise.settle(error);
    return promise.future();
}

void IPCClientPrivate::topicsChanged(TopicRequest::Kind kind, const QStringList &names)
{
    for (const QString &topic : names) {
        if (kind == TopicRequest::Kind::Unsubscribe)
            topics.removeAll(topic);
        else if (!topics.contains(topic))
            topics.append(topic);
    }
}

QFuture<IPCResult<void>> IPCClientPrivate::publish(const QString &topic, const QVariant &message)
{
    const Promise<void> promise;
    const IPCError error =
        ask(PendingRequests::Kind::Request,
            topicRequestData({TopicRequest::Kind::Publish, {topic}, message}), requestTimeout,
            [promise](const IPCResult<QVariant> &answer) {
                const auto result = readTopicAnswer(answer);
                promise.settle(result ? IPCResult<void>() : IPCResult<void>(result.error()));
            });
    if (error)
        promise.settle(error);
    return promise.future();
}
