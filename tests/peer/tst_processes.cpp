// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QFileInfo>
#include <QtCore/QProcess>

#include <cstdio>

// What two processes do for each other. This program is both: with arguments it is the other
// process.

namespace {

// A server that echoes requests until its standard input ends.
int serve(const QString &path)
{
    IPCServer server(path);
    QObject::connect(
        &server, &IPCServer::requestReceived, &server,
        [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    QObject::connect(&server, &IPCServer::messageReceived, &server,
                     [&server](const QVariant &message) { server.broadcast(message); });
    if (!server.listen())
        return 1;
    puts("ready");
    fflush(stdout);
    return QCoreApplication::exec();
}

class Other : public QProcess
{
public:
    explicit Other(const QString &path)
    {
        start(QCoreApplication::applicationFilePath(), {u"serve"_s, path});
        waitForReadyRead();
    }
    ~Other() override
    {
        kill();
        waitForFinished();
    }
};

} // namespace

class tst_Processes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void talkToEachOther();
    void noticeTheOthersDeath();
    void getTheAddressOfADeadServer();
};

void tst_Processes::talkToEachOther()
{
    const QTemporaryDir folder;
    const Other other(folder.filePath(u"s"_s));
    IPCClient client(folder.filePath(u"s"_s));
    QVERIFY(settled(client.connectToServer()));
#ifndef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(client.credentials().pid(), other.processId());
#endif
    const QByteArray large(5'000'000, 'x');
    QCOMPARE(settled(client.request(large)).valueOr({}), QVariant(large));
    const QSignalSpy received(&client, &IPCPeer::messageReceived);
    for (int i = 0; i < 1000; ++i)
        QVERIFY(client.post(i));
    QTRY_COMPARE(received.size(), 1000);
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(received.at(i).first(), QVariant(qlonglong(i)));
}

void tst_Processes::noticeTheOthersDeath()
{
    const QTemporaryDir folder;
    auto other = std::make_unique<Other>(folder.filePath(u"s"_s));
    IPCClient client(folder.filePath(u"s"_s));
    client.setRetries(-1);
    client.setRetryInterval(5ms);
    QVERIFY(settled(client.connectToServer()));
    const QString id = client.id();
    const QSignalSpy ready(&client, &IPCClient::ready);
    const auto pending = client.request(QByteArray(20'000'000, 'x'));
    other.reset(); // kill -9
    const auto answer = settled(pending);
    QVERIFY(answer || answer.error().code() == Code::ConnectionLost);
    QTRY_COMPARE(client.status(), IPCClient::Status::Reconnecting);
    other = std::make_unique<Other>(folder.filePath(u"s"_s));
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(client.id(), id);
    QCOMPARE(settled(client.request(2)).valueOr({}), QVariant(2LL));
}

void tst_Processes::getTheAddressOfADeadServer()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    {
        const Other other(path);
        IPCServer server(path);
        QVERIFY(!server.listen());
        QCOMPARE(server.error().code(), Code::AddressInUse);
    }
    QVERIFY(QFileInfo::exists(path)); // it was killed
    IPCClient client(path);
    client.setAutoReconnect(false);
    QCOMPARE(codeOf(client.connectToServer()), Code::ConnectionRefused);
    IPCServer server(path);
    QVERIFY2(server.listen(), qPrintable(server.error().message()));
    QVERIFY(settled(client.connectToServer()));
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"serve")
        return serve(arguments.value(2));
    tst_Processes test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_processes.moc"
