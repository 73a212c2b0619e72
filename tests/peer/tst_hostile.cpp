// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

#include <memory>
#include <optional>
#include <thread>
#include <utility>

// Peers that break the protocol, spoken byte by byte: the broken connection ends with an error on
// both sides, and nothing else is disturbed.

namespace {

QByteArray frame(const QByteArray &payload)
{
    QByteArray tag(1, char((payload.size() & 0x7f) | 0x80));
    for (qsizetype rest = payload.size() >> 7; rest > 0; rest >>= 7)
        tag.prepend(char(rest & 0x7f));
    return tag + payload;
}

const QByteArray hello = "IPC" + frame(R"({"t":0,"d":{}})");

// A bare socket at a server of ours.
class RawClient
{
public:
    explicit RawClient(const IPCServer &server)
    {
        QObject::connect(&m_socket, &QLocalSocket::readyRead, &m_socket,
                         [this] { m_received.append(m_socket.readAll()); });
        m_socket.connectToServer(server.address());
    }

    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }
    [[nodiscard]] QByteArray received() const { return m_received; }
    [[nodiscard]] bool isOver() const { return m_socket.state() == QLocalSocket::UnconnectedState; }

private:
    QLocalSocket m_socket;
    QByteArray m_received;
};

// A bare server for a client of ours: says what it is told as soon as somebody comes.
class RawServer
{
public:
    explicit RawServer(const QByteArray &greeting)
    {
        m_server.listen(m_folder.filePath(u"s"_s));
        QObject::connect(&m_server, &QLocalServer::newConnection, &m_server, [this, greeting] {
            m_socket = m_server.nextPendingConnection();
            QObject::connect(m_socket, &QLocalSocket::readyRead, &m_server,
                             [this] { m_received.append(m_socket->readAll()); });
            m_socket->write(greeting);
            m_socket->flush();
        });
    }

    [[nodiscard]] QString path() const { return m_server.fullServerName(); }
    [[nodiscard]] QLocalSocket *socket() const { return m_socket; }
    [[nodiscard]] QByteArray received() const { return m_received; }

private:
    QTemporaryDir m_folder;
    QLocalServer m_server;
    QPointer<QLocalSocket> m_socket;
    QByteArray m_received;
};

const QByteArray welcome = frame(R"({"t":0,"d":{"id":"x","compress":false,"messagepack":false}})");

} // namespace

class tst_Hostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void strangersAreRefused_data();
    void strangersAreRefused();
    void brokenFramesEndTheirConnectionAlone_data();
    void brokenFramesEndTheirConnectionAlone();
    void bothSidesAreToldOfAViolation();
    void aServerThatBreaksTheProtocolIsLeft_data();
    void aServerThatBreaksTheProtocolIsLeft();
    void unknownPacketsAreIgnored();
    void framesBehindAnEndStillCount();
    void aSilentClientIsSentAway();
    void aClientThatDripsIsSentAway_data();
    void aClientThatDripsIsSentAway();
    void aSilentServerTimesOut();
    void aClientThatIsDeletedAsItFailsHasSettledAll();
    void handshakesAreBounded();
    void aHungPeerIsFound();
    void aHungPeerIsFoundByABusyProgram();
    void aPeerThatTakesWhatItIsSentLives();
    void compressedFloodsLeaveTheLoopItsTurns();
    void anAnswerBehindTheFarewellsIsNone();
    void anAnswerThatAFullQueueLosesIsTold();
    void aPeerThatNeverGoesIsLeft();
    void aNodeServerWithoutTopicsIsNotSupported();
    void anEndWithoutAWordMeansComeBack();
    void aLargeFrameToANodePeerIsFollowedByAFiller();
};

void tst_Hostile::strangersAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("answer");
    const QByteArray teapot = "HTTP/1.1 418 I'm a Teapot";
    QTest::newRow("noise") << QByteArray("xyz") << teapot;
    QTest::newRow("a browser") << QByteArray("GET / HTTP/1.1\r\nHost: x\r\n\r\n") << teapot;
    QTest::newRow("an endless header") << QByteArray("GET " + QByteArray(10'000, 'x')) << teapot;
    QTest::newRow("the wrong packet")
        << QByteArray("IPC" + frame(R"({"t":1})"))
        << frame(R"({"t":6,"d":{"m":"the first packet has the type 1 instead of 0","a":false}})");
}

void tst_Hostile::strangersAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, answer);
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    RawClient stranger(pair.server);
    stranger.send(bytes);
    QTRY_VERIFY(stranger.isOver());
    QCOMPARE(stranger.received(), answer);
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::ProtocolViolation);
    QVERIFY(!errors.first().last().value<IPCConnection *>());
    QCOMPARE(pair.server.connections().size(), 1);
    QVERIFY(settled(pair.client.ping()));
}

