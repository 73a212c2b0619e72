// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QLine>

// Who gets together with whom, and why not.

class tst_Addresses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNameLiesInTheTemporaryDirectory();
    void thereIsADefaultName();
    void listeningTellsItsAddress();
    void aSecondServerLeavesTheFirstAlone();
    void listenFailsWithAReason_data();
    void listenFailsWithAReason();
    void anAddressCanBeUsedAgain();
    void connectFailsWithAReason_data();
    void connectFailsWithAReason();
    void connectingTwiceIsRefused();
    void anAuthorizerRefuses();
    void theNextClientAboveTheLimitIsRefused();
    void aPayloadThatCannotBeSentFailsTheConnect();
    void aServerOfMessagePackAloneRefusesOthers();
    void aClientOfMessagePackAloneLeavesOthersPolitely();
    void idsComeFromTheGenerator();
    void aSubclassMakesItsOwnConnections();
};

void tst_Addresses::aNameLiesInTheTemporaryDirectory()
{
    const QString name = u"qipc-test-%1"_s.arg(QCoreApplication::applicationPid());
    IPCServer server(name);
    QVERIFY2(server.listen(), qPrintable(server.error().message()));
    QCOMPARE(server.address(), QDir::tempPath() + u'/' + name);
    IPCClient client(name);
    client.connectToServer();
    QVERIFY(client.waitForReady(5s));
}

void tst_Addresses::thereIsADefaultName()
{
    QCOMPARE(IPCServer().path(), QString());
    QCOMPARE(IPCClient().path(), QString());
    IPCServer server;
    if (server.listen()) // unless somebody on this machine has it
        QCOMPARE(server.address(), QDir::tempPath() + u"/qipc"_s);
    else
        QCOMPARE(server.error().code(), Code::AddressInUse);
}

void tst_Addresses::listeningTellsItsAddress()
{
    Pair pair;
    const QSignalSpy ready(&pair.server, &IPCServer::ready);
    const QSignalSpy listening(&pair.server, &IPCServer::listeningChanged);
    QVERIFY(!pair.server.isListening());
    QCOMPARE(pair.server.address(), QString());
    QVERIFY(pair.server.listen());
    QVERIFY(pair.server.isListening());
    QCOMPARE(ready.size(), 1);
    QCOMPARE(ready.first().first().toString(), pair.server.address());
    QCOMPARE(listening.size(), 1);
    QCOMPARE(pair.server.error(), IPCError());
    QVERIFY(!pair.server.listen());
    QCOMPARE(pair.server.error().code(), Code::InvalidState);
    QVERIFY(settled(pair.server.close()));
    QCOMPARE(pair.server.address(), QString());
    QCOMPARE(listening.size(), 2);
}

void tst_Addresses::aSecondServerLeavesTheFirstAlone()
{
    Pair pair;
    QVERIFY(pair.connect());
    {
        IPCServer second(pair.server.path());
        QVERIFY(!second.listen());
        QCOMPARE(second.error().code(), Code::AddressInUse);
    }
    IPCClient late(pair.server.path());
    late.connectToServer();
    QVERIFY(late.waitForReady(5s));
    QVERIFY(pair.client.isReady());
}

void tst_Addresses::listenFailsWithAReason_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<Code>("code");
    QTest::newRow("too long") << QString(u"/tmp/"_s + QString(200, u'x')) << Code::NameTooLong;
    QTest::newRow("no such folder") << u"/no/such/folder/s"_s << Code::NoSuchServer;
#ifndef QIPC_PORTABLE_TRANSPORT
    QTest::newRow("forbidden, also for root") << u"/proc/self/s"_s << Code::NoSuchServer;
#endif
    QTest::newRow("NUL") << u"/tmp/a"_s + QChar(u'\0') << Code::InvalidArgument;
}

void tst_Addresses::listenFailsWithAReason()
{
    QFETCH(QString, path);
    QFETCH(Code, code);
    IPCServer server(path);
    const QSignalSpy ready(&server, &IPCServer::ready);
    QVERIFY(!server.listen());
    QVERIFY(!server.isListening());
    QCOMPARE(server.error().code(), code);
    QVERIFY(!server.error().message().isEmpty());
    QCOMPARE(ready.size(), 0);
}

void tst_Addresses::anAddressCanBeUsedAgain()
{
    Pair pair;
    for (int round = 0; round < 3; ++round) {
        QVERIFY(pair.connect());
        QVERIFY(settled(pair.server.close()));
        QTRY_COMPARE(pair.client.status(), IPCClient::Status::Idle);
        QVERIFY(!QFile::exists(pair.server.path()));
    }
}

void tst_Addresses::connectFailsWithAReason_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<Code>("code");
    QTest::newRow("nothing there") << u"nothing"_s << Code::NoSuchServer;
    QTest::newRow("a file") << u"file"_s << Code::NotASocket;
    QTest::newRow("too long") << QString(200, u'x') << Code::NameTooLong;
#ifndef QIPC_PORTABLE_TRANSPORT
    QTest::newRow("a folder") << u"folder"_s << Code::NotASocket;
#endif
}

