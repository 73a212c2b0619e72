// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Who may come in, and who has to go: verdicts that take their time, users that take too much, and
// clients that do not read.

#include "pair.h"

#include <QtCore/QPromise>

#include <memory>
#include <vector>

namespace {

using Verdict = QPromise<IPCResult<void>>;

//! Decides when the test says so.
class Court
{
public:
    explicit Court(IPCServer &server)
    {
        server.setAuthorizer([this](const IPCCredentials &, const QVariant &payload) {
            m_payload = payload;
            m_cases.push_back(std::make_unique<Verdict>());
            m_cases.back()->start();
            return m_cases.back()->future();
        });
    }

    [[nodiscard]] QVariant payload() const { return m_payload; }
    [[nodiscard]] size_t cases() const { return m_cases.size(); }
    void decide(size_t index, const IPCResult<void> &verdict)
    {
        m_cases.at(index)->addResult(verdict);
        m_cases.at(index)->finish();
    }
    void forgetAll() { m_cases.clear(); }

private:
    std::vector<std::unique_ptr<Verdict>> m_cases;
    QVariant m_payload;
};

IPCError refusal()
{
    return {Code::Rejected, u"say the word"_s};
}

} // namespace

class tst_Admission : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLateVerdictLetsIn();
    void aLateVerdictRefusesWithItsReason();
    void noVerdictInTimeRefuses();
    void aVerdictThatIsDroppedRefuses();
    void aVerdictAboutWhoHasGoneChangesNothing();
    void aVerdictBehindCloseRefuses();
    void aServerMayBeDeletedBeforeItsVerdict();
    void placesAreCountedAgainBehindAVerdict();
    void theAuthorizerSetLastDecides();

    void aUserHasSoManyConnections();
    void handshakesCountForTheirUser();

    void aSlowReaderIsKeptByDefault();
    void aSlowReaderIsCutOffWhereThatIsWished();
    void nothingFollowsWhatASlowReaderDidNotGet();
    void anAnswerThatDoesNotFitCutsOffToo();
};

void tst_Admission::aLateVerdictLetsIn()
{
    Pair pair;
    Court court(pair.server);
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    QVERIFY(pair.server.listen());
    pair.client.setPayload(u"hello"_s);
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    QCOMPARE(court.payload(), QVariant(u"hello"_s));
    QCOMPARE(connected.size(), 0);
    QVERIFY(!connecting.isFinished());

    court.decide(0, {});
    QVERIFY(settled(connecting));
    QTRY_COMPARE(connected.size(), 1);
    QCOMPARE(settled(pair.connection()->ping()).error(), IPCError());
}

void tst_Admission::aLateVerdictRefusesWithItsReason()
{
    Pair pair;
    Court court(pair.server);
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    QVERIFY(pair.server.listen());
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    court.decide(0, refusal());
    const auto refused = settled(connecting);
    QCOMPARE(refused.error().code(), Code::Rejected);
    QVERIFY2(refused.error().message().contains(u"say the word"_s),
             qPrintable(refused.error().message()));
    QCOMPARE(connected.size(), 0);
}

void tst_Admission::noVerdictInTimeRefuses()
{
    Pair pair;
    IPCLimits limits;
    limits.setHandshakeTime(100ms);
    pair.server.setLimits(limits);
    Court court(pair.server);
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    QVERIFY(pair.server.listen());
    QVERIFY(!settled(pair.client.connectToServer()));
    QCOMPARE(court.cases(), 1U);
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::TimedOut);

    court.decide(0, {}); // too late
    QCoreApplication::processEvents();
    QCOMPARE(connected.size(), 0);
}

void tst_Admission::aVerdictThatIsDroppedRefuses()
{
    Pair pair;
    Court court(pair.server);
    QVERIFY(pair.server.listen());
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    court.forgetAll(); // a promise that goes cancels its future
    QCOMPARE(codeOf(connecting), Code::Rejected);
}

