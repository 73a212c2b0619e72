// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "logbook.h"
#include "pair.h"

#include <QtCore/QLine>

using Status = IPCClient::Status;

// What a client was given before it is ready is sent, or somebody is told that it was not.

namespace {

//! A pair whose client comes back, and gives a close() 5 s.
struct Patient : Pair
{
    Patient()
    {
        client.setAutoReconnect(true);
        client.setRetryInterval(1ms);
        client.setRetries(-1);
    }

    void setCloseTime(std::chrono::milliseconds time)
    {
        IPCLimits limits;
        limits.setCloseTime(time);
        client.setLimits(limits);
    }
};

} // namespace

class tst_Outbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isSentByACloseThatComesBeforeReady();
    void isSentByACloseThatComesWhileReconnecting();
    void isSentByACloseAtOnceInsteadOfAtTheNextRetry();
    void takesNothingMoreAfterAClose();
    void closeNamesWhatItCouldNotSend();
    void closeNamesWhatItCouldNotSendInTime();
    void closeSendsTheReasonBehindIt();
    void closeRefusesAReasonThatCannotBeSent();
    void closeWithNothingToSendIsQuick();
    void givingUpNamesThePostsThatAreLost();
    void givingUpWhileDisconnectedNamesThePostsThatAreLost();
    void deletingTheClientLogsThePostsThatAreLost();
    void abortLogsThePostsThatAreLost();
    void closeFailsIfThePeerGoesFirst();
    void aRequestThatWasNeverSentSaysSo_data();
    void aRequestThatWasNeverSentSaysSo();
    void aRequestThatWasSentSaysThatNobodyAnswered();
};

void tst_Outbox::isSentByACloseThatComesBeforeReady()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    const QSignalSpy disconnected(&pair.client, &IPCPeer::disconnected);
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const auto connecting = pair.client.connectToServer();
    QVERIFY(pair.client.post(1));
    const auto sending = pair.client.send(2);
    QVERIFY(settled(pair.client.close()));
    QVERIFY(settled(sending));
    QCOMPARE(codeOf(connecting), Code::Closed);
    QTRY_COMPARE(received.size(), 2);
    QCOMPARE(received.at(0).at(0), QVariant(1LL));
    QCOMPARE(received.at(1).at(0), QVariant(2LL));
    QCOMPARE(pair.client.status(), Status::Idle);
    QCOMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 0);
    QCOMPARE(ready.size(), 0); // messages could be exchanged at no time
    QCOMPARE(disconnected.size(), 0);
    QVERIFY(!pair.client.error());
}

void tst_Outbox::isSentByACloseThatComesWhileReconnecting()
{
    Patient pair;
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QVERIFY(pair.client.post(1));
    const auto closing = pair.client.close();
    QVERIFY(pair.server.listen());
    QVERIFY(settled(closing));
    QTRY_COMPARE(received.size(), 1);
}

void tst_Outbox::isSentByACloseAtOnceInsteadOfAtTheNextRetry()
{
    Patient pair;
    pair.client.setRetryInterval(1h);
    pair.client.setMaxRetryInterval(1h);
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QVERIFY(pair.client.post(1));
    QVERIFY(pair.server.listen());
    QVERIFY(settled(pair.client.close()));
    QTRY_COMPARE(received.size(), 1);
}

void tst_Outbox::takesNothingMoreAfterAClose()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    pair.client.connectToServer();
    QVERIFY(pair.client.post(1));
    const auto closing = pair.client.close();
    QCOMPARE(pair.client.post(2).error().code(), Code::Closed);
    QCOMPARE(codeOf(pair.client.request(3)), Code::Closed);
    const auto again = pair.client.close();
    QVERIFY(settled(closing));
    QVERIFY(settled(again));
}

void tst_Outbox::closeNamesWhatItCouldNotSend()
{
    Pair pair; // nobody listens, and the client tries once
    pair.client.connectToServer();
    QVERIFY(pair.client.post(1));
    QVERIFY(pair.client.post(2));
    const auto sending = pair.client.send(3);
    const auto asking = pair.client.request(4);
    const IPCError error = settled(pair.client.close()).error();
    QCOMPARE(error.code(), Code::NoSuchServer);
    QVERIFY2(error.message().contains(u"4 messages were not sent"_s), qPrintable(error.message()));
    QVERIFY2(error.message().contains(pair.server.path()), qPrintable(error.message()));
    QCOMPARE(codeOf(sending), Code::NoSuchServer);
    QCOMPARE(codeOf(asking), Code::NoSuchServer);
}

void tst_Outbox::closeNamesWhatItCouldNotSendInTime()
{
    Patient pair; // nobody listens, and the client tries for ever
    pair.setCloseTime(30ms);
    pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    const auto sending = pair.client.send(1);
    const IPCError error = settled(pair.client.close()).error();
    QCOMPARE(error.code(), Code::TimedOut);
    QCOMPARE(error.limit(), u"closeTime"_s);
    QVERIFY2(error.message().contains(u"1 message was not sent: no connection within 30 ms"_s),
             qPrintable(error.message()));
    QVERIFY2(error.message().contains(pair.server.path()), qPrintable(error.message()));
    QCOMPARE(codeOf(sending), Code::TimedOut);
    QCOMPARE(pair.client.status(), Status::Idle);
}

