// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QLine>
#include <QtCore/QThread>

#include <atomic>
#include <optional>
#include <thread>

class tst_Requests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areAnsweredFromEitherSide();
    void areAnsweredWithUndefinedOrNull();
    void failWithTheHandlersOwnWord();
    void failAtOnceWhereNobodyHandlesThem();
    void failAtOnceWhereTheHandlerDropsThem();
    void mayBeAnsweredLaterAndInAnyOrder();
    void areAnsweredOnce();
    void anAnswerThatCannotBeSentLeavesTheRequestOpen();
    void reservedAndEmptyCodesAreRefused();
    void timeOut();
    void canWaitForEver();
    void aNegativeTimeoutIsRefused();
    void aLateAnswerMatchesNothing();
    void aThousandAtATime();
    void fromAnotherThreadAreAnswered();
    void aResponderOutlivesItsConnection();
    void aResponderAnswersWhileItsConnectionEnds();
    void aResponderOfNothingAnswersNobody();
    void tooManyAtATimeAreRefused();
    void anAnsweredOneMakesRoomWhileItsResponderIsKept();
    void timeoutsMayBeHuge_data();
    void timeoutsMayBeHuge();
    void surveyAsksEveryone();
    void surveyTellsWhoFailed();
    void pingMeasures();
    void cancellingOneFutureDisturbsNoOther();
    void failWithoutAConnection();
    void aHeartbeatKeepsALivingPeer();
    void aHeartbeatKeepsAPeerBehindSlowSlots();
    void workInAnyThread();
};

namespace {

void answerAll(IPCPeer *peer)
{
    QObject::connect(
        peer, &IPCPeer::requestReceived, peer,
        [](const QVariant &request, const IPCResponder &respond) { respond(request); });
}

void answerAllOf(IPCServer *server)
{
    QObject::connect(
        server, &IPCServer::requestReceived, server,
        [](const QVariant &request, const IPCResponder &respond) { respond(request); });
}

} // namespace

void tst_Requests::areAnsweredFromEitherSide()
{
    Pair pair;
    QVERIFY(pair.connect());
    answerAll(&pair.client);
    answerAll(pair.connection());
    QCOMPARE(settled(pair.client.request(u"up"_s)).valueOr({}), QVariant(u"up"_s));
    QCOMPARE(settled(pair.connection()->request(u"down"_s)).valueOr({}), QVariant(u"down"_s));
}

void tst_Requests::areAnsweredWithUndefinedOrNull()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.server, &IPCServer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) {
                if (request.toBool())
                    respond(nullptr);
                else
                    respond();
            });
    const auto undefined = settled(pair.client.request(false));
    QVERIFY(undefined);
    QVERIFY(!undefined->isValid());
    const auto null = settled(pair.client.request(true));
    QVERIFY(null);
    QCOMPARE(null->typeId(), int(QMetaType::Nullptr));
}

void tst_Requests::failWithTheHandlersOwnWord()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.server, &IPCServer::requestReceived, this,
            [](const QVariant &, const IPCResponder &respond) {
                QVERIFY(respond.fail(u"not-found"_s, u"there is no such page"_s));
            });
    const auto answer = settled(pair.client.request(1));
    QCOMPARE(answer.error().code(), Code::RemoteError);
    QCOMPARE(answer.error().remoteCode(), u"not-found"_s);
    QCOMPARE(answer.error().message(), u"there is no such page"_s);
}

void tst_Requests::failAtOnceWhereNobodyHandlesThem()
{
    Pair pair;
    QVERIFY(pair.connect());
    QCOMPARE(codeOf(pair.client.request(1, 0ms)), Code::NoAnswer);
    QCOMPARE(codeOf(pair.connection()->request(1, 0ms)), Code::NoAnswer);
}

void tst_Requests::failAtOnceWhereTheHandlerDropsThem()
{
    Pair pair;
    QVERIFY(pair.connect());
    std::optional<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept = respond; });
    const auto future = pair.client.request(1, 0ms);
    QTRY_VERIFY(kept);
    QVERIFY(kept->isPending());
    kept.reset();
    QCOMPARE(codeOf(future), Code::NoAnswer);
}

