// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Clients that come and go, and what they subscribe to.

#include "applications_p.h"
#include "homethread_p.h"
#include "ipcserver_p.h"
#include "sessionwish_p.h"

#include <QtCore/QFutureWatcher>
#include <QtCore/QPointer>
#include <QtCore/QRandomGenerator>
#include <QtCore/QSet>

#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;

namespace {

// Our codes in a refusal (wire.md, "CONNECTION and what follows it") and in an answer.
constexpr auto rejectedCode = "rejected"_L1;
constexpr auto tooManyCode = "too-many"_L1;
constexpr auto notPublishedCode = "qipc.not-published"_L1;

Acceptor::Access acceptorAccess(IPCServer::Access access)
{
    switch (access) {
    case IPCServer::Access::User:
        break;
    case IPCServer::Access::Group:
        return Acceptor::Access::Group;
    case IPCServer::Access::World:
        return Acceptor::Access::World;
    }
    return Acceptor::Access::User;
}

QString randomId()
{
    auto *const random = QRandomGenerator::global();
    return QString::number(random->generate64(), 36) + QString::number(random->generate64(), 36);
}

} // namespace

IPCServerPrivate::IPCServerPrivate(IPCServer *q, const QString &path)
    : q(q)
    , path(path)
{
    acceptor.setParent(q); // goes along when the server is moved to another thread
    applySessionOptions();
    QObject::connect(&acceptor, &Acceptor::handshakeReceived, q,
                     [this](Session *session, const QVariant &payload, const QString &wantedId) {
                         decide(session, payload, wantedId);
                     });
    QObject::connect(&acceptor, &Acceptor::errorOccurred, q,
                     [q](const IPCError &error) { Q_EMIT q->errorOccurred(error, nullptr); });
    QObject::connect(Applications::instance(), &Applications::changed, q, [this] {
        if (!isMainThread())
            return;
        acceptor.dropHandshakes();
        for (IPCConnection *const connection : std::as_const(connections))
            of(connection)->startAnew();
    });
}

IPCServerPrivate::~IPCServerPrivate() = default;

IPCError IPCServerPrivate::listen()
{
    if (acceptor.isListening())
        return {IPCError::Code::InvalidState, u"the server listens already, at "_s + address};
    if (!closing.isEmpty())
        return {IPCError::Code::InvalidState, u"the server is still closing"_s};
    auto result = acceptor.listen({path, acceptorAccess(access), backlog});
    if (!result)
        return result.error();
    address = *result;
    return {};
}

QFuture<IPCResult<void>> IPCServerPrivate::close(bool mayReconnect)
{
    const bool wasListening = acceptor.isListening();
    if (!wasListening && connections.isEmpty())
        return settledFuture(IPCResult<void>());

    const Promise<void> promise;
    closing.append(promise);
    acceptor.close();
    address.clear();
    const QPointer<IPCServer> alive(q);
    if (wasListening)
        Q_EMIT q->listeningChanged();
    if (!alive)
        return promise.future();
    const auto leaving = guardedConnections();
    for (const auto &connection : leaving) {
        if (connection)
            of(connection)->close(u"Server was shut down"_s, mayReconnect); // net-ipc's own words
    }
    if (alive)
        connectionEnded();
    return promise.future();
}

// The connections are children, and end by themselves.
void IPCServerPrivate::leaveThread()
{
    const bool wasListening = acceptor.isListening();
    acceptor.leaveThread();
    if (!wasListening && connections.isEmpty())
        return;
    const IPCError error = movedWhile(q, wasListening ? "it was listening" : "it had connections");
    address.clear();
    QMetaObject::invokeMethod(
        q,
        [this, error, wasListening] {
            const QPointer<IPCServer> alive(q);
            if (wasListening && !acceptor.isListening())
                Q_EMIT q->listeningChanged();
            if (alive)
                Q_EMIT q->errorOccurred(error, nullptr);
        },
        Qt::QueuedConnection);
}

QList<QPointer<IPCConnection>> IPCServerPrivate::guardedConnections() const
{
    return {connections.cbegin(), connections.cend()};
}

