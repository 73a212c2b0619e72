// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QPromise>

#include <memory>
#include <utility>

// What the application does from inside takes effect, wherever the library has just been: in a
// retry, in a loop over its connections, in asking who may come in. As in tst_slots, best shown
// under AddressSanitizer.

using Status = IPCClient::Status;

namespace {

enum class End { Delete, Abort, Close };

//! A second client of the pair's server, that is ready.
std::unique_ptr<IPCClient> secondClient(const Pair &pair)
{
    auto client = std::make_unique<IPCClient>(pair.server.path());
    client->setAutoReconnect(false);
    client->connectToServer();
    const bool isReady =
        QTest::qWaitFor([&] { return client->isReady() && pair.server.connections().size() == 2; });
    return isReady ? std::move(client) : nullptr;
}

void runLoopUntil(const std::function<bool()> &done)
{
    QEventLoop loop;
    QTimer looking;
    QObject::connect(&looking, &QTimer::timeout, &loop, [&] {
        if (done())
            loop.quit();
    });
    looking.start(1ms);
    loop.exec();
}

} // namespace

Q_DECLARE_METATYPE(End)

class tst_Reentry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aClientMayBeEndedAsItTriesAgain_data();
    void aClientMayBeEndedAsItTriesAgain();
    void aClientMayBeAbortedByWhatFails();
    void aNewConnectWaitsForItsOwnConnection();
    void anAuthorizerMayRunAnEventLoop_data();
    void anAuthorizerMayRunAnEventLoop();
    void anAuthorizerMayReplaceItself();
    void anAuthorizersServerMayBeDeleted();
    void anIdGeneratorsServerMayBeDeleted();
    void anIdGeneratorMayCloseTheServer();
    void noMoreComeInWhileAnIdIsMadeThanMay();
    void aConnectionMayBeMadeInAnEventLoop();
    void aPauseOfAllMayDeleteOne();
    void aServersEndMayDeleteAConnection();
    void aServerClosesWithoutWhoWasDeleted();
};

void tst_Reentry::aClientMayBeEndedAsItTriesAgain_data()
{
    QTest::addColumn<End>("end");
    QTest::newRow("delete") << End::Delete;
    QTest::newRow("abort") << End::Abort;
    QTest::newRow("close") << End::Close;
}

void tst_Reentry::aClientMayBeEndedAsItTriesAgain()
{
    QFETCH(const End, end);
    Pair pair;
    auto client = std::make_unique<IPCClient>(pair.server.path());
    client->setRetryInterval(1ms);
    int tries = 0;
    QFuture<IPCResult<void>> closing;
    connect(client.get(), &IPCClient::statusChanged, this, [&](Status status) {
        if (status != Status::Connecting || ++tries < 2)
            return;
        QVERIFY(pair.server.listen());
        if (end == End::Delete)
            client.reset();
        else if (end == End::Abort)
            client->abort();
        else
            closing = client->close();
    });
    client->connectToServer();
    QTRY_COMPARE(tries, 2);
    if (client)
        QTRY_COMPARE(client->status(), Status::Idle);
    if (end == End::Close)
        QTRY_VERIFY(closing.isFinished());
    QVERIFY(pair.connect()); // who would have come before
    QTRY_COMPARE(pair.server.connections().size(), 1);
    QVERIFY(!client || client->status() == Status::Idle);
}

void tst_Reentry::aClientMayBeAbortedByWhatFails()
{
    Pair pair;
    pair.client.setAutoReconnect(true);
    pair.client.setRetryInterval(1ms);
    std::optional<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept = respond; });
    QVERIFY(pair.connect());
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const QSignalSpy disconnected(&pair.client, &IPCPeer::disconnected);
    Status after = Status::Ready;
    const auto done = pair.client.request(1).then([&](const IPCResult<QVariant> &answer) {
        QCOMPARE(answer.error().code(), Code::ConnectionLost);
        pair.client.abort();
        after = pair.client.status();
    });
    QTRY_VERIFY(kept);
    pair.connection()->abort();
    QTRY_VERIFY(done.isFinished());
    QCOMPARE(after, Status::Idle);
    QCOMPARE(disconnected.size(), 1);
    QCOMPARE(closed.size(), 1);
    QTRY_VERIFY(pair.server.connections().isEmpty());
    IPCClient other(pair.server.path());
    QVERIFY(settled(other.connectToServer())); // behind one that would have come back
    QCOMPARE(pair.server.connections().size(), 1);
    QCOMPARE(pair.client.status(), Status::Idle);
}