void tst_Requests::mayBeAnsweredLaterAndInAnyOrder()
{
    Pair pair;
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    const auto first = pair.client.request(1);
    const auto second = pair.client.request(2);
    QTRY_COMPARE(kept.size(), 2);
    QVERIFY(kept.last()(u"second"_s));
    QVERIFY(kept.first()(u"first"_s));
    QCOMPARE(settled(first).valueOr({}), QVariant(u"first"_s));
    QCOMPARE(settled(second).valueOr({}), QVariant(u"second"_s));
}

void tst_Requests::areAnsweredOnce()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCResult<void> again;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&again](const QVariant &, const IPCResponder &respond) {
                QVERIFY(respond(1));
                QVERIFY(!respond.isPending());
                again = respond(2);
            });
    QCOMPARE(settled(pair.client.request(0)).valueOr({}), QVariant(1LL));
    QCOMPARE(again.error().code(), Code::InvalidState);
}

void tst_Requests::anAnswerThatCannotBeSentLeavesTheRequestOpen()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.server, &IPCServer::requestReceived, this,
            [](const QVariant &, const IPCResponder &respond) {
                QCOMPARE(respond(QLine()).error().code(), Code::EncodingError);
                QVERIFY(respond.isPending());
                QVERIFY(respond(u"instead"_s));
            });
    QCOMPARE(settled(pair.client.request(0)).valueOr({}), QVariant(u"instead"_s));
}

void tst_Requests::reservedAndEmptyCodesAreRefused()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.server, &IPCServer::requestReceived, this,
            [](const QVariant &, const IPCResponder &respond) {
                QCOMPARE(respond.fail(u""_s, u"x"_s).error().code(), Code::InvalidArgument);
                QCOMPARE(respond.fail(u"qipc.unhandled"_s, u"x"_s).error().code(),
                         Code::InvalidArgument);
                respond();
            });
    QVERIFY(settled(pair.client.request(0)));
}

void tst_Requests::timeOut()
{
    Pair pair;
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    QElapsedTimer clock;
    clock.start();
    const auto answer = settled(pair.client.request(1, 30ms));
    QCOMPARE(answer.error().code(), Code::TimedOut);
    QVERIFY(clock.elapsed() >= 30);
    pair.client.setRequestTimeout(20ms);
    QCOMPARE(codeOf(pair.client.request(1)), Code::TimedOut);
}

void tst_Requests::canWaitForEver()
{
    Pair pair;
    QVERIFY(pair.connect());
    std::optional<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept = respond; });
    const auto patient = pair.client.request(1, 0ms);
    QTRY_VERIFY(kept);
    QCOMPARE(codeOf(pair.client.request(2, 20ms)),
             Code::TimedOut); // takes kept over: the first is dropped
    QCOMPARE(codeOf(patient), Code::NoAnswer);
}

void tst_Requests::aNegativeTimeoutIsRefused()
{
    Pair pair;
    QVERIFY(pair.connect());
    QCOMPARE(codeOf(pair.client.request(1, -1ms)), Code::InvalidArgument);
    QCOMPARE(codeOf(pair.client.ping(1, -1ms)), Code::InvalidArgument);
    QCOMPARE(codeOf(pair.server.survey(1, -1ms)), Code::InvalidArgument);
}

void tst_Requests::aLateAnswerMatchesNothing()
{
    Pair pair;
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    QCOMPARE(codeOf(pair.client.request(1, 10ms)), Code::TimedOut);
    const auto next = pair.client.request(2);
    QTRY_COMPARE(kept.size(), 2);
    QVERIFY(kept.first()(u"late"_s));
    QVERIFY(kept.last()(u"next"_s));
    QCOMPARE(settled(next).valueOr({}), QVariant(u"next"_s));
}

void tst_Requests::aThousandAtATime()
{
    Pair pair;
    QVERIFY(pair.connect());
    answerAll(pair.connection());
    QList<QFuture<IPCResult<QVariant>>> futures;
    for (int i = 0; i < 1000; ++i)
        futures.append(pair.client.request(i));
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(settled(futures.at(i)).valueOr({}), QVariant(qlonglong(i)));
}

