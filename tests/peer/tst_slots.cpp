// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <algorithm>
#include <functional>

// A slot may delete, close or abort anything, or run an event loop of its own. What these show,
// they show best under AddressSanitizer.

namespace {

struct Scene : Pair
{
    Scene()
        : owned(std::make_unique<IPCServer>(folder.filePath(u"t"_s)))
        , guest(std::make_unique<IPCClient>(owned->path()))
    {
        guest->setAutoReconnect(false);
    }

    //! Waits for both to be ready for each other, as far as they still are there.
    void meet()
    {
        if (owned && !owned->isListening())
            owned->listen();
        if (guest)
            guest->connectToServer();
        if (guest)
            guest->waitForReady(1s);
        while (guest && guest->isReady() && owned && owned->connections().isEmpty())
            QCoreApplication::processEvents();
    }

    //! The server's end of the client; none where somebody has ended it.
    [[nodiscard]] IPCConnection *connection() const
    {
        return owned ? owned->connections().value(0) : nullptr;
    }

    std::unique_ptr<IPCServer> owned;
    std::unique_ptr<IPCClient> guest;
};

using Misdeed = std::function<void(Scene &)>;

void nestedLoop(Scene &)
{
    QEventLoop loop;
    QTimer::singleShot(5ms, &loop, &QEventLoop::quit);
    loop.exec();
}

} // namespace

Q_DECLARE_METATYPE(Misdeed)

class tst_Slots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mayDoAnythingOnASignalOfTheClient_data();
    void mayDoAnythingOnASignalOfTheClient();
    void mayDoAnythingOnASignalOfTheServer_data();
    void mayDoAnythingOnASignalOfTheServer();
    void mayDoAnythingOnASignalOfAConnection_data();
    void mayDoAnythingOnASignalOfAConnection();
    void mayDoAnythingInAContinuation_data();
    void mayDoAnythingInAContinuation();
    void mayConnectAgainFromClosed();
    void mayConnectAgainAndSendFromIdle();
    void aNestedLoopStillReceives_data();
    void aNestedLoopStillReceives();
    void nestedLoopsAreNoDeeperThanABound();
    void aNestedLoopHearsOfTheEnd();
};

namespace {

void addMisdeeds()
{
    QTest::addColumn<Misdeed>("misdeed");
    const auto row = [](const char *name, const Misdeed &misdeed) {
        QTest::newRow(name) << misdeed;
    };
    row("delete the client", [](Scene &scene) { scene.guest.reset(); });
    row("delete the server", [](Scene &scene) { scene.owned.reset(); });
    row("delete both", [](Scene &scene) {
        scene.owned.reset();
        scene.guest.reset();
    });
    row("delete the connections", [](Scene &scene) {
        if (scene.owned)
            qDeleteAll(scene.owned->connections());
    });
    row("abort the client", [](Scene &scene) {
        if (scene.guest)
            scene.guest->abort();
    });
    row("close the client", [](Scene &scene) {
        if (scene.guest)
            scene.guest->close();
    });
    row("close the server", [](Scene &scene) {
        if (scene.owned)
            scene.owned->close();
    });
    row("abort the connections", [](Scene &scene) {
        const auto connections =
            scene.owned ? scene.owned->connections() : QList<IPCConnection *>();
        for (IPCConnection *connection : connections)
            connection->abort();
    });
    row("connect again", [](Scene &scene) {
        if (!scene.guest)
            return;
        scene.guest->abort();
        scene.guest->connectToServer();
    });
    row("listen again", [](Scene &scene) {
        if (!scene.owned)
            return;
        scene.owned->close();
        scene.owned->listen();
    });
    row("run an event loop", nestedLoop);
    row("nothing", [](Scene &) {}); // and so every signal comes
}

// settled() looks every 10 ms, which is long where it is done a thousand times.
template <typename T>
void waitFor(const QFuture<IPCResult<T>> &future)
{
    const QDeadlineTimer deadline(5s);
    while (!future.isFinished() && !deadline.hasExpired())
        QCoreApplication::processEvents();
    QVERIFY(future.isFinished());
}

void talk(Scene &scene)
{
    for (int i = 0; i < 3; ++i) {
        if (scene.guest)
            scene.guest->send(i);
        if (scene.guest)
            scene.guest->request(i);
        if (scene.guest)
            scene.guest->subscribe(u"t"_s);
        if (scene.guest)
            scene.guest->publish(u"t"_s, i);
        if (scene.guest)
            scene.guest->unsubscribe(u"t"_s);
        if (scene.owned)
            (void)scene.owned->broadcast(i);
        if (scene.owned)
            scene.owned->survey(i);
    }
    if (scene.guest)
        waitFor(scene.guest->ping());
}

// Everything that can happen, happens: a talk with a polite end, a client that is lost, a
// connection that is lost. Then both go, however far they came.
void exchange(Scene &scene)
{
    scene.meet();
    talk(scene);
    if (scene.guest)
        waitFor(scene.guest->close());

    scene.meet();
    if (scene.guest)
        scene.guest->abort();
    while (scene.connection())
        QCoreApplication::processEvents();

    scene.meet();
    if (IPCConnection *connection = scene.connection())
        connection->abort();
    while (scene.guest && scene.guest->isReady())
        QCoreApplication::processEvents();
    if (scene.owned)
        waitFor(scene.owned->close());
}

// Runs all that can happen, with \a misdeed at the first time that what \a hook connects to does.
template <typename Hook>
void doOnce(const Misdeed &misdeed, const Hook &hook)
{
    Scene scene;
    bool happened = false;
    hook(scene, [&] {
        if (!std::exchange(happened, true))
            misdeed(scene);
    });
    exchange(scene);
    if (qstrcmp(QTest::currentDataTag(), "nothing") == 0)
        QVERIFY(happened);
}

using Hook = std::function<void(Scene &, const std::function<void()> &)>;

} // namespace

