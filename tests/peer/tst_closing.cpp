// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QLine>

using Status = IPCClient::Status;

class tst_Closing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsEverythingGivenFirst();
#ifndef QIPC_PORTABLE_TRANSPORT
    void byBothAtOnceLosesNothing();
#endif
    void carriesTheReasonToTheOtherSide();
    void byTheServersEndReachesTheClient();
    void ofTheServerEndsEveryConnection();
    void settlesWhatIsPending();
    void aReasonThatCannotBeSentChangesNothing();
    void refusesWhatComesAfterIt();
    void answersWhatWasAskedBefore();
    void abortIsAtOnce();
    void abortWhileConnecting();
    void closeWhileConnecting();
    void deletingAClientSaysFarewell();
    void deletingAServerSaysFarewell();
    void waitsForNobodyLongerThanItsLimit();
    void walksThroughItsStates();
    void waitForClosedReturnsWhenItIs();
};

void tst_Closing::sendsEverythingGivenFirst()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    const QByteArray large(3'000'000, 'x');
    for (int i = 0; i < 5; ++i)
        QVERIFY(pair.client.post(large));
    QVERIFY(settled(pair.client.close()));
    QTRY_COMPARE(received.size(), 5);
}

#ifndef QIPC_PORTABLE_TRANSPORT
// More than the system holds, from the side that has more to say.
void tst_Closing::byBothAtOnceLosesNothing()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.client, &IPCPeer::messageReceived);
    for (int i = 0; i < 3; ++i)
        QVERIFY(pair.connection()->post(QByteArray(4'000'000, 'x')));
    const auto theirs = pair.connection()->close();
    const auto ours = pair.client.close();
    QVERIFY(settled(theirs));
    QVERIFY(settled(ours));
    QCOMPARE(received.size(), 3);
}
#endif

void tst_Closing::carriesTheReasonToTheOtherSide()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy atConnection(pair.connection(), &IPCPeer::disconnected);
    const QSignalSpy atServer(&pair.server, &IPCServer::disconnected);
    const QSignalSpy atClient(&pair.client, &IPCPeer::disconnected);
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    const QVariantMap reason{{u"why"_s, u"lunch"_s}};
    QVERIFY(settled(pair.client.close(reason)));
    QTRY_COMPARE(atServer.size(), 1);
    QCOMPARE(atServer.first().at(1), QVariant(reason));
    QCOMPARE(atConnection.first().first(), QVariant(reason));
    QCOMPARE(atClient.size(), 1);
    QCOMPARE(atClient.first().first(), QVariant(reason));
    QCOMPARE(closed.size(), 1);
    QCOMPARE(closed.first().first(), QVariant(reason));
    QCOMPARE(errors.size(), 0);
    QVERIFY(pair.server.connections().isEmpty());
}

void tst_Closing::byTheServersEndReachesTheClient()
{
    Pair pair;
    pair.client.setAutoReconnect(true); // the farewell is final all the same
    QVERIFY(pair.connect());
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const QPointer<IPCConnection> connection(pair.connection());
    QVERIFY(settled(connection->close(u"enough"_s)));
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(closed.first().first(), QVariant(u"enough"_s));
    QCOMPARE(pair.client.status(), Status::Idle);
    QTRY_VERIFY(!connection); // it goes by deleteLater
}

void tst_Closing::ofTheServerEndsEveryConnection()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCClient second(pair.server.path());
    second.connectToServer();
    QVERIFY(second.waitForReady(5s));
    const QSignalSpy closed(&pair.server, &IPCServer::closed);
    const QSignalSpy first(&pair.client, &IPCClient::closed);
    const QSignalSpy other(&second, &IPCClient::closed);
    const auto future = pair.server.close();
    QVERIFY(!pair.server.isListening());
    QVERIFY(!pair.server.listen()); // not before it is done
    QCOMPARE(pair.server.error().code(), Code::InvalidState);
    QVERIFY(settled(future));
    QCOMPARE(closed.size(), 1);
    QTRY_COMPARE(first.size(), 1);
    QTRY_COMPARE(other.size(), 1);
    QCOMPARE(first.first().first(), QVariant(u"Server was shut down"_s));
    QVERIFY(settled(pair.server.close())); // nothing left: at once, and not told again
    QCOMPARE(closed.size(), 1);
    QVERIFY(pair.server.listen());
}

void tst_Closing::settlesWhatIsPending()
{
    Pair pair;
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    const auto keep = [&kept](const QVariant &, const IPCResponder &respond) {
        kept.append(respond);
    };
    connect(&pair.server, &IPCServer::requestReceived, this, keep);
    connect(&pair.client, &IPCPeer::requestReceived, this, keep);
    const auto ours = pair.client.request(1, 0ms);
    const auto theirs = pair.connection()->request(1, 0ms);
    QTRY_COMPARE(kept.size(), 2);
    QVERIFY(settled(pair.client.close()));
    QCOMPARE(codeOf(ours), Code::Closed);
    QCOMPARE(codeOf(theirs), Code::Closed);
}

void tst_Closing::aReasonThatCannotBeSentChangesNothing()
{
    Pair pair;
    QVERIFY(pair.connect());
    QCOMPARE(codeOf(pair.client.close(QLine())), Code::EncodingError);
    QVERIFY(pair.client.isReady());
    QVERIFY(settled(pair.client.ping()));
}

void tst_Closing::refusesWhatComesAfterIt()
{
    Pair pair;
    QVERIFY(pair.connect());
    const auto closing = pair.client.close();
    QCOMPARE(pair.client.post(1).error().code(), Code::Closed);
    QCOMPARE(codeOf(pair.client.request(1)), Code::Closed);
    const auto again = pair.client.close();
    QVERIFY(settled(closing));
    QVERIFY(settled(again));
}

