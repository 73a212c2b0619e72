// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Keeping a client connected: sessions, retries, outbox and topics.

#include "applications_p.h"
#include "ipcclient_p.h"
#include "logging_p.h"
#include "pubsub_p.h"
#include "refusal_p.h"
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

// Why \a count messages were not sent.
IPCError notSent(qsizetype count, const IPCError &cause)
{
    const QString what =
        count == 1 ? u"1 message was not sent: "_s : u"%1 messages were not sent: "_s.arg(count);
    return IPCError(cause.code(), what + cause.message())
        .withSystemError(cause.systemError())
        .withLimit(cause.limit());
}

void settleAll(const QList<Promise<void>> &promises, const IPCError &error)
{
    for (const auto &promise : promises)
        promise.settle(error);
}

} // namespace

IPCClientPrivate::IPCClientPrivate(const QString &path)
    : path(path)
    , outbox(limits)
{
    retryTimer.setSingleShot(true);
    partingTimer.setSingleShot(true);
}

IPCClientPrivate::~IPCClientPrivate() = default;

void IPCClientPrivate::start(IPCClient *client)
{
    // They go along when the client is moved to another thread.
    retryTimer.setParent(client);
    partingTimer.setParent(client);
    outbox.setParent(client);
    QObject::connect(&retryTimer, &QTimer::timeout, client, [this] {
        openSession();
        setStatus(Status::Connecting);
    });
    QObject::connect(&partingTimer, &QTimer::timeout, client, [this] { partingTimedOut(); });
    QObject::connect(&outbox, &Outbox::messageFailed, client, &IPCPeer::errorOccurred);
    QObject::connect(Applications::instance(), &Applications::changed, client, [this] {
        if (!isMainThread())
            return;
        startAnew();
        outbox.revive();
        if (retryTimer.isActive())
            retryTimer.start();
        if (partingTimer.isActive())
            partingTimer.start(partingTimer.remainingTimeAsDuration());
        if (!session && !closing.isEmpty() && !parting)
            giveUpLater();
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
    outbox.setObstacle({});
    address.reset();
    openSession();
    setStatus(Status::Connecting, {});
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
    if (parting) {
        part();
        return;
    }
    attempt = 0;
    // A slot may end this connection, and begin another one.
    const auto lasts = [this, alive = QPointer<IPCClient>(client()),
                        current = QPointer<Session>(session.get())] {
        return alive && current && session.get() == current && status == Status::Ready;
    };
    const bool renamed = std::exchange(id, session->id()) != session->id();
    status = Status::Ready;
    const bool hadError = bool(std::exchange(error, {}));
    outbox.setObstacle({});
    outboxLog.noteRoom([this] { return name(); });
    const IPCError notRenewed = renewSubscriptions();
    outbox.sendThrough(session.get())();
    if (lasts() && notRenewed)
        Q_EMIT q->errorOccurred(notRenewed);
    if (lasts() && renamed)
        Q_EMIT q->idChanged();
    if (lasts())
        Q_EMIT client()->statusChanged(status);
    if (lasts() && hadError)
        Q_EMIT client()->errorChanged();
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
    const bool isKnown = end.wasReady && status == Status::Ready; // else it was parting
    if (!end.wasReady)
        outbox.setObstacle(end.error);
    if (isKnown) {
        setStatus(Status::Disconnected, isWorthTelling(end.error) ? end.error : IPCError());
        if (alive && isWorthTelling(end.error))
            Q_EMIT q->errorOccurred(end.error);
        if (alive)
            Q_EMIT q->disconnected(end.reason);
    }
    // A slot may have begun something else by now.
    if (!alive || session || status == Status::Idle || status == Status::Reconnecting)
        return;
    if (back && (closing.isEmpty() || parting))
        waitToRetry(end.error);
    else
        giveUp(end.error, end.reason, isKnown);
}

bool IPCClientPrivate::comesBack(const SessionEnd &end) const
{
    const bool isWanted = closing.isEmpty() || (parting && !end.wasReady && outbox.count() > 0);
    return autoReconnect && isWanted && end.mayReconnect && mayPass(end.error.code())
        && (retries < 0 || attempt < retries);
}

void IPCClientPrivate::waitToRetry(const IPCError &why)
{
    ++attempt;
    const bool isLongest = retryInterval > maxRetryInterval / attempt;
    const milliseconds delay = isLongest ? maxRetryInterval : retryInterval * attempt;
    qCDebug(logPeer).noquote() << u"%1 retry %2 of %3 in %4 ms"_s.arg(
        name(), QString::number(attempt), retries < 0 ? u"any number"_s : QString::number(retries),
        QString::number(delay.count()));
    retryTimer.start(timerInterval(delay));
    setStatus(Status::Reconnecting, isWorthTelling(why) ? why : error);
}

// Which end of which connection this is, for the log.
QString IPCClientPrivate::name() const
{
    return u"client of \"%1\":"_s.arg(address && *address ? **address : path);
}

// All over, for this connectToServer(). The error may have been told already.
void IPCClientPrivate::giveUp(const IPCError &error, const QVariant &reason, bool told)
{
    retryTimer.stop();
    partingTimer.stop();
    parting.reset();
    const bool hasParted = std::exchange(parted, false);
    topics.clear();
    const QPointer<IPCClient> alive(client());
    const IPCError why =
        error ? error : IPCError(IPCError::Code::Closed, u"the connection was closed"_s);
    lastError = why;
    const qsizetype unsent = outbox.count();
    const qsizetype posts = outbox.postCount();
    // Taken before anybody is told: whoever connects again at once begins with nothing of the old.
    const auto connectPromises = std::exchange(connecting, {});
    const auto closePromises = std::exchange(closing, {});
    const auto failOutbox = outbox.takeAll();
    outboxLog.noteEnd([this] { return name(); });
    outboxLog = {logPeer, "messages"};
    // A program that aborts throws away what waits; it can still read in the log how much that was.
    const bool isAborted = why.code() == IPCError::Code::Aborted;
    if (posts > 0 && isAborted)
        qCWarning(logPeer).noquote() << name() << notSent(posts, why).message();
    setStatus(Status::Idle, isWorthTelling(error) ? error : IPCError());
    failOutbox(why);
    for (const auto &promise : connectPromises)
        promise.settle(why);
    // Before a slot, which may delete the client. A close() before it was ready, with nothing to
    // send, has what it wanted.
    const bool hasNothingLost = !told && !hasParted && isWorthTelling(error);
    if (unsent > 0)
        settleAll(closePromises, notSent(unsent, why));
    else
        settleClosing(closePromises, hasNothingLost ? IPCError() : error);
    if (alive && posts > 0 && !isAborted)
        Q_EMIT q->errorOccurred(notSent(posts, why));
    else if (alive && !told && isWorthTelling(error))
        Q_EMIT q->errorOccurred(error);
    if (alive)
        Q_EMIT client()->closed(reason);
}

// The end of a client that is deleted: nobody is told by signals.
void IPCClientPrivate::dispose()
{
    const IPCError gone(IPCError::Code::Closed, u"the client was deleted"_s);
    const qsizetype unsent = outbox.count();
    const qsizetype posts = outbox.postCount();
    outbox.disconnect(q);
    if (posts > 0)
        qCWarning(logPeer).noquote() << name() << notSent(posts, gone).message();
    outboxLog.noteEnd([this] { return name(); });
    outbox.takeAll()(gone);
    settleConnecting(gone);
    if (unsent > 0)
        settleAll(std::exchange(closing, {}), notSent(unsent, gone));
    IPCPeerPrivate::dispose();
}

void IPCClientPrivate::setStatus(Status newStatus)
{
    setStatus(newStatus, error);
}

void IPCClientPrivate::setStatus(Status newStatus, const IPCError &newError)
{
    const QPointer<IPCClient> alive(client());
    const bool hasNewError = error != newError;
    error = newError;
    if (std::exchange(status, newStatus) != newStatus)
        Q_EMIT client()->statusChanged(newStatus);
    if (alive && hasNewError)
        Q_EMIT client()->errorChanged();
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

IPCError IPCClientPrivate::noteRefusal(const IPCError &error)
{
    if (error.code() == IPCError::Code::QueueFull)
        outboxLog.noteRefusal(error, [this] { return name(); });
    return error;
}

IPCError IPCClientPrivate::sendLater(const QVariant &message, SentCallback &&sent)
{
    if (IPCError error = whyNoOutbox())
        return error;
    return noteRefusal(outbox.addMessage(message, std::move(sent)));
}

IPCError IPCClientPrivate::askLater(const QVariant &data, milliseconds timeout,
                                    AnswerCallback &&callback)
{
    if (IPCError error = whyNoOutbox())
        return error;
    return noteRefusal(outbox.addRequest(data, timeout, std::move(callback)));
}

qsizetype IPCClientPrivate::queuedBytes() const
{
    return outbox.queuedBytes() + IPCPeerPrivate::queuedBytes();
}

bool IPCClientPrivate::isOpen() const
{
    return status != Status::Idle;
}

IPCError IPCClientPrivate::beginClosing(const QVariant &reason, bool mayReconnect)
{
    if (parting)
        return {};
    if (status != Status::Ready && outbox.count() > 0)
        return beginParting(reason);
    if (session)
        return session->close(reason, mayReconnect);
    retryTimer.stop();
    if (closing.size() == 1) // the first close() gives the reason
        closeReason = reason;
    giveUpLater();
    return {};
}

// Of a close() that has nothing to send and nobody to leave.
void IPCClientPrivate::giveUpLater()
{
    QMetaObject::invokeMethod(
        q,
        [this] {
            if (!session && !closing.isEmpty() && !parting)
                giveUp({IPCError::Code::Closed, u"closed before it was ready"_s},
                       std::exchange(closeReason, {}));
        },
        Qt::QueuedConnection);
}

// Something was given to be sent: it goes on connecting, sends that, and leaves, all within
// limits.closeTime. Nobody is told that it was ready, for nothing more can be sent.
IPCError IPCClientPrivate::beginParting(const QVariant &reason)
{
    const PacketFormat format{Encoding::MessagePack,
                              Dialect::Ours,
                              {limits.nesting(), limits.values()},
                              limits.messageSize()};
    if (const auto farewell = encodeFarewell(format, {reason, false, {}}); !farewell)
        return refused(farewell.error());
    parting = reason;
    partingTimer.start(timerInterval(limits.closeTime()));
    if (retryTimer.isActive())
        retryTimer.start(0);
    return {};
}

void IPCClientPrivate::part()
{
    const auto tellFailed = outbox.sendThrough(session.get());
    const milliseconds rest = std::max(partingTimer.remainingTimeAsDuration(), milliseconds(0));
    partingTimer.stop();
    parted = true;
    // It may be too long in the encoding that the server wants. What was sent is worth more.
    if (const IPCError error = session->close(*parting, false, rest)) {
        qCWarning(logPeer).noquote() << name() << "closing without the reason:" << error.message();
        session->close({}, false, rest);
    }
    tellFailed();
}

void IPCClientPrivate::partingTimedOut()
{
    if (!parting)
        return;
    const IPCError error =
        IPCError(IPCError::Code::TimedOut,
                 u"no connection within %1 ms (limits.closeTime): %2"_s.arg(
                     QString::number(limits.closeTime().count()), outbox.obstacle()))
            .withLimit(u"closeTime"_s);
    if (session)
        session->disconnect(q);
    session.reset();
    giveUp(error, {});
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