void tst_Hostile::brokenFramesEndTheirConnectionAlone_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Code>("code");
    QTest::newRow("no JSON") << frame("nonsense") << Code::DecodingError;
    QTest::newRow("no packet") << frame("[1,2]") << Code::DecodingError;
    QTest::newRow("zero length") << frame("") << Code::DecodingError;
    QTest::newRow("too deep") << frame(R"({"t":1,"d":)" + QByteArray(200, '[')
                                       + QByteArray(200, ']') + "}")
                              << Code::DecodingError;
    QTest::newRow("too many values")
        << frame(R"({"t":1,"d":[0)" + QByteArray(",0").repeated(1024 * 1024) + "]}")
        << Code::DecodingError;
    QTest::newRow("a tag without end") << QByteArray(5, '\1') << Code::ProtocolViolation;
    QTest::newRow("too large") << QByteArray::fromHex("7f7f7f7fff") << Code::MessageTooLarge;
    QTest::newRow("a second CONNECTION") << frame(R"({"t":0,"d":{}})") << Code::ProtocolViolation;
}

void tst_Hostile::brokenFramesEndTheirConnectionAlone()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Code, code);
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    const QSignalSpy messages(&pair.server, &IPCServer::messageReceived);
    RawClient raw(pair.server);
    raw.send(hello);
    QTRY_COMPARE(pair.server.connections().size(), 2);
    raw.send(frame(R"({"t":1,"d":"before"})") + bytes + frame(R"({"t":1,"d":"after"})"));
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), code);
    QVERIFY(!errors.first().first().value<IPCError>().message().isEmpty());
    QCOMPARE(messages.size(), 1); // what came before it
    QTRY_VERIFY(raw.isOver());
    QVERIFY2(raw.received().contains(R"({"t":6,"d":{"m":")"),
             raw.received().constData()); // and why
    QVERIFY(raw.received().contains(R"("a":false)"));
    QVERIFY(settled(pair.client.ping()));
}

void tst_Hostile::bothSidesAreToldOfAViolation()
{
    Pair pair;
    IPCLimits limits;
    limits.setMessageSize(2000);
    pair.server.setLimits(limits);
    pair.client.setAutoReconnect(true); // final all the same
    QVERIFY(pair.connect());
    const QSignalSpy atServer(&pair.server, &IPCServer::errorOccurred);
    const QSignalSpy atClient(&pair.client, &IPCPeer::errorOccurred);
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const auto pending = pair.client.request(QByteArray(5000, 'x'));
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(atServer.size(), 1);
    const auto error = atServer.first().first().value<IPCError>();
    QCOMPARE(error.code(), Code::MessageTooLarge);
    QCOMPARE(error.limit(), u"messageSize"_s);
    QCOMPARE(atClient.size(), 1);
    QCOMPARE(atClient.first().first().value<IPCError>().code(), Code::ProtocolViolation);
    QCOMPARE(codeOf(pending), Code::ConnectionLost);
}

void tst_Hostile::aServerThatBreaksTheProtocolIsLeft_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Code>("code");
    QTest::newRow("noise") << QByteArray("HTTP/1.1 404 Not Found") << Code::ProtocolViolation;
    QTest::newRow("no JSON") << frame("nonsense") << Code::DecodingError;
    QTest::newRow("no CONNECTION") << frame(R"({"t":1})") << Code::ProtocolViolation;
    QTest::newRow("compression, not offered")
        << frame(R"({"t":0,"d":{"id":"x","compress":true}})") << Code::ProtocolViolation;
    QTest::newRow("refused") << frame(R"({"t":6,"d":{"m":"no","a":false}})") << Code::Rejected;
    QTest::newRow("refused by ours")
        << frame(R"({"t":6,"d":{"m":"full","a":false,"c":"too-many"}})")
        << Code::TooManyConnections;
    QTest::newRow("sent away for now")
        << frame(R"({"t":6,"d":{"a":true}})") << Code::ConnectionLost;
}

void tst_Hostile::aServerThatBreaksTheProtocolIsLeft()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Code, code);
    const RawServer server(bytes);
    IPCClient client(server.path());
    client.setAutoReconnect(false);
    QCOMPARE(codeOf(client.connectToServer()), code);
    QCOMPARE(client.status(), IPCClient::Status::Idle);
}