void tst_Admission::aVerdictAboutWhoHasGoneChangesNothing()
{
    Pair pair;
    Court court(pair.server);
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    QVERIFY(pair.server.listen());
    pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    pair.client.abort();
    QTRY_COMPARE(errors.size(), 1);
    court.decide(0, {});
    QCoreApplication::processEvents();
    QCOMPARE(connected.size(), 0);
}

void tst_Admission::aVerdictBehindCloseRefuses()
{
    Pair pair;
    Court court(pair.server);
    QVERIFY(pair.server.listen());
    const auto connecting = pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    pair.server.close();
    court.decide(0, {});
    QCOMPARE(codeOf(connecting), Code::Rejected);
    QVERIFY(pair.server.connections().isEmpty());
}

void tst_Admission::aServerMayBeDeletedBeforeItsVerdict()
{
    const QTemporaryDir folder;
    auto server = std::make_unique<IPCServer>(folder.filePath(u"s"_s));
    Court court(*server);
    QVERIFY(server->listen());
    IPCClient client(server->path());
    client.setAutoReconnect(false);
    const auto connecting = client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    server.reset();
    court.decide(0, {});
    QVERIFY(!settled(connecting));
}

void tst_Admission::placesAreCountedAgainBehindAVerdict()
{
    Pair pair;
    Court court(pair.server);
    pair.server.setMaxConnections(1);
    QVERIFY(pair.server.listen());
    IPCClient second(pair.server.path());
    second.setAutoReconnect(false);
    const auto first = pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    const auto other = second.connectToServer();
    QTRY_COMPARE(court.cases(), 2U);
    court.decide(1, {});
    court.decide(0, {});
    QVERIFY(settled(other));
    QCOMPARE(codeOf(first), Code::TooManyConnections);
}

void tst_Admission::theAuthorizerSetLastDecides()
{
    Pair pair;
    Court court(pair.server);
    pair.server.setAuthorizer([](const IPCCredentials &, const QVariant &) { return refusal(); });
    QVERIFY(pair.server.listen());
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::Rejected);
    QCOMPARE(court.cases(), 0U);

    pair.server.setAuthorizer(nullptr);
    QVERIFY(settled(pair.client.connectToServer()));
}

void tst_Admission::aUserHasSoManyConnections()
{
    if (!IPCCredentials::ofThisProcess().isValid())
        QSKIP("the system does not tell who a peer is");
    Pair pair;
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    pair.server.setMaxConnectionsPerUser(1);
    QVERIFY(pair.connect());
    if (!pair.connection()->credentials().isValid())
        QSKIP("this transport does not tell who a peer is");

    IPCClient second(pair.server.path());
    const auto refused = settled(second.connectToServer()); // and is not retried
    QCOMPARE(refused.error().code(), Code::TooManyConnections);
    QVERIFY2(refused.error().message().contains(u"maxConnectionsPerUser"_s),
             qPrintable(refused.error().message()));
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().limit(), u"maxConnectionsPerUser"_s);
    QVERIFY(pair.client.isReady());

    QVERIFY(settled(pair.client.close()));
    QTRY_VERIFY(pair.server.connections().isEmpty());
    QVERIFY(settled(second.connectToServer()));
}

void tst_Admission::handshakesCountForTheirUser()
{
    Pair pair;
    Court court(pair.server);
    pair.server.setMaxConnectionsPerUser(1);
    QVERIFY(pair.server.listen());
    const auto first = pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 1U);
    {
        IPCClient second(pair.server.path());
        second.setAutoReconnect(false);
        const auto other = second.connectToServer();
        QTRY_VERIFY(other.isFinished() || court.cases() == 2);
        if (court.cases() == 2)
            QSKIP("this transport does not tell who a peer is");
        QCOMPARE(codeOf(other), Code::TooManyConnections);
    }
    court.decide(0, refusal());
    QCOMPARE(codeOf(first), Code::Rejected);
    const auto again = pair.client.connectToServer();
    QTRY_COMPARE(court.cases(), 2U);
    court.decide(1, {});
    QVERIFY(settled(again));
}

