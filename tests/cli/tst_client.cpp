// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "tool.h"

#include <QIpc/IPCServer>

#include <QtCore/QJsonDocument>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>
#include <QtTest/QSignalSpy>

#include <csignal>
#include <optional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

//! The commands that are clients, against a server in the test, or one in a process of its own.
class TestClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void sendsValuesInOrder_data();
    void sendsValuesInOrder();
    void sendsLargeValues();
    void sendsNothingOfWhatCannotBeRead();
    void sendTimesOut();
    void tellsItsPayload();

    void requestPrintsTheAnswer_data();
    void requestPrintsTheAnswer();
    void requestPrintsNothingForUndefined();
    void requestTellsErrorsApart_data();
    void requestTellsErrorsApart();
    void requestTimesOut();

    void pingPrintsRoundTrips();
    void pingEndsQuietlyWhenNobodyReads();

    void listenPrintsWhatComes();
    void listenAnswersRequests_data();
    void listenAnswersRequests();
    void listenSaysFarewellOnASignal_data();
    void listenSaysFarewellOnASignal();
    void listenReportsALostServer();
    void listenEndsQuietlyWhenNobodyReads();

    void subscribePrintsWhatIsPublished();
    void subscribeEndsWithTheServer();
    void subscribeTimesOut();
    void publishReachesSubscribers();

    void failsWithoutAServer_data();
    void failsWithoutAServer();
    void failsWhereTheServerRefuses();
    void failsWhereNobodySpeaks();
    void speaksEachCodec_data();
    void speaksEachCodec();
    void failsWhereTheCodecIsNotSpoken();
    void connectsOnceUnlessToldOtherwise();
    void retries();
    void comesBackToARestartedServer();

private:
    std::optional<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<IPCServer> m_server;
};

void TestClient::init()
{
    m_folder.emplace();
    m_path = m_folder->filePath(u"server"_s);
    m_server = std::make_unique<IPCServer>(m_path);
    QVERIFY(m_server->listen());
}

void TestClient::cleanup()
{
    m_server.reset();
    m_folder.reset();
}

void TestClient::sendsValuesInOrder_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QVariantList>("values");
    const auto row = [](const char *name, const QStringList &arguments, const QByteArray &input,
                        const QVariantList &values) {
        QTest::newRow(name) << arguments << input << values;
    };
    row("JSON", {u"1"_s, u"1.0"_s, u"\"two\""_s, u"[true]"_s, u"{\"a\":null}"_s}, {},
        {qlonglong(1), 1.0, u"two"_s, QVariantList{true},
         QVariantMap{{u"a"_s, QVariant::fromValue(nullptr)}}});
    row("negative number", {u"--"_s, u"-5"_s}, {}, {qlonglong(-5)});
    row("not ASCII", {u"\"żółw \u2026\""_s}, {}, {u"żółw \u2026"_s});
    row("strings", {u"--string"_s, u"1"_s, u"two words"_s, QString()}, {},
        {u"1"_s, u"two words"_s, QString()});
    row("JSON from input", {u"-"_s}, "{\n \"a\": 1\n}\n", {QVariantMap{{u"a"_s, qlonglong(1)}}});
    row("input among others", {u"1"_s, u"-"_s, u"3"_s}, "2",
        {qlonglong(1), qlonglong(2), qlonglong(3)});
    row("string from input", {u"--string"_s, u"-"_s}, "two\nlines\n\n", {u"two\nlines\n"_s});
    row("no string from input", {u"--string"_s, u"-"_s}, "", {QString()});
}

void TestClient::sendsValuesInOrder()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QByteArray, input);
    QFETCH(const QVariantList, values);
    QSignalSpy messages(m_server.get(), &IPCServer::messageReceived);
    const Outcome outcome = runTool(QStringList{u"send"_s, m_path} + arguments, input);
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.output, QByteArray());
    QCOMPARE(outcome.status, 0);
    QTRY_COMPARE(messages.size(), values.size());
    QVariantList received;
    for (const QVariantList &message : std::as_const(messages))
        received.append(message.first());
    QCOMPARE(received, values);
}