// The peer still reads when it has sent its farewell.
void tst_Closing::answersWhatWasAskedBefore()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.server, &IPCServer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    const auto answer = pair.client.request(7);
    const auto closing = pair.client.close();
#ifdef QIPC_PORTABLE_TRANSPORT
    QVERIFY(settled(answer) || codeOf(answer) == Code::Closed); // it knows no half-close
#else
    QCOMPARE(settled(answer).valueOr({}), QVariant(7LL));
#endif
    QVERIFY(settled(closing));
}

void tst_Closing::abortIsAtOnce()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy disconnected(&pair.client, &IPCPeer::disconnected);
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    const QSignalSpy atServer(&pair.server, &IPCServer::disconnected);
    const QSignalSpy serverErrors(&pair.server, &IPCServer::errorOccurred);
    const auto pending = pair.client.request(1);
    const auto sending = pair.client.send(QByteArray(30'000'000, 'x'));
    const auto closing = pair.client.close();
    pair.client.abort(u"no time"_s);
    QCOMPARE(disconnected.size(), 1);
    QCOMPARE(closed.size(), 1);
    QCOMPARE(closed.first().first(), QVariant(u"no time"_s));
    QCOMPARE(pair.client.status(), Status::Idle);
    QVERIFY(pending.isFinished() && sending.isFinished() && closing.isFinished());
    QCOMPARE(codeOf(pending), Code::Aborted);
    QCOMPARE(codeOf(sending), Code::Aborted);
    QCOMPARE(codeOf(closing), Code::Aborted);
    QCOMPARE(errors.size(), 0); // the program did it itself
    QTRY_COMPARE(atServer.size(), 1);
    QVERIFY(!atServer.first().at(1).isValid());
    QCOMPARE(serverErrors.size(), 1);
    QCOMPARE(serverErrors.first().first().value<IPCError>().code(), Code::ConnectionLost);
    pair.client.abort(); // of nothing
    QCOMPARE(closed.size(), 1);
}

void tst_Closing::abortWhileConnecting()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const auto connecting = pair.client.connectToServer();
    const auto sending = pair.client.send(1);
    pair.client.abort();
    QCOMPARE(codeOf(connecting), Code::Aborted);
    QCOMPARE(codeOf(sending), Code::Aborted);
    QCOMPARE(closed.size(), 1);
    QCOMPARE(pair.client.status(), Status::Idle);
}

void tst_Closing::closeWhileConnecting()
{
    Pair pair; // nobody listens
    pair.client.setAutoReconnect(true);
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QVERIFY(settled(pair.client.close()));
    QCOMPARE(codeOf(connecting), Code::Closed);
    QCOMPARE(pair.client.status(), Status::Idle);

    const auto again = pair.client.connectToServer();
    QVERIFY(settled(pair.client.close())); // before its first try is over
    QCOMPARE(codeOf(again), Code::Closed);
}

void tst_Closing::deletingAClientSaysFarewell()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QFuture<IPCResult<QVariant>> pending;
    {
        IPCClient client(pair.server.path());
        client.connectToServer();
        QVERIFY(client.waitForReady(5s));
        pending = client.request(1);
        QVERIFY(client.post(u"last"_s));
    }
    QCOMPARE(codeOf(pending), Code::Closed);
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(received.size(), 1);
    QCOMPARE(errors.size(), 0);
}

void tst_Closing::deletingAServerSaysFarewell()
{
    const QTemporaryDir folder;
    auto server = std::make_unique<IPCServer>(folder.filePath(u"s"_s));
    QVERIFY(server->listen());
    IPCClient client(server->path());
    client.connectToServer();
    QVERIFY(client.waitForReady(5s));
    const QSignalSpy closed(&client, &IPCClient::closed);
    const QSignalSpy errors(&client, &IPCPeer::errorOccurred);
    server.reset();
    QTRY_COMPARE(closed.size(), 1); // and not Reconnecting
    QCOMPARE(errors.size(), 0);
}

void tst_Closing::waitsForNobodyLongerThanItsLimit()
{
    Pair pair;
    IPCLimits limits;
    limits.setCloseTime(30ms);
    pair.client.setLimits(limits);
    QVERIFY(pair.connect());
    pair.connection()->pause(); // it reads nothing, so it hears no farewell
    QVERIFY(pair.client.post(QByteArray(30'000'000, 'x')));
    QCOMPARE(codeOf(pair.client.close()), Code::TimedOut);
    QCOMPARE(pair.client.status(), Status::Idle);
}

void tst_Closing::walksThroughItsStates()
{
    Pair pair;
    QList<Status> states;
    connect(&pair.client, &IPCClient::statusChanged, this,
            [&states](Status status) { states.append(status); });
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    QCOMPARE(pair.client.status(), Status::Idle);
    QVERIFY(pair.connect());
    QVERIFY(settled(pair.client.close()));
    QCOMPARE(states,
             (QList<Status>{Status::Connecting, Status::Connected, Status::Ready,
                            Status::Disconnected, Status::Idle}));
    QCOMPARE(ready.size(), 1);
}

void tst_Closing::waitForClosedReturnsWhenItIs()
{
    Pair pair;
    QVERIFY(pair.connect());
    QVERIFY(!pair.client.waitForClosed(10ms));
    pair.client.close();
    QVERIFY(pair.client.waitForClosed(5s));
    pair.server.close();
    QVERIFY(pair.server.waitForClosed(5s));
}

QTEST_GUILESS_MAIN(tst_Closing)

#include "tst_closing.moc"
