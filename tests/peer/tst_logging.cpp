// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "logbook.h"
#include "pair.h"

// Who turns the categories `qipc.*` on can follow what happens, and to whom.

class tst_Logging : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isSilentWhereAllIsWell();
    void saysWhichEndItIs();
    void numbersTheRetries();
    void warnsOnceOfSlotsThatAreTooDeep();
    void warnsOnceOfAFullOutbox();
    void warnsOnceOfAFullQueue();
    void warnsOfAFullQueueThatEndsWithItsConnection();
    void warnsOnceOfTooManyRequests();
};

void tst_Logging::isSilentWhereAllIsWell()
{
    const Logbook log;
    Pair pair;
    QVERIFY(pair.connect());
    QVERIFY(settled(pair.client.send(1)));
    QVERIFY(settled(pair.client.close()));
    QVERIFY(settled(pair.server.close()));
    QCOMPARE(log.with(), QStringList());
}

void tst_Logging::saysWhichEndItIs()
{
    const Logbook log(u"qipc.*.debug=true"_s);
    Pair pair;
    QVERIFY(pair.connect());
    const QString client =
        u"client of \"%1\" (id %2)"_s.arg(pair.server.address(), pair.client.id());
    const QString server = u"(id %1)"_s.arg(pair.client.id());
    QCOMPARE(log.with(client, u"ready"_s).size(), 1);
    QCOMPARE(log.with(u"server's connection to a client"_s, server, u"ready"_s).size(), 1);
    pair.client.abort();
    QTRY_VERIFY(pair.server.connections().isEmpty());
    QCOMPARE(log.with(client, u"ended"_s).size(), 1);
    QCOMPARE(log.with(u"server's connection to a client"_s, server, u"ended"_s).size(), 1);
}

void tst_Logging::numbersTheRetries()
{
    const Logbook log(u"qipc.*.debug=true"_s);
    Pair pair;
    pair.client.setAutoReconnect(true);
    pair.client.setRetries(2);
    pair.client.setRetryInterval(3ms);
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::NoSuchServer);
    QCOMPARE(log.with(u"qipc.peer"_s, pair.server.path(), u"retry 1 of 2 in 3 ms"_s).size(), 1);
    QCOMPARE(log.with(u"qipc.peer"_s, pair.server.path(), u"retry 2 of 2 in 6 ms"_s).size(), 1);
}

void tst_Logging::warnsOnceOfSlotsThatAreTooDeep()
{
    constexpr int count = 100;
    const Logbook log;
    Pair pair;
    QVERIFY(pair.connect());
    int received = 0;
    connect(&pair.server, &IPCServer::messageReceived, this, [&] {
        ++received;
        QTest::qWait(1);
    });
    for (int i = 0; i < count; ++i)
        QVERIFY(pair.client.post(i));
    QTRY_COMPARE(received, count);
    QCOMPARE(log.with(u"qipc.session"_s, u"16 deep"_s, pair.client.id()).size(), 1);
}

void tst_Logging::warnsOnceOfAFullOutbox()
{
    const Logbook log;
    Pair pair;
    IPCLimits limits;
    limits.setQueuedBytes(1000);
    pair.client.setLimits(limits);
    QVERIFY(pair.server.listen());
    pair.client.connectToServer();
    int refused = 0;
    for (int i = 0; i < 1000; ++i)
        refused += pair.client.post(u"some ten bytes"_s) ? 0 : 1;
    QVERIFY(refused > 500);
    QCOMPARE(log.with().size(), 1);
    QCOMPARE(log.with(u"qipc.peer"_s, pair.server.address(), u"are refused from now on"_s,
                      u"limits.queuedBytes"_s)
                 .size(),
             1);
    QTRY_VERIFY(pair.client.isReady());
    QCOMPARE(log.with(u"taken again, after %1 were refused"_s.arg(refused)).size(), 1);
    QCOMPARE(log.with().size(), 2);
}

void tst_Logging::warnsOnceOfAFullQueue()
{
    const Logbook log;
    Pair pair;
    IPCLimits limits;
    limits.setQueuedBytes(1000);
    pair.server.setLimits(limits);
    QVERIFY(pair.connect());
    const QByteArray large(1'000'000, 'x');
    const auto fill = [&] {
        pair.client.pause();
        int refused = 0;
        for (int i = 0; i < 100; ++i)
            refused += pair.connection()->post(large) ? 0 : 1;
        return refused;
    };
    const auto drain = [&] {
        pair.client.resume();
        return QTest::qWaitFor([&] { return pair.connection()->queuedBytes() == 0; });
    };
    const int refused = fill();
    QVERIFY(refused > 50);
    QCOMPARE(log.with(u"qipc.session"_s, pair.client.id(), u"are refused from now on"_s).size(), 1);
    QVERIFY(drain());
    QTRY_COMPARE(log.with(u"taken again, after %1 were refused"_s.arg(refused)).size(), 1);
    const int later = fill() + (drain() ? fill() : 0);
    QVERIFY(drain());
    QCOMPARE(log.with().size(), 2);
    pair.client.close();
    QTRY_COMPARE(log.with(u"after %1 more messages were refused"_s.arg(later)).size(), 1);
    QCOMPARE(log.with().size(), 3);
}

void tst_Logging::warnsOfAFullQueueThatEndsWithItsConnection()
{
    const Logbook log;
    Pair pair;
    IPCLimits limits;
    limits.setQueuedBytes(1000);
    pair.server.setLimits(limits);
    QVERIFY(pair.connect());
    pair.client.pause();
    int refused = 0;
    for (int i = 0; i < 100; ++i)
        refused += pair.server.broadcast(QByteArray(1'000'000, 'x')).valueOr(0) == 0 ? 1 : 0;
    pair.client.abort();
    QTRY_COMPARE(log.with(u"ended, after %1 messages were refused"_s.arg(refused)).size(), 1);
    QCOMPARE(log.with().size(), 2);
}

void tst_Logging::warnsOnceOfTooManyRequests()
{
    const Logbook log;
    Pair pair;
    IPCLimits limits;
    limits.setRequests(2);
    pair.server.setLimits(limits);
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    QList<QFuture<IPCResult<QVariant>>> answers;
    for (int i = 0; i < 10; ++i)
        answers.append(pair.client.request(i));
    QTRY_COMPARE(kept.size(), 2);
    QCOMPARE(codeOf(answers.last()), Code::RemoteError);
    QCOMPARE(log.with(u"qipc.session"_s, pair.client.id(), u"limits.requests"_s).size(), 1);
    kept.clear();
    const auto later = pair.client.request(1);
    QTRY_COMPARE(kept.size(), 1);
    QCOMPARE(log.with(u"taken again, after 8 were refused"_s).size(), 1);
    QCOMPARE(log.with().size(), 2);
}

QTEST_GUILESS_MAIN(tst_Logging)

#include "tst_logging.moc"