void tst_Addresses::connectFailsWithAReason()
{
    QFETCH(QString, name);
    QFETCH(Code, code);
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(QDir(folder.path()).mkdir(u"folder"_s));

    IPCClient client(folder.filePath(name));
    client.setAutoReconnect(false);
    const QSignalSpy errors(&client, &IPCPeer::errorOccurred);
    const QSignalSpy closed(&client, &IPCClient::closed);
    const auto future = client.connectToServer();
    QVERIFY(!future.isFinished());
    const auto result = settled(future);
    QCOMPARE(result.error().code(), code);
    QVERIFY(!result.error().message().isEmpty());
    QCOMPARE(client.status(), IPCClient::Status::Idle);
    QCOMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<IPCError>(), result.error());
    QCOMPARE(client.waitForReady(1s).error(), result.error());
}

void tst_Addresses::connectingTwiceIsRefused()
{
    Pair pair;
    QVERIFY(pair.connect());
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::InvalidState);
    QVERIFY(pair.client.isReady());
}

void tst_Addresses::anAuthorizerRefuses()
{
    Pair pair;
    const QSignalSpy connected(&pair.server, &IPCServer::connected);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    pair.server.setAuthorizer(
        [](const IPCCredentials &, const QVariant &payload) -> IPCResult<void> {
            if (payload.toString() == u"secret")
                return {};
            return IPCError(Code::Rejected, u"say the word"_s);
        });
    QVERIFY(pair.server.listen());
    const auto refused = settled(pair.client.connectToServer());
    QCOMPARE(refused.error().code(), Code::Rejected);
    QVERIFY2(refused.error().message().contains(u"say the word"_s),
             qPrintable(refused.error().message()));
    QCOMPARE(connected.size(), 0);
    QTRY_COMPARE(errors.size(), 1);

    pair.client.setPayload(u"secret"_s);
    QVERIFY(settled(pair.client.connectToServer()));
    QCOMPARE(connected.size(), 1);
}

void tst_Addresses::theNextClientAboveTheLimitIsRefused()
{
    Pair pair;
    pair.server.setMaxConnections(1);
    QVERIFY(pair.connect());
    IPCClient second(pair.server.path());
    QCOMPARE(codeOf(second.connectToServer()), Code::TooManyConnections); // and is not retried
    QVERIFY(pair.client.isReady());
    QVERIFY(settled(pair.client.close()));
    QTRY_VERIFY(pair.server.connections().isEmpty());
    QVERIFY(settled(second.connectToServer()));
}

void tst_Addresses::aPayloadThatCannotBeSentFailsTheConnect()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    pair.client.setPayload(QVariantMap{{u"where"_s, QLine()}});
    pair.client.setAutoReconnect(true);
    const auto result = settled(pair.client.connectToServer());
    QCOMPARE(result.error().code(), Code::EncodingError);
    QVERIFY(result.error().message().contains(u".where"_s));
}

void tst_Addresses::aServerOfMessagePackAloneRefusesOthers()
{
    Pair pair;
    pair.server.setEncoding(IPCPeer::Encoding::MessagePack);
    QVERIFY(pair.server.listen());
    pair.client.setEncoding(IPCPeer::Encoding::Json);
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::Rejected);
    pair.client.setEncoding(IPCPeer::Encoding::Auto);
    QVERIFY(settled(pair.client.connectToServer()));
    QVERIFY(settled(pair.client.close()));

    pair.server.setEncoding(IPCPeer::Encoding::Json);
    pair.client.setEncoding(IPCPeer::Encoding::MessagePack);
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::NotSupported);
}

// In the words that the server has just chosen, which may be compressed.
void tst_Addresses::aClientOfMessagePackAloneLeavesOthersPolitely()
{
    Pair pair;
    pair.server.setEncoding(IPCPeer::Encoding::Json);
    QVERIFY(pair.server.listen());
    const QSignalSpy gone(&pair.server, &IPCServer::disconnected);
    const QSignalSpy errors(&pair.server, &IPCServer::errorOccurred);
    pair.client.setEncoding(IPCPeer::Encoding::MessagePack);
    pair.client.setCompression(true);
    QCOMPARE(codeOf(pair.client.connectToServer()), Code::NotSupported);
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(gone.first().at(1), QVariant(u"the server does not speak MessagePack"_s));
    QCOMPARE(errors.size(), 0);
}

void tst_Addresses::idsComeFromTheGenerator()
{
    Pair pair;
    int made = 0;
    pair.server.setIdGenerator([&made] { return u"same-%1"_s.arg(made++ / 2); });
    QVERIFY(pair.connect());
    QCOMPARE(pair.client.id(), u"same-0"_s);
    IPCClient second(pair.server.path());
    second.connectToServer();
    QVERIFY(second.waitForReady(5s));
    QCOMPARE(second.id(), u"same-1"_s); // same-0 is taken
}

void tst_Addresses::aSubclassMakesItsOwnConnections()
{
    class Mine : public IPCConnection
    {
    public:
        explicit Mine(IPCServer *server)
            : IPCConnection(server)
        {
        }
    };
    class Server : public IPCServer
    {
    public:
        using IPCServer::IPCServer;

    protected:
        IPCConnection *createConnection() override { return new Mine(this); }
    };
    const QTemporaryDir folder;
    Server server(folder.filePath(u"s"_s));
    QVERIFY(server.listen());
    IPCClient client(server.path());
    client.connectToServer();
    QVERIFY(client.waitForReady(5s));
    QVERIFY(dynamic_cast<Mine *>(server.connections().value(0)));
}

QTEST_GUILESS_MAIN(tst_Addresses)

#include "tst_addresses.moc"
