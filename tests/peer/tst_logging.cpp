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

QTEST_GUILESS_MAIN(tst_Logging)

#include "tst_logging.moc"
