// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QIpc/IPCSender>
#include <QIpc/IPCWaitFor>

#include <QtCore/QLoggingCategory>
#include <QtCore/QRegularExpression>
#include <QtCore/QThread>

#include <atomic>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

// What holds when more threads than one have to do with an object.

namespace {

//! Runs \a work in a thread that Qt did not start, to its end.
template <typename Work>
void inAnotherThread(Work work)
{
    std::thread thread(work);
    thread.join();
}

//! A thread of Qt's with an event loop.
class Worker : public QThread
{
public:
    Worker()
    {
        setObjectName(u"worker"_s);
        start();
    }
    ~Worker() override
    {
        quit();
        wait();
    }
};

//! Runs \a call in the thread of \a object, and waits for it.
template <typename Call>
void inThreadOf(QObject *object, Call call)
{
    QMetaObject::invokeMethod(object, call, Qt::BlockingQueuedConnection);
}

// ThreadSanitizer does not see how a Qt that was built without it hands events and objects over to
// another of its threads, and takes all that happens there for a race.
#ifdef __SANITIZE_THREAD__
constexpr bool seesQtThreads = false;
#else
constexpr bool seesQtThreads = true;
#endif

void expectWarning(const char *pattern)
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QString::fromLatin1(pattern)));
}

} // namespace

class ThreadsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesToPostFromAnotherThread();
    void refusesEveryCallFromAnotherThread();
    void refusesToBroadcastFromAnotherThread();
    void endsAConnectionThatMovesToAnotherThread();
    void movesAnIdleClient();
    void movesAClientThatWaitsToReconnect();
    void stopsListeningWhenItMovesToAnotherThread();
    void worksInAThreadThatQtDidNotStart();
    void listensInAThreadThatQtDidNotStart();
    void postsFromManyThreadsInTheirOrder();
    void postsBeforeTheClientIsReady();
    void boundsWhatOtherThreadsPost();
    void refusesWhatCannotBePostedFromAnotherThread();
    void sendsWhatOtherThreadsPostedBeforeItCloses();
    void survivesThePeer();
    void takesASenderInItsOwnThreadOnly();
    void waitsForAnAnswer();
    void waitsNoLongerThanTheTimeout();
    void waitsInAThreadThatQtDidNotStart();
    void survivesTheEndOfWhatItWaitsFor();
};

void ThreadsTest::refusesToPostFromAnotherThread()
{
    Pair pair;
    QVERIFY(pair.connect());
    pair.client.setObjectName(u"editor"_s);
    QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    expectWarning("post\\(\\).*IPCClient.*editor.*main thread");
    IPCError error;
    inAnotherThread([&] { error = pair.client.post(1).error(); });
    QCOMPARE(error.code(), Code::InvalidState);
    QVERIFY(error.message().contains(u"the main thread"_s));
    QVERIFY(error.message().contains(u"in the thread QThread, 0x"_s));
    QVERIFY(pair.client.post(2));
    QTRY_COMPARE(received.size(), 1);
    QCOMPARE(received.at(0).at(0), QVariant(2));
}

void ThreadsTest::refusesEveryCallFromAnotherThread()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCClient &client = pair.client;
    IPCConnection &connection = *pair.connection();
    constexpr int calls = 22;
    for (int i = 0; i < calls; ++i)
        expectWarning("was called in");
    QList<Code> codes;
    // Settled already: nobody waits for a future in a thread without an event loop.
    const auto note = [&codes](const auto &future) {
        codes.append(future.isFinished() ? future.result().error().code() : Code::NoError);
    };
    inAnotherThread([&] {
        note(client.send(1));
        note(client.request(1));
        note(client.request(1, 1s));
        note(client.ping());
        note(client.ping(1, 1s));
        note(client.close());
        note(client.close(1));
        note(client.connectToServer());
        note(client.subscribe(u"a"_s));
        note(client.unsubscribe(u"a"_s));
        note(client.publish(u"a"_s, 1));
        codes.append(client.waitForReady(1ms).error().code());
        note(connection.closeForRestart());
        note(connection.closeForRestart(1));
        QVERIFY(!client.waitForClosed(1ms));
        client.abort();
        client.abort(1);
        client.pause();
        client.resume();
        client.setRequestTimeout(1s);
        client.setHeartbeatInterval(1s);
        client.setPath(u"elsewhere"_s);
    });
    QCOMPARE(codes, QList<Code>(14, Code::InvalidState));
    QVERIFY(client.isReady());
    QVERIFY(!client.isPaused());
    QCOMPARE(client.requestTimeout(), 10s);
    QCOMPARE(client.path(), pair.server.path());
    QVERIFY(settled(client.ping()));
}