void tst_Reentry::aNewConnectWaitsForItsOwnConnection()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    QFuture<IPCResult<void>> second;
    auto first = connect(&pair.client, &IPCClient::statusChanged, this, [&](Status status) {
        if (status != Status::Ready || second.isValid())
            return;
        pair.server.close();
        pair.client.abort();
        second = pair.client.connectToServer();
        QVERIFY(!second.isFinished());
    });
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::Aborted);
    QCOMPARE(codeOf(second), Code::NoSuchServer);
    disconnect(first);
}

void tst_Reentry::anAuthorizerMayRunAnEventLoop_data()
{
    QTest::addColumn<bool>("isLate");
    QTest::addColumn<bool>("verdict");
    for (const bool isLate : {false, true}) {
        for (const bool verdict : {false, true})
            QTest::addRow("%s, %s", isLate ? "late" : "at once", verdict ? "yes" : "no")
                << isLate << verdict;
    }
}

// As one does that asks a person, by a dialog; meanwhile the client goes.
void tst_Reentry::anAuthorizerMayRunAnEventLoop()
{
    QFETCH(const bool, isLate);
    QFETCH(const bool, verdict);
    Pair pair;
    int asked = 0;
    const auto decide = [&](const IPCCredentials &, const QVariant &) -> IPCResult<void> {
        const bool wasLast = ++asked == 2;
        if (!wasLast) {
            const QSignalSpy gone(&pair.server, &IPCServer::errorOccurred);
            pair.client.abort();
            runLoopUntil([&] { return !gone.isEmpty(); });
        }
        if (verdict || wasLast)
            return {};
        return IPCError(Code::Rejected, u"no"_s);
    };
    if (isLate)
        pair.server.setAuthorizer([decide](const IPCCredentials &who, const QVariant &payload) {
            QPromise<IPCResult<void>> promise;
            promise.start();
            promise.addResult(decide(who, payload));
            promise.finish();
            return promise.future();
        });
    else
        pair.server.setAuthorizer(decide);
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    QVERIFY(pair.server.listen());
    QVERIFY(!settled(pair.client.connectToServer()));
    QTRY_COMPARE(asked, 1);
    QVERIFY(pair.connect());
    QCOMPARE(connected.size(), 1);
}

void tst_Reentry::anAuthorizerMayReplaceItself()
{
    Pair pair;
    const auto name = std::make_shared<QString>(u"once"_s);
    QString seen;
    pair.server.setAuthorizer(
        [&pair, &seen, name](const IPCCredentials &, const QVariant &) -> IPCResult<void> {
            pair.server.setAuthorizer(nullptr);
            seen = *name;
            return {};
        });
    QVERIFY(pair.connect());
    QCOMPARE(seen, *name);
}

void tst_Reentry::anAuthorizersServerMayBeDeleted()
{
    const Pair pair;
    auto server = std::make_unique<IPCServer>(pair.folder.filePath(u"other"_s));
    server->setAuthorizer([&](const IPCCredentials &, const QVariant &) -> IPCResult<void> {
        server.reset();
        return {};
    });
    QVERIFY(server->listen());
    IPCClient client(server->path());
    client.setAutoReconnect(false);
    QVERIFY(!settled(client.connectToServer()));
    QVERIFY(!server);
}

void tst_Reentry::anIdGeneratorsServerMayBeDeleted()
{
    const QTemporaryDir folder;
    auto server = std::make_unique<IPCServer>(folder.filePath(u"s"_s));
    QVERIFY(server->listen());
    server->setIdGenerator([&server] {
        server.reset();
        return u"x"_s;
    });
    IPCClient client(folder.filePath(u"s"_s));
    client.setAutoReconnect(false);
    QVERIFY(!settled(client.connectToServer()));
    QVERIFY(!server);
}

