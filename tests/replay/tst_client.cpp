// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "exactly.h"
#include "player.h"
#include "replaydata.h"
#include "settled.h"

#include <QIpc/ipcclient.h>

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

//! What real servers sent, played at our client: it has to take every step as the real client did.
class ReplayAtClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void isNetIpcsClient_data() { addNetIpcReplays(); }
    void isNetIpcsClient();
    void isIsdksClient_data() { addIsdkReplays(); }
    void isIsdksClient();

private:
    [[nodiscard]] std::unique_ptr<IPCClient> makeClient(const Recording &recording) const;
    //! Connects \a client, which stands for the \a number of the recording.
    void connectClient(IPCClient &client, Player &player, int number);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QLocalServer> m_listener;
};

void ReplayAtClientTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_listener = std::make_unique<QLocalServer>();
    QVERIFY(m_listener->listen(m_folder->filePath(u"socket"_s)));
}

std::unique_ptr<IPCClient> ReplayAtClientTest::makeClient(const Recording &recording) const
{
    auto client = std::make_unique<IPCClient>(m_listener->fullServerName());
    client->setEncoding(recording.messagePack ? IPCPeer::Encoding::MessagePack
                                              : IPCPeer::Encoding::Json);
    client->setCompression(recording.compression);
    client->setAutoReconnect(false);
    return client;
}

void ReplayAtClientTest::connectClient(IPCClient &client, Player &player, int number)
{
    client.connectToServer();
    QTRY_VERIFY(m_listener->hasPendingConnections());
    player.attach(number, m_listener->nextPendingConnection());
}

void ReplayAtClientTest::isNetIpcsClient()
{
    QFETCH(QString, name);
    QFETCH(Cuts, cuts);
    const Recording recording = Recording::load(name);
    QVERIFY(!recording.chunks.isEmpty());
    const auto client = makeClient(recording);
    client->setPayload(QVariantMap{{u"user"_s, u"u"_s}});
    const QSignalSpy messages(client.get(), &IPCClient::messageReceived);
    const QSignalSpy requests(client.get(), &IPCClient::requestReceived);
    const QSignalSpy errors(client.get(), &IPCClient::errorOccurred);
    connect(client.get(), &IPCClient::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) {
                respond(QVariantMap{{u"echo"_s, request}});
            });

    Player player(recording, Player::Side::Server, cuts);
    QVariant requested;
    QFuture<IPCResult<QVariant>> answer;
    QFuture<IPCResult<std::chrono::nanoseconds>> pong;
    const Actions actions{
        {u"connect with payload {user:'u'}"_s,
         [&](const Step &) { connectClient(*client, player, 1); }},
        {u"client.send"_s, [&](const Step &step) { QVERIFY(client->post(step.value)); }},
        {u"client.request"_s,
         [&](const Step &step) {
             requested = step.value;
             answer = client->request(step.value);
         }},
        {u"client.ping"_s, [&](const Step &) { pong = client->ping(u"p"_s, 10s); }},
        {u"client.close('bye')"_s, [&](const Step &) { client->close(u"bye"_s); }},
        {u"server.request to client"_s, nothing},
        {u"server.send"_s, nothing},
    };
    QCOMPARE(player.play(performing(actions)), QString());

    QCOMPARE(client->id(), Player::ids(recording).first());
    QCOMPARE(exactly(settled(answer).valueOr(u"no answer"_s)), exactly(requested));
    QVERIFY(settled(pong));
    QCOMPARE(exactly(column(messages, 0)), uR"([{"from": "server"}])"_s);
    QCOMPARE(exactly(column(requests, 0)), u"[[1, 2]]"_s);
    QVERIFY(errors.isEmpty());
}

void ReplayAtClientTest::isIsdksClient()
{
    QFETCH(QString, name);
    QFETCH(Cuts, cuts);
    const Recording recording = Recording::load(name);
    QVERIFY(!recording.chunks.isEmpty());
    const auto first = makeClient(recording);
    const auto second = makeClient(recording);
    first->setPayload(u"hi"_s);
    const QSignalSpy topics(first.get(), &IPCClient::published);
    const QSignalSpy messages(first.get(), &IPCClient::messageReceived);
    const QSignalSpy errors(first.get(), &IPCClient::errorOccurred);

    Player player(recording, Player::Side::Server, cuts);
    QList<QFuture<IPCResult<bool>>> changes;
    QList<QFuture<IPCResult<void>>> publications;
    QFuture<IPCResult<QVariant>> answer;
    QFuture<IPCResult<std::chrono::nanoseconds>> pong;
    const Actions actions{
        {u"conn 1: connect('hi')"_s, [&](const Step &) { connectClient(*first, player, 1); }},
        {u"conn 2: connect()"_s, [&](const Step &) { connectClient(*second, player, 2); }},
        {u"conn 1: subscribe('news')"_s,
         [&](const Step &) { changes += first->subscribe(u"news"_s); }},
        {u"conn 1: subscribe(['news','sport'])"_s,
         [&](const Step &) {
             changes += first->subscribe(QStringList{u"news"_s, u"sport"_s});
         }},
        {u"conn 2: publish('news',{x:1})"_s,
         [&](const Step &) {
             publications += second->publish(u"news"_s, QVariantMap{{u"x"_s, 1}});
         }},
        {u"conn 2: publish('sport',0)"_s,
         [&](const Step &) { publications += second->publish(u"sport"_s, 0); }},
        {u"conn 1: unsubscribe('news')"_s,
         [&](const Step &) { changes += first->unsubscribe(u"news"_s); }},
        {u"conn 1: unsubscribe('news') again"_s,
         [&](const Step &) { changes += first->unsubscribe(u"news"_s); }},
        {u"conn 1: request({type:'time'})"_s,
         [&](const Step &) {
             answer = first->request(QVariantMap{{u"type"_s, u"time"_s}});
         }},
        {u"conn 1: ping('p')"_s, [&](const Step &) { pong = first->ping(u"p"_s, 10s); }},
        {u"server.publish({pub:'news',message:'from server'})"_s, nothing},
        {u"server.close(true)"_s, nothing}, // it does nothing in isdk
    };
    QCOMPARE(player.play(performing(actions)), QString());

    QVariantList changed;
    for (const auto &change : std::as_const(changes))
        changed.append(settled(change).valueOr(false));
    QCOMPARE(exactly(changed), u"[true, true, true, false]"_s);
    for (const auto &publication : std::as_const(publications))
        QVERIFY(settled(publication));
    QCOMPARE(exactly(settled(answer).valueOr(u"no answer"_s)), uR"({"echo": {"type": "time"}})"_s);
    QVERIFY(settled(pong));
    QCOMPARE(exactly(column(topics, 0)), uR"(["news", "sport", "news"])"_s);
    QCOMPARE(exactly(column(topics, 1)), uR"([{"x": 1}, 0, "from server"])"_s);
    QCOMPARE(messages.size(), 0);
    QCOMPARE(first->topics(), QStringList{u"sport"_s});
    QVERIFY(first->isReady() && second->isReady());
    QVERIFY(errors.isEmpty());
}

QTEST_GUILESS_MAIN(ReplayAtClientTest)

#include "tst_client.moc"