void tst_Requests::fromAnotherThreadAreAnswered()
{
    Pair pair;
    QVERIFY(pair.connect());
    QList<QThread *> threads;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&threads](const QVariant &request, const IPCResponder &respond) {
                threads.append(QThread::create([request, respond] {
                    if (request.toInt() % 3 == 0)
                        respond(request);
                    else if (request.toInt() % 3 == 1)
                        respond.fail(u"no"_s, u"not this one"_s);
                    // else dropped, in that thread
                }));
                threads.last()->start();
            });
    QList<QFuture<IPCResult<QVariant>>> futures;
    for (int i = 0; i < 30; ++i)
        futures.append(pair.client.request(i));
    for (int i = 0; i < 30; ++i) {
        const auto answer = settled(futures.at(i));
        if (i % 3 == 0)
            QCOMPARE(answer.valueOr({}), QVariant(qlonglong(i)));
        else
            QCOMPARE(answer.error().code(), i % 3 == 1 ? Code::RemoteError : Code::NoAnswer);
    }
    for (QThread *thread : std::as_const(threads))
        QVERIFY(thread->wait());
    qDeleteAll(threads);
}

void tst_Requests::aResponderOutlivesItsConnection()
{
    std::optional<IPCResponder> kept;
    {
        Pair pair;
        QVERIFY(pair.connect());
        connect(&pair.server, &IPCServer::requestReceived, this,
                [&kept](const QVariant &, const IPCResponder &respond) { kept = respond; });
        pair.client.request(1);
        QTRY_VERIFY(kept);
    }
    QVERIFY(!kept->isPending());
    QCOMPARE((*kept)(1).error().code(), Code::ConnectionLost);
    QCOMPARE(kept->fail(u"late"_s, {}).error().code(), Code::ConnectionLost);
    QThread *const thread = QThread::create([kept = std::exchange(kept, {})] {
        QCOMPARE((*kept)(1).error().code(), Code::ConnectionLost);
    });
    thread->start();
    QVERIFY(thread->wait());
    delete thread;
}

void tst_Requests::aResponderAnswersWhileItsConnectionEnds()
{
    for (int round = 0; round < 20; ++round) {
        Pair pair;
        QVERIFY(pair.connect());
        QList<IPCResponder> responders;
        connect(&pair.server, &IPCServer::requestReceived, this,
                [&responders](const QVariant &, const IPCResponder &respond) {
                    responders.append(respond);
                });
        QList<QFuture<IPCResult<QVariant>>> futures;
        for (int i = 0; i < 100; ++i)
            futures.append(pair.client.request(i));
        QTRY_COMPARE(responders.size(), futures.size());
        std::atomic<int> wrong = 0;
        std::thread thread([given = std::exchange(responders, {}), &wrong] {
            for (const IPCResponder &respond : given) {
                const IPCResult<void> answered = respond(1);
                if (!answered && answered.error().code() != Code::ConnectionLost)
                    ++wrong;
            }
        });
        pair.server.connections().constFirst()->abort();
        thread.join();
        QCOMPARE(wrong.load(), 0);
        for (const auto &future : std::as_const(futures)) {
            const auto answer = settled(future);
            QVERIFY(answer || answer.error().code() == Code::ConnectionLost);
        }
    }
}

void tst_Requests::aResponderOfNothingAnswersNobody()
{
    const IPCResponder nobody;
    QVERIFY(!nobody.isPending());
    QCOMPARE(nobody(1).error().code(), Code::InvalidState);
    QCOMPARE(nobody.fail(u"a"_s, u"b"_s).error().code(), Code::InvalidState);
}

