// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QLine>

class tst_Topics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reachTheirSubscribersAlone();
    void areToldToTheServer();
    void sayWhetherAnythingChanged();
    void carryEveryValue();
    void aPublisherIsToldWhenItIsDone();
    void areForgottenWithTheirConnection();
    void aMessageThatLooksLikeAPublicationIsAMessage();
    void anOrdinaryRequestReachesTheHandler();
    void tooManyAreRefused();
    void tooLongOnesAreRefused();
    void aListThatRepeatsItselfCostsLittle();
    void whatOneFormatCannotCarryReachesTheOthers();
};

void tst_Topics::reachTheirSubscribersAlone()
{
    Pair pair;
    QVERIFY(pair.connect());
    IPCClient other(pair.server.path());
    other.connectToServer();
    QVERIFY(other.waitForReady(5s));
    const QSignalSpy published(&pair.client, &IPCClient::published);
    const QSignalSpy toOther(&other, &IPCClient::published);
    const QSignalSpy messages(&pair.client, &IPCPeer::messageReceived);
    QVERIFY(settled(pair.client.subscribe(u"news"_s)));
    QVERIFY(settled(other.subscribe(QStringList{u"sport"_s, u"weather"_s})));
    QCOMPARE(pair.client.topics(), QStringList{u"news"_s});

    QCOMPARE(pair.server.publish(u"news"_s, 1).valueOr(-1), 1);
    QCOMPARE(pair.server.publish(u"nothing"_s, 1).valueOr(-1), 0);
    QVERIFY(settled(other.publish(u"news"_s, 2)));
    QTRY_COMPARE(published.size(), 2);
    QCOMPARE(published.first(), QVariantList({u"news"_s, 1LL}));
    QCOMPARE(published.last(), QVariantList({u"news"_s, 2LL}));
    QCOMPARE(messages.size(), 0);
    QCOMPARE(toOther.size(), 0);
}

void tst_Topics::areToldToTheServer()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy subscribed(&pair.server, &IPCServer::subscribed);
    const QSignalSpy unsubscribed(&pair.server, &IPCServer::unsubscribed);
    const QSignalSpy requests(&pair.server, &IPCServer::requestReceived);
    QVERIFY(settled(pair.client.subscribe(QStringList{u"a"_s, u"b"_s})));
    QTRY_COMPARE(subscribed.size(), 2);
    QCOMPARE(subscribed.first().first(), QVariant(u"a"_s));
    QCOMPARE(subscribed.first().last().value<IPCConnection *>(), pair.connection());
    QVERIFY(settled(pair.client.unsubscribe(u"a"_s)));
    QTRY_COMPARE(unsubscribed.size(), 1);
    QCOMPARE(unsubscribed.first().first(), QVariant(u"a"_s));
    QCOMPARE(requests.size(), 0);
}

void tst_Topics::sayWhetherAnythingChanged()
{
    Pair pair;
    QVERIFY(pair.connect());
    QCOMPARE(settled(pair.client.subscribe(u"a"_s)).valueOr(false), true);
    QCOMPARE(settled(pair.client.subscribe(u"a"_s)).valueOr(true), false);
    QCOMPARE(settled(pair.client.unsubscribe(QStringList{u"a"_s, u"b"_s})).valueOr(false), true);
    QCOMPARE(settled(pair.client.unsubscribe(u"a"_s)).valueOr(true), false);
    QVERIFY(pair.client.topics().isEmpty());
}

void tst_Topics::carryEveryValue()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy published(&pair.client, &IPCClient::published);
    QVERIFY(settled(pair.client.subscribe(u"t"_s)));
    const QVariantList values{
        QVariant(),      QVariant::fromValue(nullptr),   false, 0LL, QString(),
        QByteArray("x"), QVariantMap{{u"pub"_s, u"t"_s}}};
    for (const QVariant &value : values)
        QVERIFY(settled(pair.client.publish(u"t"_s, value)));
    QTRY_COMPARE(published.size(), values.size());
    for (qsizetype i = 0; i < values.size(); ++i)
        QCOMPARE(published.at(i).last(), values.at(i));
    QCOMPARE(codeOf(pair.client.publish(u"t"_s, QLine())), Code::EncodingError);
    QCOMPARE(pair.server.publish(u"t"_s, QLine()).error().code(), Code::EncodingError);
}

void tst_Topics::aPublisherIsToldWhenItIsDone()
{
    Pair pair;
    QVERIFY(pair.connect());
    QStringList order;
    connect(&pair.client, &IPCClient::published, this, [&order] { order.append(u"published"_s); });
    QVERIFY(settled(pair.client.subscribe(u"t"_s)));
    pair.client.publish(u"t"_s, 1).then(this, [&order](const IPCResult<void> &result) {
        order.append(result ? u"done"_s : u"failed"_s);
    });
    QTRY_COMPARE(order, (QStringList{u"published"_s, u"done"_s}));
}

void tst_Topics::areForgottenWithTheirConnection()
{
    Pair pair;
    QVERIFY(pair.connect());
    QVERIFY(settled(pair.client.subscribe(u"t"_s)));
    QCOMPARE(pair.server.publish(u"t"_s, 1).valueOr(-1), 1);
    QVERIFY(settled(pair.client.close()));
    QTRY_VERIFY(pair.server.connections().isEmpty());
    QCOMPARE(pair.server.publish(u"t"_s, 1).valueOr(-1), 0);
    QVERIFY(pair.client.topics().isEmpty());
}

