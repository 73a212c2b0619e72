// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QLoggingCategory>
#include <QtCore/QRegularExpression>

// What is refused is logged under qipc.peer, for callers that ignore what they are told.

namespace {

// Publications lie in a map of ours.
const QRegularExpression notSent(u"^not sent: cannot encode a QObject\\* at (\\.\\w+)?\\.photo$"_s);

QVariant unsendable()
{
    return QVariantMap{{u"photo"_s, QVariant::fromValue<QObject *>(qApp)}};
}

using Call = std::function<void(Pair &pair)>;

} // namespace

Q_DECLARE_METATYPE(Call)

class tst_Refusals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void warnOfValuesThatCannotBeSent_data();
    void warnOfValuesThatCannotBeSent();
    void warnOfMessagesThatAreTooLarge();
    void warnOfMessagesThatTurnOutTooLarge();
    void warnOfPayloadsThatCannotBeSent();
    void warnOfAnswersThatCannotBeSent();
    void debugWhatDependsOnTheConnection();
    void areSilentAboutFullQueues();
};

void tst_Refusals::warnOfValuesThatCannotBeSent_data()
{
    QTest::addColumn<Call>("call");
    const auto row = [](const char *name, const Call &call) { QTest::newRow(name) << call; };
    row("post", [](Pair &pair) { QVERIFY(!pair.client.post(unsendable())); });
    row("send", [](Pair &pair) { pair.client.send(unsendable()); });
    row("request", [](Pair &pair) { pair.client.request(unsendable()); });
    row("ping", [](Pair &pair) { pair.client.ping(unsendable(), 1s); });
    row("close", [](Pair &pair) { pair.client.close(unsendable()); });
    row("publish of a client", [](Pair &pair) { pair.client.publish(u"t"_s, unsendable()); });
    row("publish", [](Pair &pair) { QVERIFY(!pair.server.publish(u"t"_s, unsendable())); });
    row("of a connection", [](Pair &pair) { pair.connection()->send(unsendable()); });
    row("broadcast", [](Pair &pair) { QVERIFY(!pair.server.broadcast(unsendable())); });
    row("survey", [](Pair &pair) { pair.server.survey(unsendable()); });
    row("while connecting", [](Pair &pair) {
        IPCClient other(pair.server.path());
        other.connectToServer();
        other.send(unsendable());
    });
}

void tst_Refusals::warnOfValuesThatCannotBeSent()
{
    QFETCH(Call, call);
    Pair pair;
    QVERIFY(pair.connect());
    QTest::ignoreMessage(QtWarningMsg, notSent);
    call(pair);
}

void tst_Refusals::warnOfMessagesThatAreTooLarge()
{
    Pair pair;
    IPCLimits limits;
    limits.setMessageSize(10'000);
    pair.client.setLimits(limits);
    QVERIFY(pair.connect());
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"^not sent: the message has .* 10000 are allowed"_s));
    QVERIFY(!pair.client.post(QByteArray(10'000, 'x')));
}

// Taken as MessagePack while the encoding is not known; it takes more bytes as JSON.
void tst_Refusals::warnOfMessagesThatTurnOutTooLarge()
{
    Pair pair;
    IPCLimits limits;
    limits.setMessageSize(10'000);
    pair.client.setLimits(limits);
    pair.server.setEncoding(IPCPeer::Encoding::Json);
    pair.client.connectToServer();
    QVERIFY(pair.client.post(QByteArray(9'000, '\xff')));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"^not sent: the message has"_s));
    QVERIFY(pair.server.listen());
    pair.client.connectToServer();
    QSignalSpy errors(&pair.client, &IPCClient::errorOccurred);
    QTRY_COMPARE(errors.size(), 1);
}

void tst_Refusals::warnOfPayloadsThatCannotBeSent()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    pair.client.setPayload(unsendable());
    QTest::ignoreMessage(QtWarningMsg, notSent);
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::EncodingError);
}

void tst_Refusals::warnOfAnswersThatCannotBeSent()
{
    Pair pair;
    connect(&pair.server, &IPCServer::requestReceived, this,
            [](const QVariant &, const IPCResponder &respond) { respond(unsendable()); });
    QVERIFY(pair.connect());
    QTest::ignoreMessage(QtWarningMsg, notSent);
    QCOMPARE(codeOf(pair.client.request(1)), Code::NoAnswer);
}

void tst_Refusals::debugWhatDependsOnTheConnection()
{
    Pair pair;
    QLoggingCategory::setFilterRules(u"qipc.peer.debug=true"_s);
    QTest::ignoreMessage(QtDebugMsg, QRegularExpression(u"^refused: .*InvalidState"_s));
    QVERIFY(!pair.client.post(1));
    QTest::ignoreMessage(QtDebugMsg, QRegularExpression(u"^refused: .*InvalidState"_s));
    const IPCResponder nobodys;
    nobodys(1);
    QLoggingCategory::setFilterRules({});
}

void tst_Refusals::areSilentAboutFullQueues()
{
    Pair pair;
    IPCLimits limits;
    limits.setQueuedBytes(10'000);
    pair.client.setLimits(limits);
    pair.client.setAutoReconnect(true);
    pair.client.connectToServer(); // where nobody is
    pair.client.send(QByteArray(9'000, 'x')); // its future tells that it was not sent
    QTest::failOnWarning(QRegularExpression(u"not sent"_s));
    QCOMPARE(pair.client.post(QByteArray(9'000, 'x')).error().code(), Code::QueueFull);
}

QTEST_GUILESS_MAIN(tst_Refusals)

#include "tst_refusals.moc"