void ThreadsTest::refusesToBroadcastFromAnotherThread()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCServer &server = pair.server;
    constexpr int calls = 11;
    for (int i = 0; i < calls; ++i)
        expectWarning("was called in");
    QList<Code> codes;
    const auto note = [&codes](const auto &future) {
        codes.append(future.isFinished() ? future.result().error().code() : Code::NoError);
    };
    inAnotherThread([&] {
        codes.append(server.broadcast(1).error().code());
        codes.append(server.publish(u"a"_s, 1).error().code());
        note(server.survey(1));
        note(server.survey(1, 1s));
        note(server.ping());
        note(server.close());
        note(server.closeForRestart());
        QVERIFY(!server.listen());
        server.pause();
        server.setMaxConnections(1);
        QVERIFY(!server.waitForClosed(1ms));
    });
    QCOMPARE(codes, QList<Code>(7, Code::InvalidState));
    QVERIFY(server.isListening());
    QCOMPARE(server.maxConnections(), 1000);
    QCOMPARE(server.connections().size(), 1);
}

void ThreadsTest::endsAConnectionThatMovesToAnotherThread()
{
    if (!seesQtThreads)
        QSKIP("ThreadSanitizer does not see the threads of this Qt");
    Pair pair;
    QVERIFY(pair.server.listen());
    Worker worker;
    auto *const client = new IPCClient(pair.server.path());
    connect(&worker, &QThread::finished, client, &QObject::deleteLater);
    client->connectToServer();
    QTRY_VERIFY(client->isReady());

    std::atomic<QThread *> toldIn = nullptr;
    std::atomic<int> answeredIn = 0;
    std::atomic<bool> closed = false;
    Code told = Code::NoError;
    connect(client, &IPCPeer::errorOccurred, client, [&](const IPCError &error) {
        told = error.code();
        toldIn = QThread::currentThread();
    });
    connect(
        client, &IPCClient::closed, client, [&] { closed = true; }, Qt::DirectConnection);
    client->request(1).then(client, [&](const IPCResult<QVariant> &answer) {
        answeredIn = !answer && QThread::currentThread() == &worker ? 1 : 2;
    });
    expectWarning("IPCClient.*moved to another thread");
    client->moveToThread(&worker);
    QTRY_VERIFY(closed);
    QCOMPARE(toldIn, &worker);
    QCOMPARE(told, Code::InvalidState);
    QTRY_COMPARE(answeredIn, 1);
    QTRY_VERIFY(pair.server.connections().isEmpty());

    // It is as good as new there.
    inThreadOf(client, [&] { client->connectToServer(); });
    QTRY_COMPARE(pair.server.connections().size(), 1);
    QVERIFY(settled(pair.connection()->ping()));
}

