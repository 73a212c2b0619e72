// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QDir>
#include <QtCore/QLine>
#include <QtCore/QScopeGuard>

using Status = IPCClient::Status;

namespace {

// A client that comes back quickly, and without end.
struct Patient : Pair
{
    Patient()
    {
        client.setAutoReconnect(true);
        client.setRetries(-1);
        client.setRetryInterval(5ms);
    }
};

} // namespace

class tst_Reconnecting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void alsoRetriesTheFirstConnect();
    void givesUpAfterItsRetries();
    void waitsLongerEachTimeUpToTheMaximum();
    void comesBackAfterALoss();
    void comesBackWhereTheServerAsksForIt();
    void comesBackToANewServer();
    void comesBackToTheSameAddressAfterAChangeOfFolder();
    void comesBackToTheSameAddressWithAnotherTmpdir();
    void goesToANewPathWithTheNextTry();
    void saysWhyItIsNotReady();
    void saysWhyItGaveUp();
    void asksForItsIdAgain();
    void getsAnotherIdWhereItsOwnIsTaken();
    void subscribesAgain();
    void failsWhatWasOnItsWay();
    void keepsWhatIsSentMeanwhileInOrder();
    void keepsTheOrderWhereSomeCannotBeSent();
    void boundsTheOutbox();
    void refusesTheOutboxWhatCannotBeSent();
    void aRequestInTheOutboxTimesOut();
    void staysAwayWhereItIsTurnedOff();
    void pausedItStaysPaused();
};

void tst_Reconnecting::alsoRetriesTheFirstConnect()
{
    Patient pair;
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QVERIFY(pair.server.listen());
    QVERIFY(settled(connecting));
    QCOMPARE(pair.client.status(), Status::Ready);
}

void tst_Reconnecting::givesUpAfterItsRetries()
{
    Patient pair;
    pair.client.setRetries(2);
    int tries = 0;
    connect(&pair.client, &IPCClient::statusChanged, this,
            [&tries](Status status) { tries += status == Status::Connecting ? 1 : 0; });
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::NoSuchServer);
    QCOMPARE(tries, 3);
    QCOMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 1);
}

void tst_Reconnecting::waitsLongerEachTimeUpToTheMaximum()
{
    QCOMPARE(IPCClient().retryInterval(), 500ms);
    QCOMPARE(IPCClient().maxRetryInterval(), 10s);
    QCOMPARE(IPCClient().retries(), 3);
    QVERIFY(IPCClient().autoReconnect());

    Patient pair;
    pair.client.setRetries(4);
    pair.client.setRetryInterval(20ms);
    pair.client.setMaxRetryInterval(30ms);
    QList<qint64> waits;
    QElapsedTimer clock;
    connect(&pair.client, &IPCClient::statusChanged, this, [&waits, &clock](Status status) {
        if (status != Status::Connecting)
            return;
        if (clock.isValid())
            waits.append(clock.elapsed());
        clock.start();
    });
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::NoSuchServer);
    QCOMPARE(waits.size(), 4);
    QVERIFY(waits.at(0) >= 19); // coarse timers fire up to 5 % early
    for (int i = 1; i < 4; ++i)
        QVERIFY(waits.at(i) >= 28);
}

void tst_Reconnecting::comesBackAfterALoss()
{
    Patient pair;
    QVERIFY(pair.connect());
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    const QSignalSpy disconnected(&pair.client, &IPCPeer::disconnected);
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    pair.connection()->abort();
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::ConnectionLost);
    QCOMPARE(disconnected.size(), 1);
    QVERIFY(!disconnected.first().first().isValid());
    QCOMPARE(closed.size(), 0);
    QCOMPARE(connected.size(), 1);
}

void tst_Reconnecting::comesBackWhereTheServerAsksForIt()
{
    Patient pair;
    QVERIFY(pair.connect());
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    const QSignalSpy disconnected(&pair.client, &IPCPeer::disconnected);
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    QVERIFY(settled(pair.connection()->closeForRestart(u"update"_s)));
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(disconnected.first().first(), QVariant(u"update"_s));
    QTRY_VERIFY(pair.connection());
    QVERIFY(settled(pair.connection()->closeForRestart()));
    QTRY_COMPARE(ready.size(), 2);
    QCOMPARE(errors.size(), 0);
}