void tst_Hostile::unknownPacketsAreIgnored()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const QSignalSpy messages(&pair.server, &IPCServer::messageReceived);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    RawClient raw(pair.server);
    raw.send(hello + frame(R"({"t":7})") + frame(R"({"t":99,"d":1})") + frame(R"({"t":-1})")
             + frame(R"({"t":4294967297})") + frame(R"({"t":3,"n":"nobody asked"})")
             + frame(R"({"t":5,"n":"nor pinged"})") + frame(R"({"t":1,"d":"end"})"));
    QTRY_COMPARE(messages.size(), 1);
    QCOMPARE(messages.first().first(), QVariant(u"end"_s));
    QCOMPARE(errors.size(), 0);
}

void tst_Hostile::framesBehindAnEndStillCount()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const QSignalSpy messages(&pair.server, &IPCServer::messageReceived);
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    {
        RawClient raw(pair.server);
        raw.send(hello + frame(R"({"t":6,"d":{"m":"bye","a":false}})")
                 + frame(R"({"t":1,"d":"last"})"));
    }
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(gone.first().at(1), QVariant(u"bye"_s));
    QCOMPARE(messages.size(), 1);
}

void tst_Hostile::aSilentClientIsSentAway()
{
    Pair pair;
    IPCLimits limits;
    limits.setHandshakeTime(30ms);
    pair.server.setLimits(limits);
    QVERIFY(pair.server.listen());
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    RawClient raw(pair.server);
    raw.send("IPC");
    QTRY_VERIFY(raw.isOver());
    QCOMPARE(raw.received(), frame(R"({"t":6,"d":{"a":false}})")); // as net-ipc does
    QTRY_COMPARE(errors.size(), 1);
    const auto error = errors.first().first().value<IPCError>();
    QCOMPARE(error.code(), Code::TimedOut);
    QCOMPARE(error.limit(), u"handshakeTime"_s);
}