namespace {

constexpr qsizetype chunk = 256 * 1024;

//! Posts to a client that does not read, until one is not taken; the error, or none where more than
//! should fit was taken.
IPCError postUntilFull(IPCConnection *connection)
{
    for (int i = 0; i < 100; ++i) {
        if (const auto taken = connection->post(QByteArray(chunk, 'x')); !taken)
            return taken.error();
    }
    return {};
}

IPCLimits smallQueue()
{
    IPCLimits limits;
    limits.setQueuedBytes(4 * chunk);
    return limits;
}

} // namespace

void tst_Admission::aSlowReaderIsKeptByDefault()
{
    Pair pair;
    pair.server.setLimits(smallQueue());
    const QSignalSpy received(&pair.client, &IPCPeer::messageReceived);
    QVERIFY(pair.connect());
    pair.client.pause();
    auto *const connection = pair.connection();
    const IPCError full = postUntilFull(connection);
    QCOMPARE(full.code(), Code::QueueFull);
    QCOMPARE(full.limit(), u"queuedBytes"_s);
    QVERIFY(connection->queuedBytes() <= 4 * chunk);

    pair.client.resume();
    QTRY_COMPARE(connection->queuedBytes(), 0);
    QVERIFY(connection->post(u"last"_s));
    QTRY_COMPARE(received.value(received.size() - 1).value(0).toString(), u"last"_s);
}

void tst_Admission::aSlowReaderIsCutOffWhereThatIsWished()
{
    Pair pair;
    pair.server.setLimits(smallQueue());
    pair.server.setSlowReaders(IPCServer::SlowReaders::Disconnect);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    QVERIFY(pair.connect());
    pair.client.pause();
    auto *const connection = pair.connection();
    const auto question = connection->request(u"are you there?"_s, 0ms);
    QCOMPARE(postUntilFull(connection).code(), Code::QueueFull);
    QCOMPARE(gone.size(), 0); // never from inside the call
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::QueueFull);
    QCOMPARE(codeOf(question), Code::ConnectionLost);
}

void tst_Admission::nothingFollowsWhatASlowReaderDidNotGet()
{
    Pair pair;
    pair.server.setLimits(smallQueue());
    pair.server.setSlowReaders(IPCServer::SlowReaders::Disconnect);
    QVERIFY(pair.connect());
    const QSignalSpy messages(&pair.client, &IPCPeer::messageReceived);
    const QSignalSpy closed(&pair.client, &IPCClient::closed);
    auto *const connection = pair.connection();
    QVERIFY(connection->post(1)); // goes at once,
    QVERIFY(connection->post(2)); // and waits for the end of the turn
    const QByteArray large(smallQueue().queuedBytes(), 'x');
    QCOMPARE(connection->post(large).error().code(), Code::QueueFull);
    QCOMPARE(connection->post(3).error().code(), Code::QueueFull);
    QTRY_COMPARE(closed.size(), 1);
    QVERIFY(messages.size() <= 2);
}

void tst_Admission::anAnswerThatDoesNotFitCutsOffToo()
{
    Pair pair;
    pair.server.setLimits(smallQueue());
    pair.server.setSlowReaders(IPCServer::SlowReaders::Disconnect);
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    connect(&pair.server, &IPCServer::requestReceived, &pair.server,
            [](const QVariant &, const IPCResponder &respond) { respond(QByteArray(chunk, 'x')); });
    QVERIFY(pair.connect());
    pair.client.pause();
    std::vector<QFuture<IPCResult<QVariant>>> answers;
    for (int i = 0; i < 100; ++i)
        answers.push_back(pair.client.request(i, 0ms));
    QTRY_COMPARE(gone.size(), 1);
    for (const auto &answer : answers)
        QVERIFY(QTest::qWaitFor([&answer] { return answer.isFinished(); }));
}

QTEST_GUILESS_MAIN(tst_Admission)
#include "tst_admission.moc"