// Who may come in, and under which name. What the application decides with may run an event loop,
// in which the client goes, and may be replaced by itself.
void IPCServerPrivate::decide(Session *session, const QVariant &payload, const QString &wantedId)
{
    if (!hasPlace(session))
        return;
    const QPointer<Session> waiting(session);
    if (lateAuthorizer) {
        const auto decision = lateAuthorizer;
        const auto verdict = decision(session->credentials(), payload);
        if (waiting)
            awaitVerdict(session, verdict, payload, wantedId);
    } else if (authorizer) {
        const auto decision = authorizer;
        const auto verdict = decision(session->credentials(), payload);
        if (waiting)
            judge(session, verdict, payload, wantedId);
    } else {
        welcome(session, payload, wantedId);
    }
}

// Sends the client away where there is none.
bool IPCServerPrivate::hasPlace(Session *session)
{
    if (!acceptor.isListening()) {
        session->reject({IPCError::Code::Rejected, u"the server is closing"_s}, rejectedCode);
        return false;
    }
    if (maxConnections > 0 && connections.size() >= maxConnections) {
        session->reject(IPCError(IPCError::Code::TooManyConnections,
                                 u"the server has all the %1 connections that it takes "
                                 "(maxConnections)"_s.arg(maxConnections))
                            .withLimit(u"maxConnections"_s),
                        tooManyCode);
        return false;
    }
    return true;
}

void IPCServerPrivate::awaitVerdict(Session *session, const QFuture<IPCResult<void>> &verdict,
                                    const QVariant &payload, const QString &wantedId)
{
    using Watcher = QFutureWatcher<IPCResult<void>>;
    auto *const watcher = new Watcher(session); // who does not wait for it needs none
    QObject::connect(watcher, &Watcher::finished, q, [this, watcher, session, payload, wantedId] {
        watcher->deleteLater();
        const bool isCanceled = watcher->future().resultCount() == 0;
        const IPCResult<void> result = isCanceled
            ? IPCError(IPCError::Code::Rejected, u"the server did not decide"_s)
            : watcher->result();
        judge(session, result, payload, wantedId);
    });
    watcher->setFuture(verdict);
}

void IPCServerPrivate::judge(Session *session, const IPCResult<void> &verdict,
                             const QVariant &payload, const QString &wantedId)
{
    if (!hasPlace(session)) // others may have come meanwhile
        return;
    if (verdict)
        welcome(session, payload, wantedId);
    else
        session->reject({IPCError::Code::Rejected, verdict.error().message()}, rejectedCode);
}

void IPCServerPrivate::welcome(Session *session, const QVariant &payload, const QString &wantedId)
{
    const QPointer<Session> waiting(session);
    const QString id = newId(wantedId);
    if (!waiting)
        return;
    const QPointer<IPCServer> alive(q);
    IPCConnection *const connection = q->createConnection();
    if (!waiting) { // it has run an event loop
        if (alive)
            delete connection;
        return;
    }
    if (!hasPlace(session)) {
        delete connection;
        return;
    }
    auto *const d = of(connection);
    d->host = this;
    d->id = id;
    d->connectedAt = QDateTime::currentDateTimeUtc();
    d->requestTimeout = requestTimeout;
    d->heartbeatInterval = heartbeatInterval;
    d->attach(acceptor.take(session));
    connections.append(connection);
    relay(connection);
    session->accept(d->id);
    Q_EMIT q->connected(connection, payload);
}

// A client's wish for its old name is granted where nobody has it now.
QString IPCServerPrivate::newId(const QString &wanted) const
{
    const auto isFree = [this](const QString &id) {
        return !id.isEmpty() && id.size() <= maxIdSize && !q->connection(id);
    };
    if (isFree(wanted))
        return wanted;
    constexpr int patience = 16; // with a generator that repeats itself
    const auto generate = idGenerator;
    const QPointer<IPCServer> alive(q);
    for (int i = 0; generate && i < patience; ++i) {
        const QString id = generate();
        if (!alive)
            return {};
        if (isFree(id))
            return id;
    }
    return randomId();
}