void tst_Slots::mayDoAnythingOnASignalOfTheClient_data()
{
    addMisdeeds();
}

void tst_Slots::mayDoAnythingOnASignalOfTheClient()
{
    QFETCH(Misdeed, misdeed);
    const auto on = [this](auto signal) -> Hook {
        return [this, signal](Scene &scene, const std::function<void()> &act) {
            connect(scene.guest.get(), signal, this, act);
        };
    };
    for (const Hook &hook :
         {on(&IPCClient::statusChanged), on(&IPCClient::ready), on(&IPCPeer::messageReceived),
          on(&IPCPeer::requestReceived), on(&IPCClient::published), on(&IPCPeer::disconnected),
          on(&IPCClient::closed), on(&IPCPeer::errorOccurred), on(&IPCPeer::idChanged)})
        doOnce(misdeed, hook);
}

void tst_Slots::mayDoAnythingOnASignalOfTheServer_data()
{
    addMisdeeds();
}

void tst_Slots::mayDoAnythingOnASignalOfTheServer()
{
    QFETCH(Misdeed, misdeed);
    const auto on = [this](auto signal) -> Hook {
        return [this, signal](Scene &scene, const std::function<void()> &act) {
            connect(scene.owned.get(), signal, this, act);
        };
    };
    for (const Hook &hook :
         {on(&IPCServer::ready), on(&IPCServer::listeningChanged), on(&IPCServer::connected),
          on(&IPCServer::disconnected), on(&IPCServer::messageReceived),
          on(&IPCServer::requestReceived), on(&IPCServer::subscribed), on(&IPCServer::unsubscribed),
          on(&IPCServer::errorOccurred), on(&IPCServer::closed)})
        doOnce(misdeed, hook);
}

void tst_Slots::mayDoAnythingOnASignalOfAConnection_data()
{
    addMisdeeds();
}

void tst_Slots::mayDoAnythingOnASignalOfAConnection()
{
    QFETCH(Misdeed, misdeed);
    const auto on = [this](auto signal) -> Hook {
        return [this, signal](Scene &scene, const std::function<void()> &act) {
            connect(scene.owned.get(), &IPCServer::connected, this,
                    [this, signal, act](IPCConnection *connection) {
                        connect(connection, signal, this, act);
                    });
        };
    };
    for (const Hook &hook : {on(&IPCPeer::messageReceived), on(&IPCPeer::requestReceived),
                             on(&IPCPeer::disconnected), on(&IPCPeer::errorOccurred)})
        doOnce(misdeed, hook);
}

void tst_Slots::mayDoAnythingInAContinuation_data()
{
    addMisdeeds();
}

