// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "exactly.h"
#include "player.h"
#include "replaydata.h"
#include "settled.h"

#include <QIpc/ipcserver.h>

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QLocalSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

//! What real clients sent, played at our server: it has to take every step as the real server did.
class ReplayAtServerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void servesNetIpc_data() { addNetIpcReplays(); }
    void servesNetIpc();
    void servesIsdk_data() { addIsdkReplays(); }
    void servesIsdk();

private:
    void giveRecordedIds(const Recording &recording);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<IPCServer> m_server;
};

void ReplayAtServerTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<IPCServer>(m_folder->filePath(u"socket"_s));
    QVERIFY2(m_server->listen(), qPrintable(m_server->error().message()));
}

void ReplayAtServerTest::cleanup()
{
    m_server.reset();
}

void ReplayAtServerTest::giveRecordedIds(const Recording &recording)
{
    m_server->setIdGenerator([ids = Player::ids(recording)]() mutable { return ids.takeFirst(); });
}

void ReplayAtServerTest::servesNetIpc()
{
    QFETCH(QString, name);
    QFETCH(Cuts, cuts);
    const Recording recording = Recording::load(name);
    QVERIFY(!recording.chunks.isEmpty());
    giveRecordedIds(recording);
    const QSignalSpy connected(m_server.get(), &IPCServer::connected);
    const QSignalSpy messages(m_server.get(), &IPCServer::messageReceived);
    const QSignalSpy requests(m_server.get(), &IPCServer::requestReceived);
    const QSignalSpy disconnected(m_server.get(), &IPCServer::disconnected);
    const QSignalSpy errors(m_server.get(), &IPCServer::errorOccurred);
    connect(m_server.get(), &IPCServer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) { respond(request); });

    Player player(recording, Player::Side::Client, cuts);
    player.setExactBytes(!recording.messagePack && !recording.compression);
    QLocalSocket socket;
    QVariantList sent;
    QVariantList requested;
    QFuture<IPCResult<QVariant>> answer;
    const Actions actions{
        {u"connect with payload {user:'u'}"_s,
         [&](const Step &) {
             socket.connectToServer(m_server->address());
             player.attach(1, &socket);
         }},
        {u"client.send"_s, [&](const Step &step) { sent.append(step.value); }},
        {u"client.request"_s, [&](const Step &step) { requested.append(step.value); }},
        {u"client.ping"_s, nothing},
        {u"client.close('bye')"_s, nothing},
        {u"server.request to client"_s,
         [&](const Step &) {
             answer = m_server->connections().first()->request(QList<int>{1, 2});
         }},
        {u"server.send"_s,
         [&](const Step &) {
             QVERIFY(m_server->connections().first()->post(QVariantMap{{u"from"_s, u"server"_s}}));
         }},
    };
    QCOMPARE(player.play(performing(actions)), QString());
    socket.disconnectFromServer();

    QCOMPARE(connected.size(), 1);
    QCOMPARE(exactly(connected.first().at(1)), uR"({"user": "u"})"_s);
    QTRY_COMPARE(disconnected.size(), 1);
    QCOMPARE(exactly(disconnected.first().at(1)), uR"("bye")"_s);
    QCOMPARE(exactly(column(messages, 0)), exactly(sent));
    QCOMPARE(exactly(column(requests, 0)), exactly(requested));
    QCOMPARE(exactly(settled(answer).valueOr(u"no answer"_s)), uR"({"echo": [1, 2]})"_s);
    QVERIFY(errors.isEmpty());
}

void ReplayAtServerTest::servesIsdk()
{
    QFETCH(QString, name);
    QFETCH(Cuts, cuts);
    const Recording recording = Recording::load(name);
    QVERIFY(!recording.chunks.isEmpty());
    giveRecordedIds(recording);
    const QSignalSpy connected(m_server.get(), &IPCServer::connected);
    const QSignalSpy subscribed(m_server.get(), &IPCServer::subscribed);
    const QSignalSpy unsubscribed(m_server.get(), &IPCServer::unsubscribed);
    const QSignalSpy requests(m_server.get(), &IPCServer::requestReceived);
    const QSignalSpy messages(m_server.get(), &IPCServer::messageReceived);
    const QSignalSpy errors(m_server.get(), &IPCServer::errorOccurred);
    connect(m_server.get(), &IPCServer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) {
                respond(QVariantMap{{u"echo"_s, request}});
            });

    Player player(recording, Player::Side::Client, cuts);
    QLocalSocket sockets[2];
    const auto connects = [&](int number) {
        return [this, &sockets, &player, number](const Step &) {
            QLocalSocket &socket = sockets[number - 1];
            socket.connectToServer(m_server->address());
            player.attach(number, &socket);
        };
    };
    QFuture<IPCResult<void>> closed;
    const Actions actions{
        {u"conn 1: connect('hi')"_s, connects(1)},
        {u"conn 2: connect()"_s, connects(2)},
        {u"conn 1: subscribe('news')"_s, nothing},
        {u"conn 1: subscribe(['news','sport'])"_s, nothing},
        {u"conn 2: publish('news',{x:1})"_s, nothing},
        {u"conn 2: publish('sport',0)"_s, nothing},
        {u"conn 1: unsubscribe('news')"_s, nothing},
        {u"conn 1: unsubscribe('news') again"_s, nothing},
        {u"conn 1: request({type:'time'})"_s, nothing},
        {u"conn 1: ping('p')"_s, nothing},
        {u"server.publish({pub:'news',message:'from server'})"_s,
         [&](const Step &) { QVERIFY(m_server->publish(u"news"_s, u"from server"_s)); }},
        {u"server.close(true)"_s, [&](const Step &) { closed = m_server->closeForRestart(); }},
    };
    QCOMPARE(player.play(performing(actions)), QString());

    QCOMPARE(exactly(column(connected, 1)), uR"(["hi", undefined])"_s);
    QCOMPARE(exactly(column(subscribed, 0)), uR"(["news", "sport"])"_s);
    QCOMPARE(exactly(column(unsubscribed, 0)), uR"(["news"])"_s);
    QCOMPARE(exactly(column(requests, 0)), uR"([{"type": "time"}])"_s);
    QCOMPARE(exactly(column(messages, 0)), u"[]"_s);
    QVERIFY(errors.isEmpty());
    // Where isdk's own server does nothing, ours says farewell.
    for (const int number : {1, 2}) {
        const auto end = player.nextPacket(number);
        QVERIFY(end);
        QCOMPARE(end->type, int(qipc::PacketType::End));
        QCOMPARE(end->data.toMap().value(u"a"_s), QVariant(true));
    }
    for (QLocalSocket &socket : sockets)
        socket.disconnectFromServer();
    QVERIFY(settled(closed));
}

QTEST_GUILESS_MAIN(ReplayAtServerTest)

#include "tst_server.moc"