void tst_Reconnecting::comesBackToANewServer()
{
    Patient pair;
    QVERIFY(pair.connect());
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    const QSignalSpy closed(&pair.server, &IPCServer::closed);
    QVERIFY(settled(pair.server.closeForRestart()));
    QCOMPARE(closed.size(), 1);
    IPCServer next(pair.server.path());
    QVERIFY(next.listen());
    QTRY_COMPARE(ready.size(), 1);
    QTRY_COMPARE(next.connections().size(), 1);
}

void tst_Reconnecting::comesBackToTheSameAddressAfterAChangeOfFolder()
{
    Patient pair;
    QVERIFY(pair.server.listen());
    const QString before = QDir::currentPath();
    const auto goBack = qScopeGuard([&before] { QDir::setCurrent(before); });
    QVERIFY(QDir::setCurrent(pair.folder.path()));
    pair.client.setPath(u"./s"_s);
    QVERIFY(settled(pair.client.connectToServer()));

    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    QVERIFY(QDir::setCurrent(u"/"_s)); // as a daemon does
    QTRY_VERIFY(pair.connection());
    pair.connection()->abort();
    QTRY_COMPARE(ready.size(), 1);
}

void tst_Reconnecting::comesBackToTheSameAddressWithAnotherTmpdir()
{
    const QTemporaryDir other;
    const QByteArray before = qgetenv("TMPDIR");
    const auto restore = qScopeGuard([&before] {
        if (before.isNull())
            qunsetenv("TMPDIR");
        else
            qputenv("TMPDIR", before);
    });
    Patient pair;
    QVERIFY(pair.server.listen());
    qputenv("TMPDIR", QFile::encodeName(pair.folder.path()));
    pair.client.setPath(u"s"_s);
    QVERIFY(settled(pair.client.connectToServer()));

    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    qputenv("TMPDIR", QFile::encodeName(other.path()));
    QTRY_VERIFY(pair.connection());
    pair.connection()->abort();
    QTRY_COMPARE(ready.size(), 1);
}

void tst_Reconnecting::goesToANewPathWithTheNextTry()
{
    Patient pair;
    QVERIFY(pair.server.listen());
    pair.client.setPath(pair.folder.filePath(u"nobody"_s));
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    pair.client.setPath(pair.server.path());
    QVERIFY(settled(connecting));
}

// Also between the retries, of which errorOccurred() says nothing.
void tst_Reconnecting::saysWhyItIsNotReady()
{
    Patient pair;
    QVERIFY(!pair.client.error());
    const QSignalSpy changed(&pair.client, &IPCClient::errorChanged);
    const QSignalSpy occurred(&pair.client, &IPCPeer::errorOccurred);
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QCOMPARE(pair.client.error().code(), Code::NoSuchServer);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(occurred.size(), 0);

    QVERIFY(pair.server.listen());
    QVERIFY(settled(connecting));
    QVERIFY(!pair.client.error());
    QCOMPARE(changed.size(), 2);

    QTRY_VERIFY(pair.connection());
    Code whileDisconnected = Code::NoError;
    connect(&pair.client, &IPCPeer::disconnected, this,
            [&] { whileDisconnected = pair.client.error().code(); });
    pair.connection()->abort();
    QTRY_COMPARE(whileDisconnected, Code::ConnectionLost);
    QTRY_COMPARE(pair.client.status(), Status::Ready);
    QVERIFY(!pair.client.error());
    QVERIFY(settled(pair.client.close()));
    QVERIFY(!pair.client.error());
}

void tst_Reconnecting::saysWhyItGaveUp()
{
    Patient pair;
    pair.client.setRetries(1);
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::NoSuchServer);
    QCOMPARE(pair.client.status(), Status::Idle);
    QCOMPARE(pair.client.error().code(), Code::NoSuchServer);
    pair.client.connectToServer();
    QVERIFY(!pair.client.error());
}