void tst_Slots::mayDoAnythingInAContinuation()
{
    QFETCH(Misdeed, misdeed);
    using Start = std::function<void(Scene &, const std::function<void()> &)>;
    const auto then = [this](auto future, const std::function<void()> &act) {
        future.then(this, [act](const auto &...) { act(); });
    };
    const Start starts[] = {
        [&](Scene &scene, const std::function<void()> &act) { then(scene.guest->send(1), act); },
        [&](Scene &scene, const std::function<void()> &act) { then(scene.guest->request(1), act); },
        [&](Scene &scene, const std::function<void()> &act) { then(scene.guest->ping(), act); },
        [&](Scene &scene, const std::function<void()> &act) {
            then(scene.guest->subscribe(u"t"_s), act);
        },
        [&](Scene &scene, const std::function<void()> &act) { then(scene.guest->close(), act); },
        [&](Scene &scene, const std::function<void()> &act) { then(scene.owned->survey(1), act); },
        [&](Scene &scene, const std::function<void()> &act) { then(scene.owned->close(), act); },
    };
    for (const Start &start : starts) {
        Scene scene;
        scene.meet();
        QVERIFY(scene.connection());
        bool done = false;
        start(scene, [&] {
            misdeed(scene);
            done = true;
        });
        QTRY_VERIFY(done);
    }
}

void tst_Slots::mayConnectAgainFromClosed()
{
    Pair pair;
    QVERIFY(pair.connect());
    int rounds = 0;
    connect(&pair.client, &IPCClient::closed, this, [&] {
        if (++rounds < 3)
            pair.client.connectToServer();
    });
    connect(&pair.client, &IPCClient::ready, this, [&] { pair.client.close(); });
    pair.client.close();
    QTRY_COMPARE(rounds, 3);
    QCOMPARE(pair.client.status(), IPCClient::Status::Idle);
}

void tst_Slots::mayConnectAgainAndSendFromIdle()
{
    Pair pair;
    QVERIFY(pair.connect());
    QVariantList received;
    connect(&pair.server, &IPCServer::messageReceived, this,
            [&](const QVariant &message) { received.append(message); });
    QFuture<IPCResult<void>> sent;
    connect(&pair.client, &IPCClient::statusChanged, this, [&](IPCClient::Status status) {
        if (status != IPCClient::Status::Idle || sent.isValid())
            return;
        pair.client.connectToServer();
        sent = pair.client.send(u"at once"_s);
    });
    QVERIFY(settled(pair.client.close()));
    QVERIFY(settled(sent));
    QTRY_COMPARE(received, QVariantList{u"at once"_s});
}

void tst_Slots::aNestedLoopStillReceives_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("asks");
    QTest::newRow("an answer behind small messages") << 1 << true;
    QTest::newRow("an answer behind a large message") << 100'000 << true;
    QTest::newRow("what came with it") << 1 << false;
    QTest::newRow("what came behind a large message") << 100'000 << false;
}

void tst_Slots::aNestedLoopStillReceives()
{
    QFETCH(const int, size);
    QFETCH(const bool, asks);
    Pair pair;
    QVERIFY(pair.connect());
    QVariantList received;
    connect(&pair.server, &IPCServer::messageReceived, this,
            [&](const QVariant &message, IPCConnection *from) {
                received.append(message);
                if (received.size() > 1) // in the middle of a batch
                    return;
                if (asks)
                    QVERIFY(settled(from->ping()));
                else
                    QTRY_COMPARE(received.size(), 10);
            });
    QVERIFY(pair.client.post(QByteArray(size, 'x')));
    for (int i = 1; i < 10; ++i)
        QVERIFY(pair.client.post(i));
    QTRY_COMPARE(received.size(), 10);
    for (int i = 1; i < 10; ++i)
        QCOMPARE(received.at(i), QVariant(qlonglong(i)));
}

// Else a peer could have the stack overflow.
void tst_Slots::nestedLoopsAreNoDeeperThanABound()
{
    constexpr int count = 500;
    Pair pair;
    QVERIFY(pair.connect());
    int received = 0;
    int depth = 0;
    int deepest = 0;
    connect(&pair.server, &IPCServer::messageReceived, this, [&] {
        ++received;
        deepest = std::max(deepest, ++depth);
        QTest::qWait(1);
        --depth;
    });
    for (int i = 0; i < count; ++i)
        QVERIFY(pair.client.post(i));
    QTRY_COMPARE(received, count);
    QVERIFY2(deepest <= 16, qPrintable(QString::number(deepest)));
}

// The process itself, and the peer, go on meanwhile.
void tst_Slots::aNestedLoopHearsOfTheEnd()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    bool heard = false;
    connect(&pair.server, &IPCServer::messageReceived, this, [&] {
        pair.client.abort();
        heard = QTest::qWaitFor([&] { return gone.size() == 1; });
    });
    QVERIFY(pair.client.post(QByteArray(100'000, 'x')));
    QTRY_COMPARE(gone.size(), 1);
    QVERIFY(heard);
}

QTEST_GUILESS_MAIN(tst_Slots)

#include "tst_slots.moc"