void TestClient::sendsLargeValues()
{
    QSignalSpy messages(m_server.get(), &IPCServer::messageReceived);
    const QByteArray large(8 * 1024 * 1024, 'x');
    const Outcome outcome =
        runTool({u"send"_s, m_path, u"--string"_s, u"first"_s, u"-"_s, u"last"_s}, large);
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.status, 0);
    QTRY_COMPARE(messages.size(), 3);
    QCOMPARE(messages.at(1).first().toString().size(), large.size());
}

void TestClient::sendsNothingOfWhatCannotBeRead()
{
#ifndef Q_OS_UNIX
    QSKIP("a folder cannot be opened");
#endif
    QSignalSpy connected(m_server.get(), &IPCServer::connected);
    QProcess process;
    process.setStandardInputFile(m_folder->path());
    process.start(QStringLiteral(QIPC_TOOL), {u"send"_s, m_path, u"--string"_s, u"-"_s});
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    const QByteArray errors = process.readAllStandardError();
    QVERIFY2(errors.startsWith("qipc: cannot read standard input: "), errors.constData());
    QCOMPARE(process.exitCode(), 2);
    QCOMPARE(connected.size(), 0);
}

void TestClient::sendTimesOut()
{
    connect(m_server.get(), &IPCServer::connected, m_server.get(),
            [](IPCConnection *connection) { connection->pause(); });
    const QByteArray large(8 * 1024 * 1024, 'x');
    const Outcome outcome =
        runTool({u"send"_s, m_path, u"--string"_s, u"-"_s, u"--timeout"_s, u"200"_s}, large);
    QCOMPARE(outcome.status, 4);
    QVERIFY2(outcome.errors.startsWith("qipc: ") && outcome.errors.count('\n') == 1,
             outcome.errors.constData());
}

void TestClient::tellsItsPayload()
{
    QSignalSpy connected(m_server.get(), &IPCServer::connected);
    QCOMPARE(runTool({u"ping"_s, m_path, u"-c"_s, u"1"_s, u"--payload"_s, u"[1]"_s}).status, 0);
    QCOMPARE(runTool({u"send"_s, m_path, u"--string"_s, u"x"_s, u"--payload"_s, u"[2]"_s}).status,
             0);
    QCOMPARE(connected.size(), 2);
    QCOMPARE(connected.at(0).at(1), QVariant(QVariantList{qlonglong(1)}));
    QCOMPARE(connected.at(1).at(1), QVariant(QVariantList{qlonglong(2)}));
}

void TestClient::requestPrintsTheAnswer_data()
{
    QTest::addColumn<QVariant>("answer");
    QTest::addColumn<QByteArray>("printed");
    QTest::newRow("number") << QVariant(42) << QByteArray("42\n");
    QTest::newRow("double") << QVariant(1.0) << QByteArray("1.0\n");
    QTest::newRow("string") << QVariant(u"a\nb"_s) << QByteArray("\"a\\nb\"\n");
    QTest::newRow("null") << QVariant::fromValue(nullptr) << QByteArray("null\n");
    QTest::newRow("bytes") << QVariant(QByteArray("\1\2"))
                           << QByteArray("{\"type\":\"Buffer\",\"data\":[1,2]}\n");
    QTest::newRow("undefined in a list")
        << QVariant(QVariantList{1, QVariant()}) << QByteArray("[1,null]\n");
    QVariant deep;
    for (int level = 0; level < IPCLimits().nesting(); ++level)
        deep = QVariantList{deep};
    QTest::newRow("deep") << deep
                          << QByteArray(QByteArray(IPCLimits().nesting(), '[') + "null"
                                        + QByteArray(IPCLimits().nesting(), ']') + '\n');
}