void ThreadsTest::movesAnIdleClient()
{
    if (!seesQtThreads)
        QSKIP("ThreadSanitizer does not see the threads of this Qt");
    Pair pair;
    QVERIFY(pair.server.listen());
    connect(&pair.server, &IPCServer::requestReceived, &pair.server,
            [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    Worker worker;
    auto *const client = new IPCClient(pair.server.path());
    connect(&worker, &QThread::finished, client, &QObject::deleteLater);
    client->moveToThread(&worker);
    std::atomic<int> answer = 0;
    inThreadOf(client, [&] {
        client->connectToServer();
        client->request(1).then(client, [&](const IPCResult<QVariant> &result) {
            answer = QThread::currentThread() == &worker ? result.valueOr(-1).toInt() : -2;
        });
    });
    QTRY_COMPARE(answer, 1);
}

void ThreadsTest::movesAClientThatWaitsToReconnect()
{
    if (!seesQtThreads)
        QSKIP("ThreadSanitizer does not see the threads of this Qt");
    Pair pair;
    Worker worker;
    auto *const client = new IPCClient(pair.server.path());
    connect(&worker, &QThread::finished, client, &QObject::deleteLater);
    client->setRetryInterval(10ms);
    client->setRetries(-1);
    client->connectToServer();
    QTRY_COMPARE(client->status(), IPCClient::Status::Reconnecting);
    std::atomic<QThread *> readyIn = nullptr;
    connect(client, &IPCClient::ready, client, [&] { readyIn = QThread::currentThread(); });
    client->moveToThread(&worker);
    QVERIFY(pair.server.listen());
    QTRY_COMPARE(readyIn, &worker);
}

void ThreadsTest::stopsListeningWhenItMovesToAnotherThread()
{
    if (!seesQtThreads)
        QSKIP("ThreadSanitizer does not see the threads of this Qt");
    QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    Worker worker;
    auto *const server = new IPCServer(path);
    connect(&worker, &QThread::finished, server, &QObject::deleteLater);
    QVERIFY(server->listen());
    IPCClient client(path);
    client.setAutoReconnect(false);
    client.connectToServer();
    QVERIFY(client.waitForReady(5s));
    QTRY_COMPARE(server->connections().size(), 1);

    std::atomic<QThread *> toldIn = nullptr;
    std::atomic<QThread *> leftIn = nullptr;
    Code told = Code::NoError;
    connect(server, &IPCServer::errorOccurred, server,
            [&](const IPCError &error, IPCConnection *connection) {
                if (connection)
                    return;
                told = error.code();
                toldIn = QThread::currentThread();
            });
    connect(server, &IPCServer::disconnected, server, [&] { leftIn = QThread::currentThread(); });
    expectWarning("IPCServer.*moved to another thread");
    server->moveToThread(&worker);
    QTRY_COMPARE(toldIn, &worker);
    QTRY_COMPARE(leftIn, &worker);
    QCOMPARE(told, Code::InvalidState);
    QVERIFY(client.waitForClosed(5s));

    bool listens = false;
    inThreadOf(server, [&] { listens = server->connections().isEmpty() && server->listen(); });
    QVERIFY(listens);
    client.connectToServer();
    QVERIFY(client.waitForReady(5s));
}

void ThreadsTest::worksInAThreadThatQtDidNotStart()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    std::atomic<bool> done = false;
    IPCResult<void> ready = IPCError(Code::NoAnswer, {});
    std::thread thread([&] {
        IPCClient client(pair.server.path());
        client.connectToServer();
        ready = client.waitForReady(5s);
        client.close();
        client.waitForClosed(5s);
        done = true;
    });
    const bool inTime = QTest::qWaitFor([&] { return done.load(); }, 8000);
    if (!inTime)
        thread.detach(); // it waits for ever
    else
        thread.join();
    QVERIFY(inTime);
    QVERIFY2(ready, qPrintable(ready.error().message()));
}

void ThreadsTest::listensInAThreadThatQtDidNotStart()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    std::atomic<bool> listens = false;
    std::atomic<bool> done = false;
    std::thread thread([&] {
        IPCServer server(path);
        listens = server.listen();
        QEventLoop loop;
        connect(&server, &IPCServer::disconnected, &loop, &QEventLoop::quit);
        loop.exec();
        done = true;
    });
    QTRY_VERIFY(listens);
    IPCClient client(path);
    client.connectToServer();
    const auto ready = client.waitForReady(5s);
    client.abort();
    const bool inTime = QTest::qWaitFor([&] { return done.load(); });
    if (!inTime)
        thread.detach();
    else
        thread.join();
    QVERIFY(inTime);
    QVERIFY(ready);
}

