// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "house.h"

#include "places.h"
#include "report.h"

#include <QtCore/QPromise>

#include <algorithm>
#include <memory>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace {

constexpr auto betweenActs = 10ms;
constexpr int connectionsPerAct = 4;

IPCLimits lowLimits()
{
    IPCLimits limits;
    limits.setMessageSize(1024 * 1024);
    limits.setQueuedBytes(256 * 1024);
    limits.setNesting(16);
    limits.setValues(10'000);
    limits.setHandshakeTime(1s);
    limits.setCloseTime(500ms);
    limits.setHandshakes(16);
    limits.setRequests(32);
    limits.setTopics(8);
    return limits;
}

} // namespace

House::House(const QString &path, uint seed)
    : m_dice(seed)
    , m_server(path)
{
    setUp();
    connect(&m_timer, &QTimer::timeout, this, &House::act);
    connect(&m_server, &IPCServer::connected, this, &House::receive);
    connect(&m_server, &IPCServer::messageReceived, this,
            [this](const QVariant &, IPCConnection *connection) { deleteSometimes(connection); });
    connect(&m_server, &IPCServer::subscribed, this,
            [this](const QString &topic, IPCConnection *connection) {
                m_subscriptions[connection].insert(topic);
            });
    connect(&m_server, &IPCServer::unsubscribed, this,
            [this](const QString &topic, IPCConnection *connection) {
                m_subscriptions[connection].remove(topic);
            });
    connect(&m_server, &IPCServer::disconnected, this,
            [this](IPCConnection *connection) { m_subscriptions.remove(connection); });
    connect(&m_server, &IPCServer::errorOccurred, this, [](const IPCError &error) {
        if (error.code() == Code::TimedOut)
            count(u"handshakes and heartbeats that took too long"_s);
        if (!error.limit().isEmpty())
            count(u"limits reached: "_s + error.limit());
    });
    if (!m_server.listen())
        complain(m_server.error().message());
    begin();
}

void House::setUp()
{
    m_server.setLimits(lowLimits());
    m_server.setMaxConnections(50);
    m_server.setMaxConnectionsPerUser(60);
    m_server.setBacklog(16);
    m_server.setSlowReaders(IPCServer::SlowReaders::Disconnect);
    m_server.setRequestTimeout(2s);
    m_server.setHeartbeatInterval(5s);
    m_server.setAuthorizer(
        [this](const IPCCredentials &, const QVariant &payload) { return decideSoon(payload); });
}

QFuture<IPCResult<void>> House::decideSoon(const QVariant &payload)
{
    const bool isWelcome = payload.toMap().value(u"welcome"_s, true).toBool();
    const auto promise = std::make_shared<QPromise<IPCResult<void>>>();
    promise->start();
    ++m_openVerdicts;
    QTimer::singleShot(m_dice.upTo(20ms), this, [this, promise, isWelcome] {
        --m_openVerdicts;
        promise->addResult(isWelcome ? IPCResult<void>() : IPCError(Code::Rejected, notWelcome()));
        promise->finish();
    });
    return promise->future();
}

void House::receive(IPCConnection *connection, const QVariant &payload)
{
    connect(connection, &QObject::destroyed, this,
            [this, connection] { m_subscriptions.remove(connection); });
    const QVariantMap map = payload.toMap();
    if (map.contains(u"guest"_s))
        converseWith(connection, map);
    else
        putUpWith(connection);
}

void House::converseWith(IPCConnection *connection, const QVariantMap &guest)
{
    const QString name = guest.value(u"guest"_s).toString();
    auto *const conversation =
        new Conversation(connection, Conversation::Side::House, name, &m_dice, this);
    conversation->begin(tokenOf(name, guest.value(u"attempt"_s).toInt()));
    m_conversations.insert(connection, conversation);
    connect(conversation, &Conversation::ended, this, [this, connection, conversation] {
        m_conversations.remove(connection);
        conversation->deleteLater();
    });
}

// A vandal that has got through its handshake.
void House::putUpWith(IPCConnection *connection)
{
    count(u"vandals let in"_s);
    connect(connection, &IPCPeer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) { (void)respond(request); });
}

void House::go()
{
    m_timer.start(betweenActs);
}

void House::rest()
{
    m_timer.stop();
}