void TestClient::requestPrintsTheAnswer()
{
    QFETCH(const QVariant, answer);
    QFETCH(const QByteArray, printed);
    connect(m_server.get(), &IPCServer::requestReceived, m_server.get(),
            [&answer](const QVariant &, const IPCResponder &respond) { respond(answer); });
    const Outcome outcome = runTool({u"request"_s, m_path, u"{}"_s});
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.output, printed);
    QCOMPARE(outcome.status, 0);
}

void TestClient::requestPrintsNothingForUndefined()
{
    connect(m_server.get(), &IPCServer::requestReceived, m_server.get(),
            [](const QVariant &, const IPCResponder &respond) { respond(); });
    const Outcome outcome = runTool({u"request"_s, m_path, u"1"_s});
    QCOMPARE(outcome.output, QByteArray());
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.status, 0);
}

void TestClient::requestTellsErrorsApart_data()
{
    QTest::addColumn<QString>("does");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("fails") << u"fail"_s << 1 << QByteArray("not-found: there is no such thing");
    QTest::newRow("drops it") << u"drop"_s << 1 << QByteArray();
    QTest::newRow("closes") << u"close"_s << 5 << QByteArray();
    QTest::newRow("aborts") << u"abort"_s << 5 << QByteArray();
}

void TestClient::requestTellsErrorsApart()
{
    QFETCH(const QString, does);
    QFETCH(const int, status);
    QFETCH(const QByteArray, says);
    std::optional<IPCResponder> kept;
    connect(m_server.get(), &IPCServer::requestReceived, m_server.get(),
            [&kept](const QVariant &what, const IPCResponder &respond, IPCConnection *connection) {
                kept = respond;
                if (what == u"fail"_s)
                    respond.fail(u"not-found"_s, u"there is no such\nthing\x1b"_s);
                else if (what == u"drop"_s)
                    kept.reset();
                else if (what == u"close"_s)
                    connection->close();
                else
                    connection->abort();
            });
    const Outcome outcome = runTool({u"request"_s, m_path, u"--string"_s, does});
    QCOMPARE(outcome.status, status);
    QCOMPARE(outcome.output, QByteArray());
    QVERIFY2(outcome.errors.startsWith("qipc: ") && outcome.errors.contains(says),
             outcome.errors.constData());
    QCOMPARE(outcome.errors.count('\n'), 1);
    QVERIFY(!outcome.errors.contains('\x1b'));
}

void TestClient::requestTimesOut()
{
    std::optional<IPCResponder> kept;
    connect(m_server.get(), &IPCServer::requestReceived, m_server.get(),
            [&kept](const QVariant &, const IPCResponder &respond) { kept = respond; });
    const Outcome outcome = runTool({u"request"_s, m_path, u"1"_s, u"--timeout"_s, u"50"_s});
    QCOMPARE(outcome.status, 4);
    QVERIFY2(outcome.errors.startsWith("qipc: "), outcome.errors.constData());
}

void TestClient::pingPrintsRoundTrips()
{
    const Outcome outcome = runTool({u"ping"_s, m_path, u"-c"_s, u"3"_s});
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.status, 0);
    QList<QByteArray> lines = outcome.output.split('\n');
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines.takeLast(), QByteArray());
    const QByteArray summary = lines.takeLast();
    QList<double> times;
    for (const QByteArray &line : std::as_const(lines))
        times.append(line.toDouble());
    std::sort(times.begin(), times.end());
    QVERIFY(times.first() > 0);
    QVERIFY(summary.startsWith("{\"min\":"));
    QVERIFY(summary.indexOf("\"median\":") < summary.indexOf("\"max\":"));
    const QJsonObject object = QJsonDocument::fromJson(summary).object();
    QCOMPARE(object.size(), 3);
    QCOMPARE(object.value(u"min"_s).toDouble(), times.at(0));
    QCOMPARE(object.value(u"median"_s).toDouble(), times.at(1));
    QCOMPARE(object.value(u"max"_s).toDouble(), times.at(2));
}