void tst_Hostile::aClientThatDripsIsSentAway_data()
{
    QTest::addColumn<QByteArray>("greeting");
    QTest::newRow("framed") << "IPC" + frame(QByteArray(R"({"t":0,"d":{"x":")").append(8'000, 'x'));
    QTest::newRow("HTTP upgrade") << QByteArray("GET / HTTP/1.1\r\nHost: ").append(8'000, 'x');
}

// The time for a handshake is that for all of it, and not for the next byte.
void tst_Hostile::aClientThatDripsIsSentAway()
{
    QFETCH(const QByteArray, greeting);
    Pair pair;
    IPCLimits limits;
    limits.setHandshakeTime(60ms);
    pair.server.setLimits(limits);
    QVERIFY(pair.server.listen());
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    RawClient raw(pair.server);
    qsizetype sent = 0;
    QTimer drip;
    connect(&drip, &QTimer::timeout, this, [&] { raw.send(greeting.mid(sent++, 1)); });
    drip.start(2ms);
    QTRY_COMPARE(errors.size(), 1);
    drip.stop();
    QVERIFY(sent > 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::TimedOut);
    QTRY_VERIFY(raw.isOver());
}

void tst_Hostile::aSilentServerTimesOut()
{
    const RawServer server({});
    IPCClient client(server.path());
    client.setAutoReconnect(false);
    IPCLimits limits;
    limits.setHandshakeTime(30ms);
    client.setLimits(limits);
    QCOMPARE(codeOf(client.connectToServer()), Code::TimedOut);
    QVERIFY(server.received().startsWith("IPC"));
}

// Who only connects and says nothing keeps others waiting, but not out.
// It is closed, and before that is under way it fails, of which a slot has enough. Found by the
// soak.
void tst_Hostile::aClientThatIsDeletedAsItFailsHasSettledAll()
{
    const RawServer server{QByteArray()};
    auto client = std::make_unique<IPCClient>(server.path());
    client->setAutoReconnect(false);
    IPCLimits limits;
    limits.setHandshakeTime(40ms);
    client->setLimits(limits);
    bool isDeleted = false;
    QFuture<IPCResult<void>> closing;
    connect(client.get(), &IPCPeer::errorOccurred, this, [&] {
        client.reset();
        isDeleted = true;
        QVERIFY(closing.isFinished());
    });
    const auto connecting = client->connectToServer();
    QTimer::singleShot(20ms, Qt::PreciseTimer, this, [&] { closing = client->close(); });
    const auto work = [] { // behind which both times are over
        QElapsedTimer time;
        time.start();
        while (!time.hasExpired(60)) { }
    };
    QMetaObject::invokeMethod(this, work, Qt::QueuedConnection);
    QTRY_VERIFY(connecting.isFinished());
    QVERIFY(isDeleted);
}

void tst_Hostile::handshakesAreBounded()
{
    Pair pair;
    IPCLimits limits;
    limits.setHandshakes(2);
    limits.setHandshakeTime(300ms);
    pair.server.setLimits(limits);
    QVERIFY(pair.server.listen());
    const RawClient first(pair.server);
    const RawClient second(pair.server);
    const RawClient third(pair.server);
    QVERIFY(pair.connect());
    QTRY_VERIFY(first.isOver() && second.isOver() && third.isOver());
}

// Whose beats all come late.
void tst_Hostile::aHungPeerIsFoundByABusyProgram()
{
    const RawServer server(welcome);
    IPCClient client(server.path());
    client.setAutoReconnect(false);
    client.setHeartbeatInterval(20ms);
    const QSignalSpy errors(&client, &IPCPeer::errorOccurred);
    const QSignalSpy closed(&client, &IPCClient::closed);
    QVERIFY(settled(client.connectToServer()));
    QTimer working;
    connect(&working, &QTimer::timeout, this, [] {
        QElapsedTimer work;
        work.start();
        while (!work.hasExpired(50)) { }
    });
    working.start(0);
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(errors.constFirst().constFirst().value<IPCError>().limit(), u"heartbeatInterval"_s);
}

// It says nothing for long, but it reads: our ping is behind what it has still to take.
void tst_Hostile::aPeerThatTakesWhatItIsSentLives()
{
    constexpr qsizetype size = 16 * 1024 * 1024;
    constexpr qsizetype step = 256 * 1024; // the system tells of more than a megabyte only
    const QTemporaryDir folder;
    IPCServer server(folder.filePath(u"s"_s));
    QVERIFY(server.listen());
    const QSignalSpy gone(&server, &IPCServer::disconnected);
    QLocalSocket peer;
    peer.setReadBufferSize(step);
    peer.connectToServer(server.address());
    peer.write(hello);
    QTRY_COMPARE(server.connections().size(), 1);
    auto *const connection = server.connections().constFirst();
    connection->setHeartbeatInterval(50ms);
    for (int i = 0; i < 3; ++i)
        QVERIFY(connection->post(QString(size, u'x')));
    qsizetype taken = 0;
    QTimer reading;
    connect(&reading, &QTimer::timeout, this, [&] { taken += peer.read(step).size(); });
    reading.start(1ms); // 192 times
    QTRY_VERIFY_WITH_TIMEOUT(taken >= 3 * size || gone.size() > 0, 20'000);
    QCOMPARE(gone.size(), 0);
}

// 64 KiB of them may stand for 64 times of what any one may be.
void tst_Hostile::compressedFloodsLeaveTheLoopItsTurns()
{
    constexpr int count = 16;
    Pair pair;
    pair.client.setCompression(true);
    pair.server.setCompression(true);
    QVERIFY(pair.connect());
    int turn = 0;
    QTimer turns;
    connect(&turns, &QTimer::timeout, this, [&turn] { ++turn; });
    QSet<int> seen;
    connect(&pair.server, &IPCServer::messageReceived, this, [&] { seen.insert(turn); });
    const QByteArray large(2 * 1024 * 1024, '\0');
    for (int i = 0; i < count; ++i)
        QVERIFY(pair.client.post(large));
    turns.start(0);
    QTRY_COMPARE(seen.size(), count);
}

// The peer has left and is told that nothing more comes, but does not go yet.
void tst_Hostile::anAnswerBehindTheFarewellsIsNone()
{
    const QTemporaryDir folder;
    IPCServer server(folder.filePath(u"s"_s));
    QVERIFY(server.listen());
    std::optional<IPCResponder> kept;
    connect(&server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept = respond; });
    const QSignalSpy messages(&server, &IPCServer::messageReceived);
    QLocalSocket peer;
    peer.setReadBufferSize(1); // it does not see the end of what we write
    peer.connectToServer(server.address());
    peer.write(hello + frame(R"({"t":2,"d":1,"n":"1"})"));
    QTRY_VERIFY(kept);
    QVERIFY(kept->isPending());
    peer.write(frame(R"({"t":6})") + frame(R"({"t":1,"d":1})"));
    QTRY_COMPARE(messages.size(), 1);
    QCOMPARE((*kept)(1).error().code(), Code::ConnectionLost);
}

void tst_Hostile::anAnswerThatAFullQueueLosesIsTold()
{
    const QTemporaryDir folder;
    IPCServer server(folder.filePath(u"s"_s));
    IPCLimits limits;
    limits.setQueuedBytes(1024 * 1024);
    server.setLimits(limits);
    QVERIFY(server.listen());
    std::optional<IPCResponder> kept;
    connect(&server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept = respond; });
    const QSignalSpy errors(&server, &IPCServer::errorOccurred);
    QLocalSocket peer;
    peer.setReadBufferSize(1);
    peer.connectToServer(server.address());
    peer.write(hello + frame(R"({"t":2,"d":1,"n":"1"})"));
    QTRY_VERIFY(kept);
    while (server.connections().constFirst()->post(QByteArray(64 * 1024, 'x'))) { }
    std::thread([respond = *std::exchange(kept, {})] {
        static_cast<void>(respond(QByteArray(64 * 1024, 'x'))); // it cannot know
    }).join();
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors.constFirst().constFirst().value<IPCError>().code(), Code::QueueFull);
    QCOMPARE(errors.constFirst().at(1).value<IPCConnection *>(), server.connections().constFirst());
}