bool House::isAtRest() const
{
    return m_server.connections().isEmpty() && m_conversations.isEmpty() && m_openSurveys == 0
        && m_openVerdicts == 0;
}

void House::checkAtRest()
{
    QStringList topics = topicNames();
    for (int i = 0; i < vandalTopics; ++i)
        topics.append(vandalTopic(i));
    for (const QString &topic : std::as_const(topics)) {
        const auto subscribers = m_server.publish(topic, {});
        if (subscribers.valueOr(-1) != 0)
            complain(u"%1 still have subscribed to %2"_s.arg(subscribers.valueOr(-1)).arg(topic));
    }
    if (!m_subscriptions.isEmpty())
        complain(u"somebody went with subscriptions, and it was not told"_s);
}

void House::act()
{
    actWithSome();
    if (m_dice.oneIn(2))
        publish();
    if (m_dice.oneIn(4))
        broadcast();
    if (m_dice.oneIn(20))
        survey();
    if (m_dice.oneIn(100))
        changeItsMind();
}

// About those who come from now on.
void House::changeItsMind()
{
    m_server.setCompression(!m_dice.oneIn(4));
    m_server.setEncoding(m_dice.oneIn(4) ? IPCPeer::Encoding::Json : IPCPeer::Encoding::Auto);
}

void House::actWithSome()
{
    for (int i = 0; i < connectionsPerAct; ++i) {
        const auto connections = m_server.connections();
        if (connections.isEmpty())
            return;
        auto *const connection = connections.at(m_dice.below(int(connections.size())));
        if (Conversation *const conversation = m_conversations.value(connection))
            conversation->act();
        if (m_dice.oneIn(50))
            beRudeTo(connection);
    }
}

void House::beRudeTo(IPCConnection *connection)
{
    Conversation *const conversation = m_conversations.value(connection);
    if (m_dice.oneIn(3)) {
        connection->pause();
        QTimer::singleShot(m_dice.upTo(200ms), connection, &IPCPeer::resume);
    } else if (!conversation) {
        connection->close();
    } else if (!conversation->isLeaving()) {
        if (m_dice.oneIn(2))
            conversation->abort();
        else
            conversation->close();
    }
}

// In a slot of its own signal.
void House::deleteSometimes(IPCConnection *connection)
{
    if (!m_dice.oneIn(5000))
        return;
    count(u"connections deleted in a slot"_s);
    delete connection;
}

void House::broadcast()
{
    if (const auto taken = m_server.broadcast(broadcastOf(m_broadcasts++)); !taken)
        complain(u"a broadcast was refused: "_s + taken.error().message());
    else
        count(u"broadcasts sent"_s, *taken);
}

void House::publish()
{
    const QStringList topics = topicNames();
    const QString topic = topics.at(m_dice.below(int(topics.size())));
    const auto known = std::count_if(m_subscriptions.cbegin(), m_subscriptions.cend(),
                                     [&topic](const auto &all) { return all.contains(topic); });
    const auto taken =
        m_server.publish(topic, QVariantMap{{u"number"_s, qlonglong(m_published[topic]++)}});
    if (!taken || *taken > known)
        complain(
            u"%1 got %2, of %3 that had subscribed"_s.arg(taken.valueOr(-1)).arg(topic).arg(known));
    count(u"publications sent"_s, taken.valueOr(0));
}

void House::survey()
{
    const Question question{u"survey"_s, m_surveys++, Question::Wish::Answer};
    ++m_openSurveys;
    m_server.survey(question.toVariant(), 2s)
        .then(this, [this, question](const IPCResult<QList<IPCOutcome<QVariant>>> &outcomes) {
            --m_openSurveys;
            if (outcomes)
                checkSurvey(question, *outcomes);
            else
                complain(u"a survey was refused: "_s + outcomes.error().message());
        });
}

void House::checkSurvey(const Question &question, const QList<IPCOutcome<QVariant>> &outcomes)
{
    QSet<QString> ids;
    for (const IPCOutcome<QVariant> &outcome : outcomes) {
        if (ids.contains(outcome.id))
            complain(u"one was asked twice"_s);
        ids.insert(outcome.id);
        if (!outcome.result)
            continue;
        count(u"survey answers"_s);
        if (*outcome.result != question.answer())
            complain(u"a survey was answered wrongly"_s);
    }
}