void tst_Requests::tooManyAtATimeAreRefused()
{
    Pair pair;
    IPCLimits limits;
    limits.setRequests(2);
    pair.server.setLimits(limits);
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    const auto first = pair.client.request(1);
    const auto second = pair.client.request(2);
    const auto third = settled(pair.client.request(3));
    QCOMPARE(third.error().code(), Code::RemoteError);
    QCOMPARE(third.error().remoteCode(), u"qipc.too-many-requests"_s);
    kept.takeFirst()(1);
    QVERIFY(settled(first));
    const auto fourth = pair.client.request(4);
    QTRY_COMPARE(kept.size(), 2);
    kept.clear();
    QCOMPARE(codeOf(second), Code::NoAnswer);
    QCOMPARE(codeOf(fourth), Code::NoAnswer);
}

void tst_Requests::anAnsweredOneMakesRoomWhileItsResponderIsKept()
{
    Pair pair;
    IPCLimits limits;
    limits.setRequests(2);
    pair.server.setLimits(limits);
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &request, const IPCResponder &respond) {
                kept.append(respond);
                respond(request);
            });
    for (int i = 0; i < 5; ++i)
        QCOMPARE(settled(pair.client.request(i)).valueOr(QVariant()), QVariant(qlonglong(i)));
}

void tst_Requests::timeoutsMayBeHuge_data()
{
    QTest::addColumn<std::chrono::milliseconds>("timeout");
    QTest::newRow("more than a timer counts") << std::chrono::milliseconds(1194h);
    QTest::newRow("more than a clock counts") << std::chrono::milliseconds(24h * 365 * 300);
    QTest::newRow("the most") << std::chrono::milliseconds::max();
}

void tst_Requests::timeoutsMayBeHuge()
{
    QFETCH(const std::chrono::milliseconds, timeout);
    Pair pair;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [this](const QVariant &request, const IPCResponder &respond) {
                QTimer::singleShot(20ms, this, [request, respond] { respond(request); });
            });
    const auto early = pair.client.connectToServer(); // waits for the server
    QVERIFY(pair.server.listen());
    const auto queued = pair.client.request(1, timeout);
    QVERIFY(pair.client.waitForReady(timeout));
    QVERIFY(settled(early));
    QVERIFY(settled(queued));
    QVERIFY(settled(pair.client.request(2, timeout)));
    QVERIFY(settled(pair.client.ping({}, timeout)));
}

void tst_Requests::surveyAsksEveryone()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCClient second(pair.server.path());
    second.connectToServer();
    QVERIFY(second.waitForReady(5s));
    QTRY_COMPARE(pair.server.connections().size(), 2);
    answerAll(&pair.client);

    const auto outcomes = settled(pair.server.survey(u"who?"_s));
    QVERIFY(outcomes);
    QCOMPARE(outcomes->size(), 2);
    QCOMPARE(outcomes->at(0).id, pair.client.id());
    QCOMPARE(outcomes->at(0).connection->id(), pair.client.id());
    QCOMPARE(outcomes->at(0).result.valueOr({}), QVariant(u"who?"_s));
    QCOMPARE(outcomes->at(1).id, second.id());
    QCOMPARE(outcomes->at(1).result.error().code(), Code::NoAnswer);

    const auto pings = settled(pair.server.ping());
    QVERIFY(pings);
    QCOMPARE(pings->size(), 2);
    for (const auto &outcome : *pings)
        QVERIFY(outcome.result && outcome.result.value() > 0ns);
    IPCServer lonely(pair.folder.filePath(u"lonely"_s));
    QCOMPARE(settled(lonely.survey(1))->size(), 0);
}

void tst_Requests::surveyTellsWhoFailed()
{
    Pair pair;
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.client, &IPCPeer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    const auto slow = settled(pair.server.survey(1, 20ms));
    QVERIFY(slow);
    QCOMPARE(slow->first().result.error().code(), Code::TimedOut);

    const auto lost = pair.server.survey(2);
    QTRY_COMPARE(kept.size(), 2);
    pair.client.abort();
    const auto outcomes = settled(lost);
    QVERIFY(outcomes);
    QCOMPARE(outcomes->first().result.error().code(), Code::ConnectionLost);
    QTRY_VERIFY(!outcomes->first().connection);
}

void tst_Requests::pingMeasures()
{
    Pair pair;
    QVERIFY(pair.connect());
    const auto up = settled(pair.client.ping());
    QVERIFY(up);
    QVERIFY(up.value() > 0ns && up.value() < 5s);
    QVERIFY(settled(pair.connection()->ping(QByteArray(1000, 'x'), 1s)));
}