// The signals of all connections come together at the server, after the connection's own. Those
// of which there are many come by tellMessage() and tellRequest().
void IPCServerPrivate::relay(IPCConnection *connection)
{
    QObject::connect(
        connection, &IPCPeer::errorOccurred, q,
        [this, connection](const IPCError &error) { Q_EMIT q->errorOccurred(error, connection); });
    QObject::connect(
        connection, &IPCPeer::disconnected, q,
        [this, connection](const QVariant &reason) { Q_EMIT q->disconnected(connection, reason); });
}

void IPCServerPrivate::tellMessage(IPCConnection *connection, const QVariant &message)
{
    Q_EMIT q->messageReceived(message, connection);
}

void IPCServerPrivate::tellRequest(IPCConnection *connection, const QVariant &request,
                                   const IPCResponder &responder)
{
    Q_EMIT q->requestReceived(request, responder, connection);
}

void IPCServerPrivate::forget(IPCConnection *connection)
{
    of(connection)->host = nullptr;
    connections.removeOne(connection);
    topics.remove(connection);
}

void IPCServerPrivate::connectionEnded()
{
    if (closing.isEmpty() || !connections.isEmpty())
        return;
    const auto done = std::exchange(closing, {});
    Q_EMIT q->closed();
    for (const auto &promise : done)
        promise.settle(IPCResult<void>());
}

void IPCServerPrivate::applySessionOptions()
{
    acceptor.setSessionOptions({limits, sessionWish(encoding), compression, heartbeatInterval,
                                slowReaders == IPCServer::SlowReaders::Disconnect});
}

bool IPCServerPrivate::takeTopicRequest(IPCConnection *connection, const QVariant &request,
                                        const std::shared_ptr<Answer> &answer)
{
    const auto asked = readTopicRequest(request);
    if (!asked)
        return false;
    switch (asked->kind) {
    case TopicRequest::Kind::Subscribe:
        subscribe(connection, asked->topics, answer);
        break;
    case TopicRequest::Kind::Unsubscribe:
        unsubscribe(connection, asked->topics, answer);
        break;
    case TopicRequest::Kind::Publish: {
        const auto taken = q->publish(asked->topics.first(), asked->message);
        if (taken) // behind the messages
            answer->give(topicResultData(true));
        else
            answer->fail({QString(notPublishedCode), taken.error().message()});
        break;
    }
    }
    return true;
}

void IPCServerPrivate::subscribe(IPCConnection *connection, const QStringList &names,
                                 const std::shared_ptr<Answer> &answer)
{
    QStringList added; // all of them, or none
    QSet<QString> seen;
    for (const QString &topic : names) {
        if (topic.size() > IPCLimits::maxTopicSize) {
            answer->fail({QString::fromLatin1(topicTooLongCode),
                          u"a topic may have %1 characters"_s.arg(IPCLimits::maxTopicSize)});
            return;
        }
        if (seen.contains(topic) || topics.isSubscribed(connection, topic))
            continue;
        seen.insert(topic);
        added.append(topic);
        if (topics.count(connection) + added.size() > limits.topics()) {
            answer->fail(
                {QString::fromLatin1(tooManyTopicsCode),
                 u"a client may subscribe to %1 topics (limits.topics)"_s.arg(limits.topics())});
            return;
        }
    }
    for (const QString &topic : std::as_const(added))
        topics.subscribe(connection, topic);
    answer->give(topicResultData(!added.isEmpty()));

    const QPointer<IPCServer> alive(q);
    const QPointer<IPCConnection> there(connection);
    for (const QString &topic : std::as_const(added)) {
        if (alive && there)
            Q_EMIT q->subscribed(topic, connection);
    }
}

void IPCServerPrivate::unsubscribe(IPCConnection *connection, const QStringList &names,
                                   const std::shared_ptr<Answer> &answer)
{
    QStringList changed;
    for (const QString &topic : names) {
        if (topics.unsubscribe(connection, topic))
            changed.append(topic);
    }
    answer->give(topicResultData(!changed.isEmpty()));

    const QPointer<IPCServer> alive(q);
    const QPointer<IPCConnection> there(connection);
    for (const QString &topic : std::as_const(changed)) {
        if (alive && there)
            Q_EMIT q->unsubscribed(topic, connection);
    }
}