void tst_Reentry::anIdGeneratorMayCloseTheServer()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    pair.server.setIdGenerator([&pair] {
        pair.server.close();
        QTest::qWait(10);
        return u"x"_s;
    });
    QVERIFY(!settled(pair.client.connectToServer()));
    QCOMPARE(connected.size(), 0);
}

void tst_Reentry::noMoreComeInWhileAnIdIsMadeThanMay()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    pair.server.setMaxConnections(1);
    IPCClient other(pair.server.path());
    other.setAutoReconnect(false);
    bool isFirst = true;
    pair.server.setIdGenerator([&] {
        if (std::exchange(isFirst, false)) {
            other.connectToServer();
            static_cast<void>(QTest::qWaitFor([&other] { return other.isReady(); }));
        }
        return u"x"_s;
    });
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::TooManyConnections);
    QVERIFY(other.isReady());
    QCOMPARE(pair.server.connections().size(), 1);
}

void tst_Reentry::aConnectionMayBeMadeInAnEventLoop()
{
    class Server : public IPCServer
    {
    public:
        using IPCServer::IPCServer;
        std::function<void()> meanwhile;

    protected:
        IPCConnection *createConnection() override
        {
            meanwhile();
            return IPCServer::createConnection();
        }
    };
    const QTemporaryDir folder;
    Server server(folder.filePath(u"s"_s));
    QVERIFY(server.listen());
    IPCClient client(server.path());
    client.setAutoReconnect(false);
    const QSignalSpy connected(&server, &IPCServer::connected);
    int made = 0;
    server.meanwhile = [&] {
        if (++made > 1)
            return;
        client.abort();
        IPCClient other(server.path()); // who comes when it has gone
        other.connectToServer();
        QVERIFY(other.waitForReady(5s));
    };
    client.connectToServer();
    QTRY_COMPARE(made, 2);
    QTRY_COMPARE(connected.size(), 1);
    QTRY_COMPARE(server.connections().size(), 0);
}

void tst_Reentry::aPauseOfAllMayDeleteOne()
{
    Pair pair;
    QVERIFY(pair.connect());
    const auto second = secondClient(pair);
    QVERIFY(second);
    const auto connections = pair.server.connections();
    const QPointer<IPCConnection> last = connections.at(1);
    connect(connections.at(0), &IPCPeer::pausedChanged, this, [&last] { delete last.data(); });
    pair.server.pause();
    QVERIFY(!last);
    QCOMPARE(pair.server.connections(), QList{connections.at(0)});
    pair.server.resume();
}

void tst_Reentry::aServersEndMayDeleteAConnection()
{
    const Pair pair;
    auto server = std::make_unique<IPCServer>(pair.folder.filePath(u"other"_s));
    QVERIFY(server->listen());
    IPCClient one(server->path());
    IPCClient other(server->path());
    for (IPCClient *client : {&one, &other}) {
        client->setAutoReconnect(false);
        // Held, so that the server waits for it.
        connect(client, &IPCPeer::requestReceived, client,
                [client](const QVariant &, const IPCResponder &respond) {
                    client->setProperty("kept", QVariant::fromValue(respond));
                });
        QVERIFY(settled(client->connectToServer()));
    }
    QTRY_COMPARE(server->connections().size(), 2);
    const auto connections = server->connections();
    const QPointer<IPCConnection> last = connections.at(1);
    const auto failed = connections.at(0)->request(1).then(
        [&last](const IPCResult<QVariant> &) { delete last.data(); });
    server.reset();
    QVERIFY(failed.isFinished());
    QVERIFY(!last);
}

void tst_Reentry::aServerClosesWithoutWhoWasDeleted()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy closed(&pair.server, &IPCServer::closed);
    const auto closing = pair.server.close();
    QVERIFY(!closing.isFinished());
    qDeleteAll(pair.server.connections());
    QVERIFY(settled(closing));
    QCOMPARE(closed.size(), 1);
    QVERIFY(pair.server.listen());
}

QTEST_GUILESS_MAIN(tst_Reentry)

#include "tst_reentry.moc"
