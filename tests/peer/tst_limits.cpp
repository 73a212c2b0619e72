// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

// Past each limit the error says how much is allowed and which property says so. The limits that
// only a bad peer reaches are in tst_hostile.

namespace {

//! Fills what may wait for a server that does not read.
IPCError fillQueue(IPCClient &client)
{
    IPCResult<void> taken;
    for (int i = 0; i < 10'000 && taken; ++i)
        taken = client.post(QByteArray(1'000, 'x'));
    return taken.error();
}

QVariant nested(int levels)
{
    QVariant value = 1;
    for (int i = 0; i < levels; ++i)
        value = QVariantList{value};
    return value;
}

//! A message of so many values, which takes little room when compressed.
QVariantList numbers(int count)
{
    return QVariantList(count, 1);
}

using Reach = std::function<IPCError(Pair &)>;

//! What the sender is told of \a message.
Reach sending(const QVariant &message)
{
    return [message](Pair &pair) { return settled(pair.client.send(message)).error(); };
}

//! What the receiver says of \a message, which is the end of the connection.
Reach receiving(const QVariant &message)
{
    return [message](Pair &pair) {
        const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
        const bool told = pair.client.post(message).hasValue()
            && QTest::qWaitFor([&] { return !errors.isEmpty(); });
        return told ? errors.first().first().value<IPCError>() : IPCError();
    };
}

} // namespace

Q_DECLARE_METATYPE(Reach)

class tst_Limits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areNamedWhereTheyAreReached_data();
    void areNamedWhereTheyAreReached();
    void boundWhatIsInflated();
};

void tst_Limits::areNamedWhereTheyAreReached_data()
{
    QTest::addColumn<IPCLimits>("ours"); // the client's
    QTest::addColumn<IPCLimits>("theirs"); // the server's
    QTest::addColumn<Reach>("reach");
    QTest::addColumn<Code>("code");
    QTest::addColumn<QString>("property");
    QTest::addColumn<QString>("allowed");

    const IPCLimits usual;
    IPCLimits size;
    size.setMessageSize(2'000);
    const QByteArray large(3'000, 'x');
    QTest::newRow("messageSize, sending") << size << usual << sending(large)
                                          << Code::MessageTooLarge << u"messageSize"_s << u"2000"_s;
    QTest::newRow("messageSize, receiving")
        << usual << size << receiving(large) << Code::MessageTooLarge << u"messageSize"_s
        << u"2000"_s;

    IPCLimits values;
    values.setValues(20);
    QTest::newRow("values, sending")
        << values << usual << sending(numbers(30)) << Code::EncodingError << u"values"_s << u"20"_s;
    QTest::newRow("values, receiving") << usual << values << receiving(numbers(30))
                                       << Code::DecodingError << u"values"_s << u"20"_s;

    IPCLimits nesting;
    nesting.setNesting(10);
    QTest::newRow("nesting, sending") << nesting << usual << sending(nested(20))
                                      << Code::EncodingError << u"nesting"_s << u"10"_s;
    QTest::newRow("nesting, receiving") << usual << nesting << receiving(nested(20))
                                        << Code::DecodingError << u"nesting"_s << u"10"_s;

    IPCLimits queue;
    queue.setQueuedBytes(5'000);
    const Reach filling = [](Pair &pair) {
        pair.connection()->pause();
        return fillQueue(pair.client);
    };
    QTest::newRow("queuedBytes") << queue << usual << filling << Code::QueueFull << u"queuedBytes"_s
                                 << u"5000"_s;

    IPCLimits requests;
    requests.setRequests(3);
    const Reach asking = [](Pair &pair) {
        QList<IPCResponder> kept;
        QObject::connect(
            &pair.server, &IPCServer::requestReceived, &pair.server,
            [&kept](const QVariant &, const IPCResponder &respond) { kept.append(respond); });
        for (int i = 0; i < 3; ++i)
            pair.client.request(i);
        return settled(pair.client.request(3)).error();
    };
    QTest::newRow("requests") << usual << requests << asking << Code::RemoteError << u"requests"_s
                              << u"3"_s;

    IPCLimits topics;
    topics.setTopics(2);
    const Reach subscribing = [](Pair &pair) {
        return settled(pair.client.subscribe({u"a"_s, u"b"_s, u"c"_s})).error();
    };
    QTest::newRow("topics") << usual << topics << subscribing << Code::RemoteError << u"topics"_s
                            << u"2"_s;

    const auto joining = [](const std::function<void(IPCServer &)> &restrict) -> Reach {
        return [restrict](Pair &pair) {
            restrict(pair.server);
            IPCClient another(pair.server.path());
            return settled(another.connectToServer()).error();
        };
    };
    QTest::newRow("maxConnections")
        << usual << usual << joining([](IPCServer &server) { server.setMaxConnections(1); })
        << Code::TooManyConnections << u"maxConnections"_s << u"1"_s;
#ifndef QIPC_PORTABLE_TRANSPORT
    QTest::newRow("maxConnectionsPerUser")
        << usual << usual << joining([](IPCServer &server) { server.setMaxConnectionsPerUser(1); })
        << Code::TooManyConnections << u"maxConnectionsPerUser"_s << u"1"_s;
#endif
}

void tst_Limits::areNamedWhereTheyAreReached()
{
    QFETCH(const IPCLimits, ours);
    QFETCH(const IPCLimits, theirs);
    QFETCH(const Reach, reach);
    QFETCH(const Code, code);
    QFETCH(const QString, property);
    QFETCH(const QString, allowed);
    Pair pair;
    pair.client.setLimits(ours);
    pair.server.setLimits(theirs);
    QVERIFY(pair.connect());
    const IPCError error = reach(pair);
    QCOMPARE(error.code(), code);
    const QString text = error.message();
    QVERIFY2(text.contains(u'(' + property + u')')
                 || text.contains(u"(limits."_s + property + u')'),
             qPrintable(text));
    QVERIFY2(text.contains(allowed), qPrintable(text));
    QCOMPARE(error.limit(), property);
}

// A message of 1 MB that is 1 KB on its way is still one of 1 MB.
void tst_Limits::boundWhatIsInflated()
{
    Pair pair;
    IPCLimits limits;
    limits.setMessageSize(100'000);
    pair.server.setLimits(limits);
    pair.server.setCompression(true);
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QVERIFY(settled(pair.client.send(QByteArray(90'000, 'x'))));
    QTRY_COMPARE(received.size(), 1);
    const IPCError error = receiving(QByteArray(1'000'000, 'x'))(pair);
    QCOMPARE(error.code(), Code::MessageTooLarge);
    QCOMPARE(error.limit(), u"messageSize"_s);
    QCOMPARE(received.size(), 1);
}

QTEST_GUILESS_MAIN(tst_Limits)

#include "tst_limits.moc"