void tst_Reconnecting::asksForItsIdAgain()
{
    Patient pair;
    QVERIFY(pair.connect());
    const QString id = pair.client.id();
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    const QSignalSpy renamed(&pair.client, &IPCPeer::idChanged);
    QVERIFY(settled(pair.server.closeForRestart()));
    IPCServer next(pair.server.path());
    QVERIFY(next.listen());
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(pair.client.id(), id);
    QCOMPARE(renamed.size(), 0);
    QTRY_VERIFY(next.connection(id));
}

// An id is a label: nobody takes it from one who is there.
void tst_Reconnecting::getsAnotherIdWhereItsOwnIsTaken()
{
    Patient pair;
    QVERIFY(pair.connect());
    const QString id = pair.client.id();
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    QVERIFY(settled(pair.server.closeForRestart()));
    IPCServer next(pair.server.path());
    next.setIdGenerator([id] { return id; });
    IPCClient thief(pair.server.path());
    thief.setRetries(-1);
    thief.setRetryInterval(1ms);
    pair.client.setPath(u"elsewhere"_s); // so that the other one is first
    QVERIFY(next.listen());
    thief.connectToServer();
    QVERIFY(thief.waitForReady(5s));
    QCOMPARE(thief.id(), id);
    pair.client.setPath(pair.server.path());
    QTRY_COMPARE(ready.size(), 1);
    QVERIFY(!pair.client.id().isEmpty());
    QVERIFY(pair.client.id() != id);
    QCOMPARE(thief.id(), id);
}

void tst_Reconnecting::subscribesAgain()
{
    Patient pair;
    QVERIFY(pair.connect());
    const QSignalSpy published(&pair.client, &IPCClient::published);
    const QSignalSpy subscribed(&pair.server, &IPCServer::subscribed);
    QVERIFY(settled(pair.client.subscribe(QStringList{u"a"_s, u"b"_s})));
    QVERIFY(settled(pair.client.unsubscribe(u"b"_s)));
    pair.connection()->abort();
    QTRY_COMPARE(subscribed.size(), 3); // a, b, and a again
    QCOMPARE(pair.server.publish(u"a"_s, 1).valueOr(-1), 1);
    QCOMPARE(pair.server.publish(u"b"_s, 1).valueOr(-1), 0);
    QTRY_COMPARE(published.size(), 1);
}

// It may have been carried out, so it is never sent again.
void tst_Reconnecting::failsWhatWasOnItsWay()
{
    Patient pair;
    QVERIFY(pair.connect());
    QList<IPCResponder> kept;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    const auto pending = pair.client.request(1, 0ms);
    QTRY_COMPARE(kept.size(), 1);
    pair.connection()->abort();
    QCOMPARE(codeOf(pending), Code::ConnectionLost);
    QTRY_COMPARE(ready.size(), 1);
    QVERIFY(settled(pair.client.ping()));
    QCOMPARE(kept.size(), 1);
}

void tst_Reconnecting::keepsWhatIsSentMeanwhileInOrder()
{
    Patient pair;
    QVariantList received;
    connect(&pair.server, &IPCServer::messageReceived, this,
            [&received](const QVariant &message) { received.append(message); });
    connect(&pair.server, &IPCServer::requestReceived, this,
            [&received](const QVariant &request, const IPCResponder &respond) {
                received.append(request);
                respond(request);
            });
    pair.client.connectToServer();
    QVERIFY(pair.client.post(1));
    const auto sending = pair.client.send(2);
    const auto asking = pair.client.request(3);
    const auto subscribing = pair.client.subscribe(u"t"_s);
    QTRY_COMPARE(pair.client.status(), Status::Reconnecting);
    QVERIFY(pair.client.post(4));
    QVERIFY(!sending.isFinished() && !asking.isFinished());
    QVERIFY(pair.server.listen());
    QVERIFY(settled(sending));
    QCOMPARE(settled(asking).valueOr({}), QVariant(3LL));
    QVERIFY(settled(subscribing));
    QTRY_COMPARE(received, (QVariantList{1LL, 2LL, 3LL, 4LL}));
}