void TestClient::pingEndsQuietlyWhenNobodyReads()
{
    QProcess head;
    Tool tool({u"ping"_s, m_path, u"-c"_s, u"1000000"_s}, head);
    head.start(u"head"_s, {u"-n"_s, u"1"_s});
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

void TestClient::listenPrintsWhatComes()
{
    connect(m_server.get(), &IPCServer::connected, m_server.get(), [](IPCConnection *connection) {
        connection->send(QVariantMap{{u"b"_s, 1}, {u"a"_s, 2}});
        connection->send({});
        connection->send(u"text"_s);
        connection->request(u"question"_s);
        connection->close(u"done"_s);
    });
    const Outcome outcome = runTool({u"listen"_s, m_path});
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.output, QByteArray("{\"a\":2,\"b\":1}\n\"text\"\n\"question\"\n"));
    QCOMPARE(outcome.status, 0);
}

void TestClient::listenAnswersRequests_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QVariant>("answer"); // undefined where there is none
    QTest::newRow("unhandled") << QStringList() << QVariant();
    QTest::newRow("echo") << QStringList{u"--echo"_s} << QVariant(u"question"_s);
    QTest::newRow("reply") << QStringList{u"--reply"_s, u"7"_s} << QVariant(qlonglong(7));
}

void TestClient::listenAnswersRequests()
{
    QFETCH(const QStringList, options);
    QFETCH(const QVariant, answer);
    Tool tool(QStringList{u"listen"_s, m_path} + options);
    QTRY_COMPARE(m_server->connections().size(), 1);
    const auto result = m_server->connections().first()->request(u"question"_s);
    QTRY_VERIFY(result.isFinished());
    QCOMPARE(result.result().valueOr(QVariant()), answer);
    if (!answer.isValid())
        QCOMPARE(result.result().error().code(), IPCError::Code::NoAnswer);
    QCOMPARE(tool.nextLine(), QByteArray("\"question\""));
}

void TestClient::listenSaysFarewellOnASignal_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestClient::listenSaysFarewellOnASignal()
{
    QFETCH(const int, number);
    Tool tool({u"listen"_s, m_path});
    QTRY_COMPARE(m_server->connections().size(), 1);
    QSignalSpy errors(m_server.get(), &IPCServer::errorOccurred);
    QSignalSpy disconnected(m_server.get(), &IPCServer::disconnected);
    tool.sendSignal(number);
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
    QTRY_COMPARE(disconnected.size(), 1);
    QCOMPARE(errors.size(), 0);
}

void TestClient::listenReportsALostServer()
{
    m_server.reset();
    Tool server({u"serve"_s, m_path});
    QVERIFY(server.nextLine().contains("ready"));
    Tool tool({u"listen"_s, m_path});
    QVERIFY(server.nextLine().contains("connected"));
    server.kill();
    QCOMPARE(tool.exitStatus(), 5);
    const QByteArray errors = tool.errors();
    QVERIFY2(errors.startsWith("qipc: ") && errors.count('\n') == 1, errors.constData());
}

void TestClient::listenEndsQuietlyWhenNobodyReads()
{
    QProcess head;
    Tool tool({u"listen"_s, m_path}, head);
    head.start(u"head"_s, {u"-n"_s, u"1"_s});
    QTRY_COMPARE(m_server->connections().size(), 1);
    QVERIFY(m_server->broadcast(1));
    QTRY_COMPARE(head.state(), QProcess::NotRunning);
    QCOMPARE(head.readAllStandardOutput(), QByteArray("1\n"));
#ifdef QIPC_PORTABLE_TRANSPORT
    QVERIFY(m_server->broadcast(2)); // there it is noticed when there is something to print
#endif
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

void TestClient::subscribePrintsWhatIsPublished()
{
    QSignalSpy subscribed(m_server.get(), &IPCServer::subscribed);
    Tool tool({u"subscribe"_s, m_path, u"news"_s, u"weather"_s});
    QTRY_COMPARE(subscribed.size(), 2);
    QVERIFY(m_server->publish(u"weather"_s, 21.5));
    QVERIFY(m_server->publish(u"sports"_s, 1));
    QVERIFY(m_server->publish(u"news"_s, QVariantMap{{u"a"_s, u"b"_s}}));
    QVERIFY(m_server->publish(u"news"_s, {}));
    QCOMPARE(tool.nextLine(), QByteArray(R"({"topic":"weather","message":21.5})"));
    QCOMPARE(tool.nextLine(), QByteArray(R"({"topic":"news","message":{"a":"b"}})"));
    QCOMPARE(tool.nextLine(), QByteArray(R"({"topic":"news"})"));
    tool.sendSignal(SIGTERM);
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.remainingOutput(), QByteArray());
    QCOMPARE(tool.errors(), QByteArray());
}