void tst_Outbox::closeSendsTheReasonBehindIt()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    pair.client.connectToServer();
    QVERIFY(pair.client.post(1));
    QVERIFY(settled(pair.client.close(u"lunch"_s)));
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(gone.first().at(1), QVariant(u"lunch"_s));
}

void tst_Outbox::closeRefusesAReasonThatCannotBeSent()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const auto connecting = pair.client.connectToServer();
    QVERIFY(pair.client.post(1));
    QCOMPARE(codeOf(pair.client.close(QLine())), Code::EncodingError);
    QVERIFY(settled(connecting)); // nothing has changed
    QVERIFY(settled(pair.client.ping()));
}

void tst_Outbox::closeWithNothingToSendIsQuick()
{
    Patient pair;
    pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QVERIFY(settled(pair.client.close()));
    QVERIFY(!pair.client.error());
}

void tst_Outbox::givingUpNamesThePostsThatAreLost()
{
    Pair pair; // nobody listens
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    const auto connecting = pair.client.connectToServer();
    QVERIFY(pair.client.post(1));
    QVERIFY(pair.client.post(2));
    QCOMPARE(codeOf(connecting), Code::NoSuchServer);
    QTRY_COMPARE(errors.size(), 1);
    const auto error = errors.first().first().value<IPCError>();
    QCOMPARE(error.code(), Code::NoSuchServer);
    QVERIFY2(error.message().contains(u"2 messages were not sent"_s), qPrintable(error.message()));
}

void tst_Outbox::givingUpWhileDisconnectedNamesThePostsThatAreLost()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.client, &IPCPeer::disconnected, this, [&pair] { QVERIFY(pair.client.post(1)); });
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    pair.connection()->abort();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 2); // that it was lost, and what was lost later
    const auto error = errors.last().first().value<IPCError>();
    QVERIFY2(error.message().contains(u"1 message was not sent"_s), qPrintable(error.message()));
}

void tst_Outbox::deletingTheClientLogsThePostsThatAreLost()
{
    const Logbook log;
    {
        Patient pair;
        pair.client.connectToServer();
        QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
        QVERIFY(pair.client.post(1));
        QVERIFY(pair.client.post(2));
    }
    QCOMPARE(log.with(u"qipc.peer"_s, u"2 messages were not sent"_s).size(), 1);
}

void tst_Outbox::abortLogsThePostsThatAreLost()
{
    const Logbook log;
    Patient pair;
    pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QVERIFY(pair.client.post(1));
    pair.client.abort();
    QCOMPARE(log.with(u"qipc.peer"_s, u"1 message was not sent"_s).size(), 1);
}

// It reads nothing of what is to be sent before the farewell, and goes.
void tst_Outbox::closeFailsIfThePeerGoesFirst()
{
    Pair pair;
    QVERIFY(pair.connect());
    pair.connection()->pause();
    QVERIFY(pair.client.post(QByteArray(30'000'000, 'x')));
    const auto closing = pair.client.close();
    pair.connection()->abort();
    QCOMPARE(codeOf(closing), Code::ConnectionLost);
}

void tst_Outbox::aRequestThatWasNeverSentSaysSo_data()
{
    using Call = std::function<IPCError(IPCClient &)>;
    QTest::addColumn<Call>("call");
    QTest::addRow("request") << Call(
        [](IPCClient &client) { return settled(client.request(1, 20ms)).error(); });
    QTest::addRow("subscribe") << Call(
        [](IPCClient &client) { return settled(client.subscribe(u"t"_s)).error(); });
    QTest::addRow("publish") << Call(
        [](IPCClient &client) { return settled(client.publish(u"t"_s, 1)).error(); });
}

void tst_Outbox::aRequestThatWasNeverSentSaysSo()
{
    QFETCH(const std::function<IPCError(IPCClient &)>, call);
    Patient pair; // nobody listens
    pair.client.setRetryInterval(1h);
    pair.client.setRequestTimeout(20ms);
    pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    const IPCError error = call(pair.client);
    QCOMPARE(error.code(), Code::TimedOut);
    QVERIFY2(error.message().contains(u"not sent within 20 ms"_s), qPrintable(error.message()));
    QVERIFY2(error.message().contains(pair.client.error().message()), qPrintable(error.message()));
}

void tst_Outbox::aRequestThatWasSentSaysThatNobodyAnswered()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    connect(&pair.server, &IPCServer::requestReceived, this,
            [this](const QVariant &, const IPCResponder &respond) {
                setProperty("kept", QVariant::fromValue(std::make_shared<IPCResponder>(respond)));
            });
    pair.client.connectToServer();
    const IPCError error = settled(pair.client.request(1, 100ms)).error(); // by way of the outbox
    setProperty("kept", QVariant());
    QCOMPARE(error.code(), Code::TimedOut);
    QVERIFY2(error.message().contains(u"no answer within 100 ms"_s), qPrintable(error.message()));
}

QTEST_GUILESS_MAIN(tst_Outbox)

#include "tst_outbox.moc"