// How large a message is depends on what the server turns out to speak.
void tst_Reconnecting::keepsTheOrderWhereSomeCannotBeSent()
{
    Patient pair;
    IPCLimits limits;
    limits.setMessageSize(10'000);
    pair.client.setLimits(limits);
    pair.server.setEncoding(IPCPeer::Encoding::Json);
    QVariantList received;
    connect(&pair.server, &IPCServer::messageReceived, this,
            [&received](const QVariant &message) { received.append(message); });
    pair.client.connectToServer();
    const auto failed =
        pair.client.send(QByteArray(9'000, '\xff')).then([&pair](const IPCResult<void> &result) {
            pair.client.send(u"instead"_s);
            return result;
        });
    QVERIFY(pair.client.post(u"next"_s));
    QVERIFY(pair.server.listen());
    QCOMPARE(codeOf(failed), Code::MessageTooLarge);
    QTRY_COMPARE(received, QVariantList({u"next"_s, u"instead"_s}));
}

void tst_Reconnecting::boundsTheOutbox()
{
    Patient pair;
    IPCLimits limits;
    limits.setQueuedBytes(10'000);
    pair.client.setLimits(limits);
    pair.client.connectToServer();
    QVERIFY(pair.client.post(QByteArray(8'000, 'x')));
    const auto refused = pair.client.post(QByteArray(8'000, 'y'));
    QCOMPARE(refused.error().code(), Code::QueueFull);
    QCOMPARE(refused.error().limit(), u"queuedBytes"_s);
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QVERIFY(pair.server.listen());
    QTRY_COMPARE(received.size(), 1);
    QVERIFY(pair.client.post(QByteArray(8'000, 'z')));
    QTRY_COMPARE(received.size(), 2);
}

void tst_Reconnecting::refusesTheOutboxWhatCannotBeSent()
{
    Patient pair;
    IPCLimits limits;
    limits.setMessageSize(2000);
    pair.client.setLimits(limits);
    pair.client.connectToServer();
    QCOMPARE(pair.client.post(QVariant(QLine())).error().code(), Code::EncodingError);
    QCOMPARE(codeOf(pair.client.request(QByteArray(3000, 'x'))), Code::MessageTooLarge);

    // What only turns out to be too large in the server's encoding is told, and costs nothing else.
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QVERIFY(pair.client.post(QByteArray(1900, 'x')));
    QVERIFY(pair.client.post(1));
    pair.server.setEncoding(IPCPeer::Encoding::Json);
    QVERIFY(pair.server.listen());
    QTRY_COMPARE(received.size(), 1);
    QCOMPARE(received.first().first(), QVariant(1LL));
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::MessageTooLarge);
}

void tst_Reconnecting::aRequestInTheOutboxTimesOut()
{
    Patient pair;
    pair.client.connectToServer();
    QCOMPARE(codeOf(pair.client.request(1, 20ms)), Code::TimedOut);
    const QSignalSpy requests(&pair.server, &IPCServer::requestReceived);
    QVERIFY(pair.server.listen());
    QVERIFY(pair.client.waitForReady(5s));
    QVERIFY(settled(pair.client.ping()));
    QCOMPARE(requests.size(), 0); // its time was over
}

void tst_Reconnecting::staysAwayWhereItIsTurnedOff()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    const QSignalSpy errors(&pair.client, &IPCPeer::errorOccurred);
    pair.connection()->abort();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::ConnectionLost);
    QCOMPARE(pair.client.status(), Status::Idle);
}

void tst_Reconnecting::pausedItStaysPaused()
{
    Patient pair;
    QVERIFY(pair.connect());
    const QSignalSpy ready(&pair.client, &IPCClient::ready);
    const QSignalSpy received(&pair.client, &IPCPeer::messageReceived);
    pair.client.pause();
    pair.connection()->abort();
    QTRY_COMPARE(ready.size(), 1);
    QTRY_VERIFY(pair.connection());
    QVERIFY(settled(pair.connection()->send(1)));
    const QSignalSpy atServer(&pair.server, &IPCServer::messageReceived);
    QVERIFY(pair.client.post(u"marker"_s));
    QTRY_COMPARE(atServer.size(), 1);
    QCOMPARE(received.size(), 0);
    pair.client.resume();
    QTRY_COMPARE(received.size(), 1);
}

QTEST_GUILESS_MAIN(tst_Reconnecting)

#include "tst_reconnecting.moc"
