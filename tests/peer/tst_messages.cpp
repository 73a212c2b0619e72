// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QLine>

#include <vector>

using Encoding = IPCPeer::Encoding;

class tst_Messages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void arriveInOrder_data();
    void arriveInOrder();
    void largeBytesAreThoseOfTheMomentOfSending_data();
    void largeBytesAreThoseOfTheMomentOfSending();
    void goBothWays();
    void fromEveryConnectionComeTogetherAtTheServer();
    void sendSettlesWhenTheBytesHaveLeft();
    void broadcastReachesEveryone();
    void thePayloadComesWithTheClient();
    void bothSidesKnowWhoIsThere();
    void propertiesTellOfTheirChanges();
    void aFullQueueRefusesAndLosesNothing();
    void anEmptyQueueTakesAnyPermittedMessage();
    void aMessageAboveTheLimitIsRefused();
    void aPauseHoldsMessagesBack();
    void aPauseHoldsTheWholeServerBack();
    void aPausedConnectionNoticesThatThePeerHasGone();
    void aFloodLeavesTheEventLoopRunning();
};

void tst_Messages::arriveInOrder_data()
{
    QTest::addColumn<Encoding>("encoding");
    QTest::addColumn<bool>("compression");
    QTest::newRow("JSON") << Encoding::Json << false;
    QTest::newRow("MessagePack") << Encoding::MessagePack << false;
    QTest::newRow("JSON, compressed") << Encoding::Json << true;
    QTest::newRow("MessagePack, compressed") << Encoding::MessagePack << true;
    QTest::newRow("automatic") << Encoding::Auto << false;
}

void tst_Messages::arriveInOrder()
{
    QFETCH(Encoding, encoding);
    QFETCH(bool, compression);
    Pair pair;
    pair.client.setEncoding(encoding);
    pair.client.setCompression(compression);
    QVERIFY(pair.connect());
    QVariantList received;
    connect(&pair.server, &IPCServer::messageReceived, this,
            [&received](const QVariant &message) { received.append(message); });

    constexpr int count = 2000;
    for (int i = 0; i < count; ++i)
        QVERIFY(pair.client.post(i % 100 == 0 ? QVariant(QString(i, u'x')) : QVariant(i)));
    QTRY_COMPARE(received.size(), count);
    for (int i = 0; i < count; ++i) {
        const QVariant expected =
            i % 100 == 0 ? QVariant(QString(i, u'x')) : QVariant(qlonglong(i));
        QCOMPARE(received.at(i), expected);
    }
}

void tst_Messages::largeBytesAreThoseOfTheMomentOfSending_data()
{
    arriveInOrder_data();
}