void ThreadsTest::postsFromManyThreadsInTheirOrder()
{
    Pair pair;
    QVERIFY(pair.connect());
    constexpr int threads = 4;
    constexpr int each = 2000;
    QList<QList<int>> received(threads);
    int count = 0;
    connect(&pair.server, &IPCServer::messageReceived, &pair.server, [&](const QVariant &message) {
        const QVariantList pair = message.toList();
        received[pair.at(0).toInt()].append(pair.at(1).toInt());
        ++count;
    });
    std::atomic<int> refused = 0;
    const IPCSender sender(&pair.client);
    std::vector<std::thread> pool;
    for (int i = 0; i < threads; ++i) {
        pool.emplace_back([sender, i, &refused] {
            for (int n = 0; n < each; ++n) {
                if (!sender.post(QVariantList{i, n}))
                    ++refused;
            }
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(count, threads * each, 20000);
    for (std::thread &thread : pool)
        thread.join();
    QCOMPARE(refused, 0);
    QList<int> inOrder(each);
    std::iota(inOrder.begin(), inOrder.end(), 0);
    for (const QList<int> &ofOne : received)
        QCOMPARE(ofOne, inOrder);
}

void ThreadsTest::postsBeforeTheClientIsReady()
{
    Pair pair;
    QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const IPCSender sender(&pair.client);
    Code code = Code::NoError;
    inAnotherThread([&] { code = sender.post(0).error().code(); });
    QCOMPARE(code, Code::InvalidState); // as for its own post()
    QVERIFY(pair.server.listen());
    pair.client.connectToServer();
    bool taken = false;
    inAnotherThread([&] { taken = bool(sender.post(1)) && sender.post(2); });
    QVERIFY(taken);
    QTRY_COMPARE(received.size(), 2);
    QCOMPARE(received.at(0).at(0), QVariant(1));
    QCOMPARE(received.at(1).at(0), QVariant(2));
}

void ThreadsTest::boundsWhatOtherThreadsPost()
{
    constexpr qsizetype limit = 100'000;
    Pair pair;
    IPCLimits limits;
    limits.setQueuedBytes(limit);
    pair.client.setLimits(limits);
    QVERIFY(pair.connect());
    QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const IPCSender sender(&pair.client);
    int taken = 0;
    IPCError error;
    inAnotherThread([&] { // while the client's thread does nothing
        for (; taken < 1000 && !error; ++taken)
            error = sender.post(QByteArray(1000, 'x')).error();
    });
    --taken;
    QCOMPARE(error.code(), Code::QueueFull);
    QCOMPARE(error.limit(), u"queuedBytes"_s);
    QVERIFY2(taken >= 90 && taken <= 100, qPrintable(QString::number(taken)));
    QTRY_COMPARE(received.size(), taken);
    bool again = false;
    inAnotherThread([&] { again = bool(sender.post(1)); });
    QVERIFY(again);
    QTRY_COMPARE(received.size(), taken + 1);
}

void ThreadsTest::refusesWhatCannotBePostedFromAnotherThread()
{
    Pair pair;
    QVERIFY(pair.connect());
    const IPCSender sender(&pair.client);
    IPCError error;
    inAnotherThread([&] { error = sender.post(QVariant::fromValue(this)).error(); });
    QCOMPARE(error.code(), Code::EncodingError);
    QVERIFY(settled(pair.client.close()));
    inAnotherThread([&] { error = sender.post(1).error(); });
    QCOMPARE(error.code(), Code::InvalidState);
}

void ThreadsTest::sendsWhatOtherThreadsPostedBeforeItCloses()
{
    Pair pair;
    QVERIFY(pair.connect());
    QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const IPCSender sender(&pair.client);
    constexpr int many = 3000;
    int taken = 0;
    inAnotherThread([&] {
        while (taken < many && sender.post(taken))
            ++taken;
    });
    QCOMPARE(taken, many);
    const auto closed = pair.client.close();
    IPCError late;
    inAnotherThread([&] { late = sender.post(1).error(); });
    QCOMPARE(late.code(), Code::Closed);
    QVERIFY(settled(closed));
    QTRY_COMPARE(received.size(), many);
}

void ThreadsTest::survivesThePeer()
{
    QTemporaryDir folder;
    IPCServer server(folder.filePath(u"s"_s));
    QVERIFY(server.listen());
    constexpr int rounds = 20;
    for (int i = 0; i < rounds; ++i) {
        auto client = std::make_unique<IPCClient>(server.path());
        client->connectToServer();
        QVERIFY(client->waitForReady(5s));
        const IPCSender sender(client.get());
        std::atomic<int> posted = 0;
        Code code = Code::NoError;
        std::thread thread([&, sender] {
            while (code == Code::NoError || code == Code::QueueFull) {
                code = sender.post(1).error().code();
                ++posted;
            }
        });
        if (seesQtThreads) {
            QTRY_VERIFY(posted > 100);
        } else { // without an event loop that takes what is posted meanwhile
            while (posted <= 100)
                std::this_thread::yield();
        }
        client.reset();
        thread.join();
        QCOMPARE(code, Code::ConnectionLost);
        QCOMPARE(sender.post(1).error().code(), Code::ConnectionLost);
    }
}

void ThreadsTest::takesASenderInItsOwnThreadOnly()
{
    Pair pair;
    QVERIFY(pair.connect());
    expectWarning("IPCSender\\(\\).*was called in");
    Code code = Code::NoError;
    inAnotherThread([&] { code = IPCSender(&pair.client).post(1).error().code(); });
    QCOMPARE(code, Code::InvalidState);
    QCOMPARE(IPCSender().post(1).error().code(), Code::InvalidState);
    QSignalSpy received(&pair.client, &IPCPeer::messageReceived);
    QVERIFY(IPCSender(pair.connection()).post(1)); // as post() there
    QTRY_COMPARE(received.size(), 1);
}

void ThreadsTest::waitsForAnAnswer()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.server, &IPCServer::requestReceived, &pair.server,
            [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    const auto answer = ipcWaitFor(pair.client.request(7), 5s);
    QVERIFY(answer);
    QCOMPARE(*answer, QVariant(7));
    QVERIFY(ipcWaitFor(pair.client.send(1), 5s));
    QCOMPARE(ipcWaitFor(pair.client.request(QVariant::fromValue(this)), 5s).error().code(),
             Code::EncodingError);
    auto future = pair.client.request(7);
    future.cancel();
    QCOMPARE(ipcWaitFor(future, 5s).error().code(), Code::Aborted);
}

void ThreadsTest::waitsNoLongerThanTheTimeout()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCResponder kept;
    connect(&pair.server, &IPCServer::requestReceived, &pair.server,
            [&](const QVariant &, const IPCResponder &respond) { kept = respond; });
    const auto future = pair.client.request(1);
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(ipcWaitFor(future, 20ms).error().code(), Code::TimedOut);
    QVERIFY(clock.elapsed() < 3000);
    QTRY_VERIFY(kept.isPending());
    QVERIFY(kept(2));
    QCOMPARE(ipcWaitFor(future, 5s).valueOr({}), QVariant(2)); // it was still pending
}

void ThreadsTest::waitsInAThreadThatQtDidNotStart()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    connect(&pair.server, &IPCServer::requestReceived, &pair.server,
            [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    std::atomic<bool> done = false;
    IPCResult<QVariant> answer = IPCError(Code::NoAnswer, {});
    std::thread thread([&] {
        IPCClient client(pair.server.path());
        client.connectToServer();
        answer = ipcWaitFor(client.request(3), 5s);
        done = true;
    });
    QTRY_VERIFY_WITH_TIMEOUT(done, 8000);
    thread.join();
    QVERIFY2(answer, qPrintable(answer.error().message()));
    QCOMPARE(*answer, QVariant(3));
}

void ThreadsTest::survivesTheEndOfWhatItWaitsFor()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    auto *const client = new IPCClient(pair.server.path());
    client->connectToServer();
    connect(client, &IPCClient::ready, client, [client] { delete client; });
    QCOMPARE(ipcWaitFor(client->request(1, 0ms), 5s).error().code(), Code::Closed);
}

QTEST_GUILESS_MAIN(ThreadsTest)
#include "tst_threads.moc"