void TestClient::subscribeEndsWithTheServer()
{
    QSignalSpy subscribed(m_server.get(), &IPCServer::subscribed);
    Tool tool({u"subscribe"_s, m_path, u"news"_s});
    QTRY_COMPARE(subscribed.size(), 1);
    m_server->close();
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

void TestClient::subscribeTimesOut()
{
    connect(m_server.get(), &IPCServer::connected, m_server.get(),
            [](IPCConnection *connection) { connection->pause(); });
    const Outcome outcome = runTool({u"subscribe"_s, m_path, u"t"_s, u"--timeout"_s, u"200"_s});
    QCOMPARE(outcome.status, 4);
    QVERIFY2(outcome.errors.startsWith("qipc: ") && outcome.errors.count('\n') == 1,
             outcome.errors.constData());
}

void TestClient::publishReachesSubscribers()
{
    QSignalSpy subscribed(m_server.get(), &IPCServer::subscribed);
    Tool subscriber({u"subscribe"_s, m_path, u"news"_s});
    QTRY_COMPARE(subscribed.size(), 1);
    QCOMPARE(runTool({u"publish"_s, m_path, u"news"_s, u"[1]"_s}).status, 0);
    QCOMPARE(subscriber.nextLine(), QByteArray(R"({"topic":"news","message":[1]})"));
    const Outcome text = runTool({u"publish"_s, m_path, u"news"_s, u"--string"_s, u"It rains."_s});
    QCOMPARE(text.status, 0);
    QCOMPARE(text.output, QByteArray());
    QCOMPARE(subscriber.nextLine(), QByteArray(R"({"topic":"news","message":"It rains."})"));
}

void TestClient::failsWithoutAServer_data()
{
    QTest::addColumn<QStringList>("command"); // in which P stands for the path
    QTest::newRow("listen") << QStringList{u"listen"_s, u"P"_s};
    QTest::newRow("send") << QStringList{u"send"_s, u"P"_s, u"1"_s};
    QTest::newRow("request") << QStringList{u"request"_s, u"P"_s, u"1"_s};
    QTest::newRow("ping") << QStringList{u"ping"_s, u"P"_s};
    QTest::newRow("subscribe") << QStringList{u"subscribe"_s, u"P"_s, u"t"_s};
    QTest::newRow("publish") << QStringList{u"publish"_s, u"P"_s, u"t"_s, u"1"_s};
}

void TestClient::failsWithoutAServer()
{
    QFETCH(QStringList, command);
    const QString nothing = m_folder->filePath(u"nothing"_s);
    const Outcome outcome = runTool(command.replaceInStrings(u"P"_s, nothing));
    QCOMPARE(outcome.status, 3);
    QCOMPARE(outcome.output, QByteArray());
    QVERIFY2(outcome.errors.startsWith("qipc: ") && outcome.errors.contains(nothing.toUtf8()),
             outcome.errors.constData());
    QCOMPARE(outcome.errors.count('\n'), 1);
}

void TestClient::failsWhereTheServerRefuses()
{
    m_server->setAuthorizer([](const IPCCredentials &, const QVariant &) -> IPCResult<void> {
        return IPCError(IPCError::Code::Rejected, u"members only"_s);
    });
    const Outcome outcome = runTool({u"ping"_s, m_path});
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.errors.contains("members only"), outcome.errors.constData());
}

