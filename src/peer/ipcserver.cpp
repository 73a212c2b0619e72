// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "ipcserver_p.h"

#include "sessionwish_p.h"
#include "wait_p.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

// Our codes in a refusal (wire.md, "CONNECTION and what follows it") and in an answer.
constexpr auto rejectedCode = "rejected"_L1;
constexpr auto tooManyCode = "too-many"_L1;
constexpr auto tooManyTopicsCode = "qipc.too-many-topics"_L1;

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

// A slot may delete any of them.
QList<QPointer<IPCConnection>> toPointers(const QList<IPCConnection *> &connections)
{
    return {connections.cbegin(), connections.cend()};
}

template <typename T>
bool assign(T &member, const T &value)
{
    if (member == value)
        return false;
    member = value;
    return true;
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
    const auto leaving = connections;
    for (IPCConnection *connection : leaving)
        of(connection)->close(u"Server was shut down"_s, mayReconnect); // net-ipc's own words
    connectionEnded();
    return promise.future();
}

// Who may come in, and under which name.
void IPCServerPrivate::decide(Session *session, const QVariant &payload, const QString &wantedId)
{
    if (!acceptor.isListening()) {
        session->reject({IPCError::Code::Rejected, u"the server is closing"_s}, rejectedCode);
        return;
    }
    if (maxConnections > 0 && connections.size() >= maxConnections) {
        session->reject(IPCError(IPCError::Code::TooManyConnections,
                                 u"the server has all the %1 connections that it takes "
                                 "(maxConnections)"_s.arg(maxConnections))
                            .withLimit(u"maxConnections"_s),
                        tooManyCode);
        return;
    }
    if (authorizer) {
        const auto verdict = authorizer(session->credentials(), payload);
        if (!verdict) {
            session->reject({IPCError::Code::Rejected, verdict.error().message()}, rejectedCode);
            return;
        }
    }
    welcome(session, payload, wantedId);
}

void IPCServerPrivate::welcome(Session *session, const QVariant &payload, const QString &wantedId)
{
    IPCConnection *const connection = q->createConnection();
    auto *const d = of(connection);
    d->host = this;
    d->id = newId(wantedId);
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
    for (int i = 0; idGenerator && i < patience; ++i) {
        const QString id = idGenerator();
        if (isFree(id))
            return id;
    }
    return randomId();
}

// The signals of all connections come together at the server, after the connection's own.
void IPCServerPrivate::relay(IPCConnection *connection)
{
    QObject::connect(connection, &IPCPeer::messageReceived, q,
                     [this, connection](const QVariant &message) {
                         Q_EMIT q->messageReceived(message, connection);
                     });
    QObject::connect(connection, &IPCPeer::requestReceived, q,
                     [this, connection](const QVariant &request, const IPCResponder &responder) {
                         Q_EMIT q->requestReceived(request, responder, connection);
                     });
    QObject::connect(
        connection, &IPCPeer::errorOccurred, q,
        [this, connection](const IPCError &error) { Q_EMIT q->errorOccurred(error, connection); });
    QObject::connect(
        connection, &IPCPeer::disconnected, q,
        [this, connection](const QVariant &reason) { Q_EMIT q->disconnected(connection, reason); });
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
    acceptor.setSessionOptions({limits, sessionWish(encoding), compression, heartbeatInterval});
}

IPCResult<int> IPCServerPrivate::postToAll(const QList<IPCConnection *> &receivers,
                                           const QVariant &message)
{
    SharedFrames frames(PacketType::Message, message);
    // What cannot be sent is known before anybody gets it.
    const PacketFormat usual{Encoding::MessagePack, Dialect::Ours, limits.nesting(),
                             limits.messageSize()};
    if (receivers.isEmpty() && !frames.in(usual))
        return frames.in(usual).error();
    for (IPCConnection *connection : receivers) {
        if (!connection->isReady())
            continue;
        const auto &frame = frames.in(of(connection)->session->format());
        if (!frame)
            return frame.error();
    }

    int taken = 0;
    const QPointer<IPCServer> alive(q);
    for (const QPointer<IPCConnection> &connection : toPointers(receivers)) {
        if (!alive || !connection || !connection->isReady())
            continue;
        const auto &frame = frames.in(of(connection)->session->format());
        const IPCError error = frame ? of(connection)->session->send(*frame) : frame.error();
        if (error)
            Q_EMIT connection->errorOccurred(error);
        else
            ++taken;
    }
    return taken;
}

template <typename T, typename Read>
QFuture<IPCResult<QList<IPCOutcome<T>>>> IPCServerPrivate::askAll(PendingRequests::Kind kind,
                                                                  const QVariant &data,
                                                                  milliseconds timeout, Read read)
{
    struct Round
    {
        Promise<QList<IPCOutcome<T>>> promise;
        QList<IPCOutcome<T>> outcomes;
        qsizetype open = 0;
    };

    const auto round = std::make_shared<Round>();
    if (timeout.count() < 0) {
        round->promise.settle(
            IPCError(IPCError::Code::InvalidArgument, u"the timeout is negative"_s));
        return round->promise.future();
    }
    const QString nonce = PendingRequests::nextNonce();
    const auto type =
        kind == PendingRequests::Kind::Request ? PacketType::Request : PacketType::Ping;
    SharedFrames frames(type, data, nonce);
    QList<IPCConnection *> asked;
    for (IPCConnection *connection : std::as_const(connections)) {
        if (!connection->isReady())
            continue;
        const auto &frame = frames.in(of(connection)->session->format());
        if (!frame) {
            round->promise.settle(frame.error());
            return round->promise.future();
        }
        asked.append(connection);
    }

    const IPCError unanswered(IPCError::Code::ConnectionLost, u"the connection is gone"_s);
    for (IPCConnection *connection : std::as_const(asked))
        round->outcomes.append({connection->id(), connection, unanswered});
    round->open = asked.size() + 1; // one for ourselves, so that it settles behind the loop
    const auto close = [round](qsizetype index, const IPCResult<T> *result) {
        if (result)
            round->outcomes[index].result = *result;
        if (--round->open == 0)
            round->promise.settle(round->outcomes);
    };
    for (qsizetype i = 0; i < asked.size(); ++i) {
        auto *const session = of(asked.at(i))->session.get();
        const IPCError error = session->ask(kind, *frames.in(session->format()), nonce, timeout,
                                            [close, read, i](const IPCResult<QVariant> &answer) {
                                                const IPCResult<T> result = read(answer);
                                                close(i, &result);
                                            });
        if (error) {
            const IPCResult<T> result(error);
            close(i, &result);
        }
    }
    close(0, nullptr);
    return round->promise.future();
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
        q->publish(asked->topics.first(), asked->message);
        answer->give(topicResultData(true)); // behind the messages
        break;
    }
    }
    return true;
}