void tst_Topics::aMessageThatLooksLikeAPublicationIsAMessage()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy messages(&pair.client, &IPCPeer::messageReceived);
    const QSignalSpy published(&pair.client, &IPCClient::published);
    const QVariantMap lookalike{{u"pub"_s, u"other"_s}, {u"message"_s, 1LL}};
    QVERIFY(settled(pair.client.subscribe(u"t"_s)));
    QVERIFY(pair.connection()->post(lookalike));
    QTRY_COMPARE(messages.size(), 1);
    QCOMPARE(messages.first().first(), QVariant(lookalike));
    QCOMPARE(published.size(), 0);
}

void tst_Topics::anOrdinaryRequestReachesTheHandler()
{
    Pair pair;
    QVERIFY(pair.connect());
    connect(&pair.server, &IPCServer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    const QVariantMap request{{u"sub"_s, u"a"_s}, {u"more"_s, 1LL}};
    QCOMPARE(settled(pair.client.request(request)).valueOr({}), QVariant(request));
    QCOMPARE(settled(pair.client.request(u"sub"_s)).valueOr({}), QVariant(u"sub"_s));
}

void tst_Topics::tooManyAreRefused()
{
    Pair pair;
    IPCLimits limits;
    limits.setTopics(2);
    pair.server.setLimits(limits);
    QVERIFY(pair.connect());
    const QSignalSpy subscribed(&pair.server, &IPCServer::subscribed);
    QCOMPARE(codeOf(pair.client.subscribe({u"a"_s, u"b"_s, u"c"_s})), Code::RemoteError);
    QCOMPARE(pair.client.topics(), QStringList());
    QCOMPARE(pair.server.publish(u"a"_s, 1).valueOr(-1), 0); // all of them, or none
    QCOMPARE(subscribed.size(), 0);

    QVERIFY(settled(pair.client.subscribe({u"a"_s, u"b"_s, u"a"_s})));
    const auto third = settled(pair.client.subscribe(u"c"_s));
    QCOMPARE(third.error().code(), Code::RemoteError);
    QCOMPARE(third.error().remoteCode(), u"qipc.too-many-topics"_s);
    QVERIFY(settled(pair.client.subscribe(u"a"_s))); // it has that one
    QVERIFY(settled(pair.client.unsubscribe(u"a"_s)));
    QVERIFY(settled(pair.client.subscribe(u"c"_s)));
}

void tst_Topics::tooLongOnesAreRefused()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QString longest(IPCLimits::maxTopicSize, u'x');
    QVERIFY(settled(pair.client.subscribe(longest)));
    const auto tooLong = settled(pair.client.subscribe({u"a"_s, longest + u'x'}));
    QCOMPARE(tooLong.error().remoteCode(), u"qipc.topic-too-long"_s);
    QVERIFY2(tooLong.error().message().contains(u"1024"), qPrintable(tooLong.error().message()));
    QCOMPARE(pair.client.topics(), QStringList{longest});
    QCOMPARE(pair.server.publish(u"a"_s, 1).valueOr(-1), 0);
}

// Comparing each with all before it would take many seconds, for all clients.
void tst_Topics::aListThatRepeatsItselfCostsLittle()
{
    Pair pair;
    QVERIFY(pair.connect());
    QStringList names;
    for (int i = 0; i < 1000; ++i)
        names.append(u"a topic with the number %1"_s.arg(i, 4));
    for (int i = 0; i < 500'000; ++i)
        names.append(names.at(999));
    QElapsedTimer clock;
    clock.start();
    QVERIFY(settled(pair.client.request(QVariantMap{{u"sub"_s, names}}, 60s)));
    QVERIFY2(clock.elapsed() < 3000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(pair.server.publish(names.first(), 1).valueOr(-1), 1);
}

// Bytes take up to four times as many in JSON, which any client may choose.
void tst_Topics::whatOneFormatCannotCarryReachesTheOthers()
{
    Pair pair;
    IPCLimits limits;
    limits.setMessageSize(64 * 1024);
    pair.server.setLimits(limits);
    QVERIFY(pair.connect());
    IPCClient json(pair.server.path());
    json.setEncoding(IPCClient::Encoding::Json);
    json.setAutoReconnect(false);
    QVERIFY(settled(json.connectToServer()));
    QVERIFY(settled(json.subscribe(u"t"_s)));
    const QByteArray bytes(40 * 1024, '\xff');
    const auto unsent =
        settled(pair.client.publish(u"t"_s, bytes)); // in no format that is asked for
    QCOMPARE(unsent.error().remoteCode(), u"qipc.not-published"_s);

    QVERIFY(settled(pair.client.subscribe(u"t"_s)));
    const QSignalSpy published(&pair.client, &IPCClient::published);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    QVERIFY(settled(pair.client.publish(u"t"_s, bytes)));
    QTRY_COMPARE(published.size(), 1);
    QCOMPARE(errors.size(), 1); // of the one that could not get it
    QCOMPARE(errors.first().first().value<IPCError>().code(), Code::MessageTooLarge);

    QCOMPARE(pair.server.broadcast(bytes).valueOr(-1), 1);
    connect(&pair.client, &IPCPeer::requestReceived, this,
            [](const QVariant &, const IPCResponder &respond) { respond(1); });
    const auto survey = settled(pair.server.survey(bytes));
    QVERIFY(survey);
    QCOMPARE(survey->size(), 2);
    QVERIFY(survey->at(0).result);
    QCOMPARE(survey->at(1).result.error().code(), Code::MessageTooLarge);
}

QTEST_GUILESS_MAIN(tst_Topics)

#include "tst_topics.moc"