void TestClient::failsWhereNobodySpeaks()
{
    const QString path = m_folder->filePath(u"mute"_s);
    QLocalServer mute;
    QVERIFY(mute.listen(path));
    const Outcome outcome = runTool({u"ping"_s, path, u"--timeout"_s, u"50"_s});
    QCOMPARE(outcome.status, 4);
    QVERIFY2(outcome.errors.startsWith("qipc: "), outcome.errors.constData());
}

void TestClient::speaksEachCodec_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("auto") << QStringList{u"--codec"_s, u"auto"_s};
    QTest::newRow("json") << QStringList{u"--codec"_s, u"json"_s};
    QTest::newRow("msgpack") << QStringList{u"--codec"_s, u"msgpack"_s};
    QTest::newRow("json, compressed") << QStringList{u"--codec=json"_s, u"--compress"_s};
    QTest::newRow("msgpack, compressed") << QStringList{u"--codec=msgpack"_s, u"--compress"_s};
}

void TestClient::speaksEachCodec()
{
    QFETCH(const QStringList, options);
    m_server.reset();
    Tool server(QStringList{u"serve"_s, m_path, u"--echo"_s} + options);
    QVERIFY(server.nextLine().contains("ready"));
    const QString value = uR"({"a":[1,2.5,-1,null,true,"ä"],"b":{}})"_s;
    const Outcome outcome = runTool(QStringList{u"request"_s, m_path, value} + options);
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.output, value.toUtf8() + '\n');
    QCOMPARE(outcome.status, 0);
}

void TestClient::failsWhereTheCodecIsNotSpoken()
{
    m_server->setEncoding(IPCPeer::Encoding::Json);
    const Outcome client = runTool({u"ping"_s, m_path, u"--codec"_s, u"msgpack"_s});
    QCOMPARE(client.status, 3);
    QVERIFY2(client.errors.startsWith("qipc: "), client.errors.constData());
    m_server->setEncoding(IPCPeer::Encoding::MessagePack);
    const Outcome server = runTool({u"ping"_s, m_path, u"--codec"_s, u"json"_s});
    QCOMPARE(server.status, 3);
    QVERIFY2(server.errors.startsWith("qipc: "), server.errors.constData());
}

void TestClient::connectsOnceUnlessToldOtherwise()
{
    const QString path = m_folder->filePath(u"unfriendly"_s);
    QLocalServer unfriendly;
    QVERIFY(unfriendly.listen(path));
    int visits = 0;
    connect(&unfriendly, &QLocalServer::newConnection, &unfriendly, [&] {
        ++visits;
        delete unfriendly.nextPendingConnection();
    });
    QCOMPARE(runTool({u"ping"_s, path}).status, 5);
    QCOMPARE(visits, 1);
}

void TestClient::retries()
{
    const QString path = m_folder->filePath(u"late"_s);
    QLocalServer
        unfriendly; // takes the first visit and ends it; the second one finds a real server
    QVERIFY(unfriendly.listen(path));
    IPCServer server(path);
    connect(&unfriendly, &QLocalServer::newConnection, &server, [&] {
        delete unfriendly.nextPendingConnection();
        unfriendly.close();
        QVERIFY(server.listen());
    });
    const Outcome outcome = runTool({u"ping"_s, path, u"-c"_s, u"1"_s, u"--retry"_s});
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(outcome.status, 0);
}

void TestClient::comesBackToARestartedServer()
{
    QSignalSpy subscribed(m_server.get(), &IPCServer::subscribed);
    Tool tool({u"subscribe"_s, m_path, u"news"_s, u"--retry"_s});
    QTRY_COMPARE(subscribed.size(), 1);
    m_server->closeForRestart();
    QTRY_VERIFY(!m_server->isListening());
    QVERIFY(m_server->waitForClosed(5s));
    QVERIFY(m_server->listen());
    QTRY_COMPARE(subscribed.size(), 2);
    QVERIFY(m_server->publish(u"news"_s, 1));
    QCOMPARE(tool.nextLine(), QByteArray(R"({"topic":"news","message":1})"));
    m_server->close();
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