void IPCServerPrivate::subscribe(IPCConnection *connection, const QStringList &names,
                                 const std::shared_ptr<Answer> &answer)
{
    QStringList changed;
    for (const QString &topic : names) {
        const bool fits =
            topics.isSubscribed(connection, topic) || topics.count(connection) < limits.topics();
        if (!fits) {
            answer->fail(
                {QString(tooManyTopicsCode),
                 u"a client may subscribe to %1 topics (limits.topics)"_s.arg(limits.topics())});
            break;
        }
        if (topics.subscribe(connection, topic))
            changed.append(topic);
    }
    if (answer->isPending())
        answer->give(topicResultData(!changed.isEmpty()));

    const QPointer<IPCServer> alive(q);
    const QPointer<IPCConnection> there(connection);
    for (const QString &topic : std::as_const(changed)) {
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
    const auto connections = std::exchange(d_ptr->connections, {});
    for (IPCConnection *connection : connections) {
        connection->disconnect(this);
        d_ptr->of(connection)->host = nullptr;
        delete connection;
    }
    d_ptr->acceptor.close();
    for (const auto &promise : std::exchange(d_ptr->closing, {}))
        promise.settle(IPCResult<void>());
}

QString IPCServer::path() const
{
    return d_ptr->path;
}

void IPCServer::setPath(const QString &path)
{
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
    if (assign(d_ptr->access, access))
        Q_EMIT accessChanged();
}

int IPCServer::backlog() const
{
    return d_ptr->backlog;
}

void IPCServer::setBacklog(int count)
{
    if (assign(d_ptr->backlog, std::max(count, 1)))
        Q_EMIT backlogChanged();
}

int IPCServer::maxConnections() const
{
    return d_ptr->maxConnections;
}

void IPCServer::setMaxConnections(int count)
{
    if (assign(d_ptr->maxConnections, std::max(count, 0)))
        Q_EMIT maxConnectionsChanged();
}

IPCPeer::Encoding IPCServer::encoding() const
{
    return d_ptr->encoding;
}

void IPCServer::setEncoding(IPCPeer::Encoding encoding)
{
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
    if (assign(d_ptr->requestTimeout, std::max(timeout, milliseconds(0))))
        Q_EMIT requestTimeoutChanged();
}

milliseconds IPCServer::heartbeatInterval() const
{
    return d_ptr->heartbeatInterval;
}

void IPCServer::setHeartbeatInterval(milliseconds interval)
{
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
    if (!assign(d_ptr->limits, limits))
        return;
    d_ptr->applySessionOptions();
    Q_EMIT limitsChanged();
}

void IPCServer::setIdGenerator(IdGenerator generator)
{
    d_ptr->idGenerator = std::move(generator);
}

void IPCServer::setAuthorizer(Authorizer authorizer)
{
    d_ptr->authorizer = std::move(authorizer);
}

bool IPCServer::listen()
{
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
    return d_ptr->close(false);
}

QFuture<IPCResult<void>> IPCServer::closeForRestart()
{
    return d_ptr->close(true);
}

bool IPCServer::waitForClosed(milliseconds timeout)
{
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
    return d_ptr->postToAll(d_ptr->connections, message.variant());
}

QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> IPCServer::survey(const IPCValue &request)
{
    return survey(request, d_ptr->requestTimeout);
}

QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> IPCServer::survey(const IPCValue &request,
                                                                  milliseconds timeout)
{
    return d_ptr->askAll<QVariant>(PendingRequests::Kind::Request, request.variant(), timeout,
                                   [](const IPCResult<QVariant> &answer) { return answer; });
}

QFuture<IPCResult<QList<IPCOutcome<nanoseconds>>>> IPCServer::ping()
{
    QElapsedTimer clock;
    clock.start();
    return d_ptr->askAll<nanoseconds>(
        PendingRequests::Kind::Ping, QVariant(), d_ptr->requestTimeout,
        [clock](const IPCResult<QVariant> &answer) -> IPCResult<nanoseconds> {
            if (!answer)
                return answer.error();
            return nanoseconds(clock.nsecsElapsed());
        });
}

IPCResult<int> IPCServer::publish(const QString &topic, const IPCValue &message)
{
    return d_ptr->postToAll(d_ptr->topics.subscribers(topic),
                            publicationData({topic, message.variant()}));
}

void IPCServer::pause()
{
    const auto all = d_ptr->connections;
    for (IPCConnection *connection : all)
        connection->pause();
}

void IPCServer::resume()
{
    const auto all = d_ptr->connections;
    for (IPCConnection *connection : all)
        connection->resume();
}

IPCConnection *IPCServer::createConnection()
{
    return new IPCConnection(this);
}