void tst_Requests::cancellingOneFutureDisturbsNoOther()
{
    Pair pair;
    QVERIFY(pair.connect());
    answerAll(pair.connection());
    bool told = false;
    auto cancelled = pair.client.request(1);
    cancelled.then(this, [&told](const IPCResult<QVariant> &) { told = true; });
    cancelled.cancel();
    QCOMPARE(settled(pair.client.request(2)).valueOr({}), QVariant(2LL));
    QVERIFY(!told);
}

void tst_Requests::failWithoutAConnection()
{
    IPCClient client;
    QCOMPARE(codeOf(client.request(1)), Code::InvalidState);
    QCOMPARE(codeOf(client.ping()), Code::InvalidState);
    QCOMPARE(codeOf(client.send(1)), Code::InvalidState);
    QCOMPARE(client.post(1).error().code(), Code::InvalidState);
    QCOMPARE(codeOf(client.subscribe(u"x"_s)), Code::InvalidState);
    QCOMPARE(codeOf(client.unsubscribe(u"x"_s)), Code::InvalidState);
    QCOMPARE(codeOf(client.publish(u"x"_s, 1)), Code::InvalidState);
    QVERIFY(settled(client.close()));
    QCOMPARE(client.waitForReady(1s).error().code(), Code::InvalidState);
}

void tst_Requests::aHeartbeatKeepsALivingPeer()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy gone(&pair.client, &IPCPeer::disconnected);
    pair.client.setHeartbeatInterval(100ms);
    QVERIFY(settled(pair.client.ping()));
    QElapsedTimer clock;
    clock.start();
    QTRY_VERIFY(clock.elapsed() > 450); // four beats
    QCOMPARE(gone.size(), 0);
    QVERIFY(pair.client.isReady());
}

// Its signs of life wait behind what is still to be handled.
void tst_Requests::aHeartbeatKeepsAPeerBehindSlowSlots()
{
    constexpr int count = 1000;
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    int received = 0;
    connect(&pair.server, &IPCServer::messageReceived, this, [&received] {
        QElapsedTimer work;
        work.start();
        while (work.nsecsElapsed() < 500'000) { }
        ++received;
    });
    pair.connection()->setHeartbeatInterval(20ms);
    for (int i = 0; i < count; ++i)
        QVERIFY(pair.client.post(i));
    QTRY_VERIFY(received == count || gone.size() > 0);
    QCOMPARE(received, count);
    QCOMPARE(gone.size(), 0);
}

// Made here, used there, deleted there.
void tst_Requests::workInAnyThread()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    QThread thread;
    auto *const client = new IPCClient(pair.server.path());
    auto *const server = new IPCServer(pair.folder.filePath(u"other"_s));
    for (QObject *object : {static_cast<QObject *>(client), static_cast<QObject *>(server)}) {
        object->moveToThread(&thread);
        connect(&thread, &QThread::finished, object, &QObject::deleteLater);
    }
    answerAllOf(&pair.server);
    QAtomicInt answers;
    QMetaObject::invokeMethod(client, [client, server, &answers] {
        server->listen();
        client->connectToServer();
        client->request(1).then(
            client, [&answers](const IPCResult<QVariant> &answer) { answers += answer ? 1 : 0; });
        client->request(2, 5s).then(
            client, [&answers](const IPCResult<QVariant> &answer) { answers += answer ? 1 : 0; });
    });
    thread.start(); // behind all that is handed over, which ThreadSanitizer then knows of
    QTRY_COMPARE(answers.loadRelaxed(), 2);
    IPCClient here(pair.folder.filePath(u"other"_s));
    QVERIFY(settled(here.connectToServer()));
    thread.quit();
    QVERIFY(thread.wait());
    QTRY_COMPARE(here.status(), IPCClient::Status::Idle);
    QTRY_VERIFY(pair.server.connections().isEmpty());
}

QTEST_GUILESS_MAIN(tst_Requests)

#include "tst_requests.moc"