void tst_Hostile::aHungPeerIsFound()
{
    const RawServer server(welcome);
    IPCClient client(server.path());
    client.setAutoReconnect(false);
    client.setHeartbeatInterval(20ms);
    const QSignalSpy errors(&client, &IPCPeer::errorOccurred);
    const QSignalSpy closed(&client, &IPCClient::closed);
    QVERIFY(settled(client.connectToServer()));
    const auto pending = client.request(1, 0ms);
    QTRY_COMPARE(closed.size(), 1);
    const auto error = errors.first().first().value<IPCError>();
    QCOMPARE(error.code(), Code::TimedOut);
    QCOMPARE(error.limit(), u"heartbeatInterval"_s);
    QCOMPARE(codeOf(pending), Code::ConnectionLost);
    QVERIFY(server.received().contains(R"("t":4)")); // it was asked
}

void tst_Hostile::aPeerThatNeverGoesIsLeft()
{
    const RawServer server(welcome + frame(R"({"t":6,"d":{"m":"bye","a":false}})"));
    IPCClient client(server.path());
    IPCLimits limits;
    limits.setCloseTime(30ms);
    client.setLimits(limits);
    const QSignalSpy closed(&client, &IPCClient::closed);
    client.connectToServer();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(closed.first().first(), QVariant(u"bye"_s));
}

void tst_Hostile::aNodeServerWithoutTopicsIsNotSupported()
{
    RawServer server(welcome);
    IPCClient client(server.path());
    QVERIFY(settled(client.connectToServer()));
    const auto subscribing = client.subscribe(u"t"_s);
    QTRY_VERIFY(server.received().contains(R"({"sub":"t"})"));
    const QByteArray request = server.received().mid(server.received().indexOf(R"({"t":2)"));
    const QByteArray nonce = request.mid(request.indexOf(R"("n":")") + 5).chopped(2);
    server.socket()->write(frame(R"({"t":3,"n":")" + nonce + R"("})")); // as net-ipc does
    QCOMPARE(codeOf(subscribing), Code::NotSupported);
    QVERIFY(client.topics().isEmpty());
    client.abort();
}

void tst_Hostile::anEndWithoutAWordMeansComeBack()
{
    const RawServer server(welcome + frame(R"({"t":6})"));
    IPCClient client(server.path());
    client.setRetryInterval(1ms);
    const QSignalSpy ready(&client, &IPCClient::ready);
    client.connectToServer();
    QTRY_VERIFY(ready.size() >= 2);
    client.abort();
}

void tst_Hostile::aLargeFrameToANodePeerIsFollowedByAFiller()
{
    const RawServer server(welcome);
    IPCClient client(server.path());
    QVERIFY(settled(client.connectToServer()));
    QVERIFY(client.post(QString(65'000, u'x')));
    QVERIFY(client.post(QString(70'000, u'y')));
    QVERIFY(client.post(u"end"_s));
    QTRY_VERIFY(server.received().endsWith(R"({"t":1,"d":"end"})"));
    QCOMPARE(server.received().count(R"({"t":7})"), 1);
    const QByteArray joint = "yyy\"}" + frame(R"({"t":7})");
    QVERIFY(server.received().contains(joint));
    client.abort();
}

QTEST_GUILESS_MAIN(tst_Hostile)

#include "tst_hostile.moc"