// Though they are not copied where that can be avoided.
void tst_Messages::largeBytesAreThoseOfTheMomentOfSending()
{
    QFETCH(Encoding, encoding);
    QFETCH(bool, compression);
    Pair pair;
    pair.client.setEncoding(encoding);
    pair.client.setCompression(compression);
    QVERIFY(pair.connect());
    QVariantList received;
    connect(&pair.server, &IPCServer::messageReceived, this,
            [&received](const QVariant &message) { received.append(message); });

    QByteArray bytes(300'000, 'a');
    QVERIFY(pair.client.post(bytes));
    QVERIFY(pair.client.post(QVariantMap{{u"name"_s, u"b"_s}, {u"bytes"_s, bytes}, {u"z"_s, 1}}));
    bytes.fill('b');
    {
        const std::vector<char> borrowed(300'000, 'c');
        QVERIFY(
            pair.client.post(QByteArray::fromRawData(borrowed.data(), qsizetype(borrowed.size()))));
    }
    QVERIFY(pair.client.post(bytes));
    QTRY_COMPARE(received.size(), 4);
    QVERIFY(received.at(0) == QByteArray(300'000, 'a'));
    const QVariantMap map = received.at(1).toMap();
    QVERIFY(map.value(u"bytes"_s) == QByteArray(300'000, 'a'));
    QCOMPARE(map.value(u"name"_s), u"b"_s);
    QCOMPARE(map.value(u"z"_s), 1);
    QVERIFY(received.at(2) == QByteArray(300'000, 'c'));
    QVERIFY(received.at(3) == QByteArray(300'000, 'b'));
}

void tst_Messages::goBothWays()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy atServer(pair.connection(), &IPCPeer::messageReceived);
    const QSignalSpy atClient(&pair.client, &IPCPeer::messageReceived);
    QVERIFY(pair.client.post(1));
    QVERIFY(pair.connection()->post(2));
    QTRY_COMPARE(atServer.size(), 1);
    QTRY_COMPARE(atClient.size(), 1);
    QCOMPARE(atServer.first().first(), QVariant(1LL));
    QCOMPARE(atClient.first().first(), QVariant(2LL));
}

void tst_Messages::fromEveryConnectionComeTogetherAtTheServer()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCClient second(pair.server.path());
    second.connectToServer();
    QVERIFY(second.waitForReady(5s));
    QTRY_COMPARE(pair.server.connections().size(), 2);

    QHash<QString, QVariant> received;
    connect(&pair.server, &IPCServer::messageReceived, this,
            [&received](const QVariant &message, IPCConnection *from) {
                received.insert(from->id(), message);
            });
    QVERIFY(pair.client.post(1));
    QVERIFY(second.post(2));
    QTRY_COMPARE(received.size(), 2);
    QCOMPARE(received.value(pair.client.id()), QVariant(1LL));
    QCOMPARE(received.value(second.id()), QVariant(2LL));
    QVERIFY(pair.client.id() != second.id());
    QCOMPARE(pair.server.connection(second.id())->id(), second.id());
    QCOMPARE(pair.server.connection(u"nobody"_s), nullptr);
}

void tst_Messages::sendSettlesWhenTheBytesHaveLeft()
{
    Pair pair;
    QVERIFY(pair.connect());
    const auto future = pair.client.send(u"x"_s);
    QVERIFY(!future.isFinished()); // never from inside the call
    QVERIFY(settled(future));
    QCOMPARE(pair.client.queuedBytes(), 0);

    // What the peer does not read has not left, beyond what the system itself holds.
    pair.connection()->pause();
    const auto large = pair.client.send(QByteArray(16 * 1024 * 1024, 'x'));
    const auto ping = pair.connection()->ping(); // several turns pass
    QVERIFY(pair.client.queuedBytes() > 0);
    QVERIFY(!large.isFinished());
    pair.connection()->resume();
    QVERIFY(settled(large));
    QVERIFY(settled(ping));
}

void tst_Messages::broadcastReachesEveryone()
{
    Pair pair; // one client with each encoding
    QVERIFY(pair.connect());
    IPCClient json(pair.server.path());
    json.setEncoding(Encoding::Json);
    json.connectToServer();
    IPCClient compressed(pair.server.path());
    compressed.setCompression(true);
    compressed.connectToServer();
    QTRY_COMPARE(pair.server.connections().size(), 3);
    QVERIFY(json.waitForReady(5s));
    QVERIFY(compressed.waitForReady(5s));

    QList<QSignalSpy *> spies;
    for (IPCClient *client : {&pair.client, &json, &compressed})
        spies.append(new QSignalSpy(client, &IPCPeer::messageReceived));
    const auto taken = pair.server.broadcast(u"all"_s);
    QVERIFY(taken);
    QCOMPARE(taken.value(), 3);
    for (const QSignalSpy *spy : std::as_const(spies)) {
        QTRY_COMPARE(spy->size(), 1);
        QCOMPARE(spy->first().first(), QVariant(u"all"_s));
    }
    qDeleteAll(spies);

    IPCServer empty(pair.folder.filePath(u"empty"_s));
    QCOMPARE(empty.broadcast(1).valueOr(-1), 0);
    QCOMPARE(empty.broadcast(QLine()).error().code(), Code::EncodingError);
}

void tst_Messages::thePayloadComesWithTheClient()
{
    Pair pair;
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    const QSignalSpy changed(&pair.client, &IPCClient::payloadChanged);
    pair.client.setPayload(QVariantMap{{u"user"_s, u"ada"_s}});
    QCOMPARE(changed.size(), 1);
    QVERIFY(pair.connect());
    QCOMPARE(connected.size(), 1);
    QCOMPARE(connected.first().at(1), pair.client.payload());
    QCOMPARE(connected.first().at(0).value<IPCConnection *>(), pair.connection());
}

void tst_Messages::bothSidesKnowWhoIsThere()
{
    Pair pair;
    QCOMPARE(pair.client.credentials(), IPCCredentials());
    const QDateTime before = QDateTime::currentDateTimeUtc();
    QVERIFY(pair.connect());
    QVERIFY(pair.connection()->connectedAt() >= before);
    QVERIFY(pair.connection()->connectedAt() <= QDateTime::currentDateTimeUtc());
    QCOMPARE(pair.connection()->server(), &pair.server);
    QCOMPARE(pair.connection()->parent(), &pair.server);
#ifndef QIPC_PORTABLE_TRANSPORT
    const auto self = IPCCredentials::ofThisProcess();
    QCOMPARE(pair.connection()->credentials(), self);
    QCOMPARE(pair.client.credentials().uid(), self.uid());
    QCOMPARE(pair.client.credentials().pid(), QCoreApplication::applicationPid());
    QVERIFY(!self.userName().isEmpty());
    QCOMPARE(IPCCredentials().userName(), QString());
#endif
}

void tst_Messages::propertiesTellOfTheirChanges()
{
    IPCServer server;
    IPCClient client;
    // each twice: only the first time is a change
    const auto changesOnce = [](auto *object, auto signal, auto set) {
        const QSignalSpy spy(object, signal);
        set();
        set();
        return spy.size() == 1;
    };
    IPCLimits limits;
    limits.setNesting(5);
    QVERIFY(changesOnce(&server, &IPCServer::pathChanged, [&] { server.setPath(u"x"_s); }));
    QVERIFY(changesOnce(&server, &IPCServer::accessChanged,
                        [&] { server.setAccess(IPCServer::Access::Group); }));
    QVERIFY(changesOnce(&server, &IPCServer::backlogChanged, [&] { server.setBacklog(5); }));
    QVERIFY(changesOnce(&server, &IPCServer::maxConnectionsChanged,
                        [&] { server.setMaxConnections(5); }));
    QVERIFY(changesOnce(&server, &IPCServer::encodingChanged,
                        [&] { server.setEncoding(Encoding::Json); }));
    QVERIFY(changesOnce(&server, &IPCServer::compressionChanged,
                        [&] { server.setCompression(false); }));
    QVERIFY(changesOnce(&server, &IPCServer::requestTimeoutChanged,
                        [&] { server.setRequestTimeout(1s); }));
    QVERIFY(changesOnce(&server, &IPCServer::heartbeatIntervalChanged,
                        [&] { server.setHeartbeatInterval(1s); }));
    QVERIFY(changesOnce(&server, &IPCServer::limitsChanged, [&] { server.setLimits(limits); }));
    QVERIFY(changesOnce(&client, &IPCClient::pathChanged, [&] { client.setPath(u"x"_s); }));
    QVERIFY(changesOnce(&client, &IPCClient::encodingChanged,
                        [&] { client.setEncoding(Encoding::Json); }));
    QVERIFY(
        changesOnce(&client, &IPCClient::compressionChanged, [&] { client.setCompression(true); }));
    QVERIFY(changesOnce(&client, &IPCClient::serverTrustChanged,
                        [&] { client.setServerTrust(IPCClient::ServerTrust::AnyUser); }));
    QVERIFY(changesOnce(&client, &IPCClient::autoReconnectChanged,
                        [&] { client.setAutoReconnect(false); }));
    QVERIFY(changesOnce(&client, &IPCClient::retriesChanged, [&] { client.setRetries(-5); }));
    QVERIFY(changesOnce(&client, &IPCClient::retryIntervalChanged,
                        [&] { client.setRetryInterval(0ms); }));
    QVERIFY(changesOnce(&client, &IPCClient::maxRetryIntervalChanged,
                        [&] { client.setMaxRetryInterval(1s); }));
    QVERIFY(changesOnce(&client, &IPCClient::limitsChanged, [&] { client.setLimits(limits); }));
    QVERIFY(changesOnce(&client, &IPCPeer::requestTimeoutChanged,
                        [&] { client.setRequestTimeout(-1s); }));
    QVERIFY(changesOnce(&client, &IPCPeer::heartbeatIntervalChanged,
                        [&] { client.setHeartbeatInterval(1s); }));
    QVERIFY(changesOnce(&client, &IPCPeer::pausedChanged, [&] { client.pause(); }));
    QVERIFY(changesOnce(&client, &IPCPeer::pausedChanged, [&] { client.resume(); }));

    QCOMPARE(server.access(), IPCServer::Access::Group);
    QCOMPARE(server.backlog(), 5);
    QCOMPARE(server.maxConnections(), 5);
    QCOMPARE(server.heartbeatInterval(), 1s);
    QCOMPARE(client.heartbeatInterval(), 1s);
    QCOMPARE(server.requestTimeout(), 1s);
    QCOMPARE(server.limits(), limits);
    QCOMPARE(client.retries(), -1);
    QCOMPARE(client.retryInterval(), 1ms); // raised to its range
    QCOMPARE(client.maxRetryInterval(), 1s);
    QCOMPARE(client.requestTimeout(), 0ms);
    QCOMPARE(client.serverTrust(), IPCClient::ServerTrust::AnyUser);
    QVERIFY(client.compression());
    QVERIFY(!server.compression());
    QCOMPARE(server.encoding(), client.encoding());
}

void tst_Messages::aFullQueueRefusesAndLosesNothing()
{
    Pair pair;
    IPCLimits limits;
    limits.setQueuedBytes(1024 * 1024);
    pair.client.setLimits(limits);
    QVERIFY(pair.connect());
    int received = 0;
    connect(&pair.server, &IPCServer::messageReceived, this, [&received] { ++received; });
    pair.connection()->pause();

    const QByteArray message(128 * 1024, 'x');
    int taken = 0;
    IPCResult<void> result;
    while ((result = pair.client.post(message)) && taken < 1000)
        ++taken;
    QCOMPARE(result.error().code(), Code::QueueFull);
    QCOMPARE(result.error().limit(), u"queuedBytes"_s);
    QCOMPARE(codeOf(pair.client.send(message)), Code::QueueFull);
    QCOMPARE(codeOf(pair.client.request(message)), Code::QueueFull);
    QVERIFY(pair.client.queuedBytes() <= 1024 * 1024);

    pair.connection()->resume();
    QTRY_COMPARE(received, taken);
    QVERIFY(pair.client.post(message));
    QTRY_COMPARE(received, taken + 1);
}

void tst_Messages::anEmptyQueueTakesAnyPermittedMessage()
{
    Pair pair;
    IPCLimits limits;
    limits.setQueuedBytes(0);
    pair.client.setLimits(limits);
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QVERIFY(settled(pair.client.send(QByteArray(5'000'000, 'x'))));
    QTRY_COMPARE(received.size(), 1);
}

void tst_Messages::aMessageAboveTheLimitIsRefused()
{
    Pair pair;
    IPCLimits limits;
    limits.setMessageSize(2000);
    pair.client.setLimits(limits);
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const auto refused = pair.client.post(QByteArray(2000, 'x'));
    QCOMPARE(refused.error().code(), Code::MessageTooLarge);
    QCOMPARE(refused.error().limit(), u"messageSize"_s);
    QVERIFY(pair.client.post(QByteArray(1900, 'x')));
    QTRY_COMPARE(received.size(), 1);
}

void tst_Messages::aPauseHoldsMessagesBack()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.client, &IPCPeer::messageReceived);
    pair.client.pause();
    QVERIFY(pair.client.isPaused());
    for (int i = 0; i < 10; ++i)
        QVERIFY(settled(pair.connection()->send(i)));
    // The other direction goes on, so by its end ours would have come.
    QSignalSpy atServer(&pair.server, &IPCServer::messageReceived);
    QVERIFY(pair.client.post(u"marker"_s));
    QTRY_COMPARE(atServer.size(), 1);
    QCOMPARE(received.size(), 0);
    pair.client.resume();
    QTRY_COMPARE(received.size(), 10);
}

void tst_Messages::aPauseHoldsTheWholeServerBack()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const QSignalSpy atClient(&pair.client, &IPCPeer::messageReceived);
    pair.server.pause();
    QVERIFY(settled(pair.client.send(1)));
    QVERIFY(pair.connection()->post(u"marker"_s));
    QTRY_COMPARE(atClient.size(), 1);
    QCOMPARE(received.size(), 0);
    pair.server.resume();
    QTRY_COMPARE(received.size(), 1);
}

// The end of the peer ends the pause: what it sent before is delivered first.
void tst_Messages::aPausedConnectionNoticesThatThePeerHasGone()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    QList<IPCResponder> kept;
    connect(&pair.client, &IPCPeer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    const auto pending = pair.connection()->request(1);
    QTRY_COMPARE(kept.size(), 1);
    pair.server.pause();
    QVERIFY(settled(pair.client.send(u"last words"_s)));
    pair.client.abort();
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(received.size(), 1);
    QCOMPARE(codeOf(pending), Code::ConnectionLost);
}

void tst_Messages::aFloodLeavesTheEventLoopRunning()
{
    Pair pair;
    QVERIFY(pair.connect());
    int received = 0;
    int turns = 0;
    connect(&pair.server, &IPCServer::messageReceived, this, [&received] { ++received; });
    QTimer ticking;
    connect(&ticking, &QTimer::timeout, this, [&turns] { ++turns; });
    ticking.start(0ms);
    constexpr int count = 50'000;
    for (int i = 0; i < count; ++i)
        QVERIFY(pair.client.post(i));
    QTRY_COMPARE(received, count);
    QVERIFY2(turns > 50, qPrintable(QString::number(turns)));
}

QTEST_GUILESS_MAIN(tst_Messages)

#include "tst_messages.moc"
