// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "tool.h"

#include <QIpc/IPCClient>

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QLocalSocket>
#include <QtTest/QSignalSpy>

#include <csignal>
#include <optional>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

//! `qipc serve`, with a client in the test that shows what the tool's own clients cannot.
class TestServe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void printsEachEvent();
    void leavesOutWhatIsUndefined();
    void treatsRequestsAsUnhandled();
    void echoesRequests();
    void repliesToRequests_data();
    void repliesToRequests();
    void printsErrors();

    void takesTheOptionsOfAllCommands();

    void broadcasts();
    void surveys();
    void publishes();
    void sendsToOne();
    void asksOne();
    void closesOnCommand_data();
    void closesOnCommand();
    void complainsAboutBadLines_data();
    void complainsAboutBadLines();
    void goesOnAfterTheEndOfItsInput();

    void closesPolitelyOnASignal_data();
    void closesPolitelyOnASignal();
    void endsAtOnceOnASecondSignal();
    void aSecondSignalEndsItWhileItsReaderIsStuck();
    void endsQuietlyWhenNobodyReads();
    void refusesATakenAddress();
    void refusesWhatItCannotListenAt_data();
    void refusesWhatItCannotListenAt();

private:
    void start(const QStringList &options);
    [[nodiscard]] QByteArray connectClient();

    std::optional<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<Tool> m_tool;
    std::unique_ptr<IPCClient> m_client;
};

namespace {

//! \a text, in which `ID` stands for \a id.
[[nodiscard]] QByteArray with(const QByteArray &id, QByteArray text)
{
    return text.replace("ID", id);
}

//! A client that shakes hands, and then neither says nor reads anything.
class RawClient
{
public:
    explicit RawClient(const QString &path);
    ~RawClient() { ::close(m_socket); }
    Q_DISABLE_COPY_MOVE(RawClient)

private:
    int m_socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
};

RawClient::RawClient(const QString &path)
{
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, path.toLocal8Bit().constData(), sizeof address.sun_path);
    QCOMPARE(::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    const QByteArray offer = R"({"t":0,"d":{}})";
    const QByteArray hello = "IPC" + QByteArray(1, char(0x80 | offer.size())) + offer;
    QCOMPARE(::send(m_socket, hello.constData(), size_t(hello.size()), 0), hello.size());
}

//! The error that \a future settled with.
template <typename T>
[[nodiscard]] IPCError::Code codeOf(const QFuture<IPCResult<T>> &future)
{
    return future.result().error().code();
}

} // namespace

void TestServe::init()
{
    m_folder.emplace();
    m_path = m_folder->filePath(u"server"_s);
    m_client = std::make_unique<IPCClient>(m_path);
    m_client->setAutoReconnect(false);
}

void TestServe::cleanup()
{
    m_client.reset();
    m_tool.reset();
    m_folder.reset();
}

//! Starts the tool with \a options, and takes its first event.
void TestServe::start(const QStringList &options)
{
    m_tool = std::make_unique<Tool>(QStringList{u"serve"_s, m_path} + options);
    QCOMPARE(m_tool->nextLine(), "{\"event\":\"ready\",\"address\":\"" + m_path.toUtf8() + "\"}");
}

//! Connects the client, and takes the event of it. Returns its id.
QByteArray TestServe::connectClient()
{
    QFuture<IPCResult<void>> connected = m_client->connectToServer();
    if (!QTest::qWaitFor([&] { return connected.isFinished(); }) || !connected.result())
        return QByteArray();
    const QByteArray line = m_tool->nextLine();
    return line.startsWith("{\"event\":\"connected\",") ? m_client->id().toUtf8() : QByteArray();
}

void TestServe::printsEachEvent()
{
    start({});
    m_client->setPayload(QVariantMap{{u"name"_s, u"tester"_s}});
    m_client->connectToServer();
    const QByteArray connected = m_tool->nextLine();
    const QByteArray id = stringIn(connected, u"id"_s).toUtf8();
    QVERIFY(!id.isEmpty());
    QByteArray expected = with(id, R"({"event":"connected","id":"ID","payload":{"name":"tester"})");
    if (m_client->credentials().isValid()) {
        expected += ",\"pid\":" + QByteArray::number(QCoreApplication::applicationPid())
            + ",\"uid\":" + QByteArray::number(::getuid());
    }
    QCOMPARE(connected, expected + '}');

    QVERIFY(m_client->post(QVariantList{1, 2.0, u"three"_s, QVariant::fromValue(nullptr)}));
    QCOMPARE(m_tool->nextLine(),
             with(id, R"({"event":"message","id":"ID","message":[1,2.0,"three",null]})"));
    m_client->request(u"time"_s);
    QCOMPARE(m_tool->nextLine(), with(id, R"({"event":"request","id":"ID","request":"time"})"));
    m_client->subscribe(u"news"_s);
    QCOMPARE(m_tool->nextLine(), with(id, R"({"event":"subscribed","id":"ID","topic":"news"})"));
    m_client->unsubscribe(u"news"_s);
    QCOMPARE(m_tool->nextLine(), with(id, R"({"event":"unsubscribed","id":"ID","topic":"news"})"));
    m_client->close(u"had enough"_s);
    QCOMPARE(m_tool->nextLine(),
             with(id, R"({"event":"disconnected","id":"ID","reason":"had enough"})"));

    m_tool->sendSignal(SIGTERM);
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"event":"closed"})"));
    QCOMPARE(m_tool->exitStatus(), 0);
    QCOMPARE(m_tool->remainingOutput(), QByteArray());
    QCOMPARE(m_tool->errors(), QByteArray());
}

void TestServe::leavesOutWhatIsUndefined()
{
    start({});
    m_client->connectToServer();
    const QByteArray connected = m_tool->nextLine();
    const QByteArray id = stringIn(connected, u"id"_s).toUtf8();
    QVERIFY(!connected.contains("payload"));
    QVERIFY(m_client->post({}));
    QCOMPARE(m_tool->nextLine(), with(id, R"({"event":"message","id":"ID"})"));
    m_client->request({});
    QCOMPARE(m_tool->nextLine(), with(id, R"({"event":"request","id":"ID"})"));
    m_client->close();
    QCOMPARE(m_tool->nextLine(), with(id, R"({"event":"disconnected","id":"ID"})"));
}

void TestServe::treatsRequestsAsUnhandled()
{
    start({});
    QVERIFY(!connectClient().isEmpty());
    const auto answer = m_client->request(1);
    QTRY_VERIFY(answer.isFinished());
    QCOMPARE(codeOf(answer), IPCError::Code::NoAnswer);
}

void TestServe::echoesRequests()
{
    start({u"--echo"_s});
    QVERIFY(!connectClient().isEmpty());
    const QVariant question = QVariantMap{{u"bytes"_s, QByteArray("\0\xff", 2)}};
    const auto answer = m_client->request(question);
    QTRY_VERIFY(answer.isFinished());
    QCOMPARE(answer.result().value(), question);
}

void TestServe::repliesToRequests_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QVariant>("answer");
    QTest::newRow("JSON") << QStringList{u"--reply"_s, u"[1]"_s}
                          << QVariant(QVariantList{qlonglong(1)});
    QTest::newRow("null") << QStringList{u"--reply"_s, u"null"_s} << QVariant::fromValue(nullptr);
    QTest::newRow("string") << QStringList{u"--string"_s, u"--reply"_s, u"[1]"_s}
                            << QVariant(u"[1]"_s);
}

void TestServe::repliesToRequests()
{
    QFETCH(const QStringList, options);
    QFETCH(const QVariant, answer);
    start(options);
    QVERIFY(!connectClient().isEmpty());
    const auto result = m_client->request(u"?"_s);
    QTRY_VERIFY(result.isFinished());
    QCOMPARE(result.result().value(), answer);
}

void TestServe::printsErrors()
{
    start({});
    QLocalSocket socket;
    socket.connectToServer(m_path);
    QTRY_COMPARE(socket.state(), QLocalSocket::ConnectedState);
    socket.write("XYZ, which is no preamble");
    const QByteArray line = m_tool->nextLine();
    QVERIFY2(line.startsWith(R"({"event":"error","code":"ProtocolViolation","message":")"),
             line.constData());
}

// A script may give every command the same, also those that mean nothing to it.
void TestServe::takesTheOptionsOfAllCommands()
{
    start({u"--codec"_s, u"json"_s, u"--compress"_s, u"--payload"_s, u"1"_s, u"--timeout"_s,
           u"5000"_s, u"--string"_s, u"--retry"_s});
    QVERIFY(!connectClient().isEmpty());
}

void TestServe::broadcasts()
{
    start({u"--interactive"_s});
    m_tool->write(R"({"broadcast":"nobody is there"})");
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"broadcast":0})"));
    QVERIFY(!connectClient().isEmpty());
    QSignalSpy messages(m_client.get(), &IPCClient::messageReceived);
    m_tool->write(R"({"broadcast":{"a":[1]}})");
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"broadcast":1})"));
    QTRY_COMPARE(messages.size(), 1);
    QCOMPARE(messages.first().first(), QVariant(QVariantMap{{u"a"_s, QVariantList{qlonglong(1)}}}));
}

void TestServe::surveys()
{
    start({u"--interactive"_s});
    m_tool->write(R"({"survey":"who?"})");
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"survey":[]})"));

    const QByteArray id = connectClient();
    QVERIFY(!id.isEmpty());
    m_tool->write(R"({"survey":"unhandled"})");
    const QByteArray unhandled = m_tool->nextLine();
    QVERIFY2(unhandled.startsWith(
                 with(id, R"({"survey":[{"id":"ID","error":{"code":"NoAnswer","message":")")),
             unhandled.constData());

    connect(m_client.get(), &IPCClient::requestReceived, m_client.get(),
            [](const QVariant &request, const IPCResponder &respond) {
                if (request.toString() == u"fail")
                    respond.fail(u"not-now"_s, u"try later"_s);
                else if (request.toString() == u"undefined")
                    respond();
                else
                    respond(request);
            });
    m_tool->write(R"({"survey":"who?"})");
    QCOMPARE(m_tool->nextLine(), with(id, R"({"survey":[{"id":"ID","value":"who?"}]})"));
    m_tool->write(R"({"survey":"undefined"})");
    QCOMPARE(m_tool->nextLine(), with(id, R"({"survey":[{"id":"ID"}]})"));
    m_tool->write(R"({"survey":"fail"})");
    QCOMPARE(m_tool->nextLine(),
             with(id,
                  R"({"survey":[{"id":"ID","error":{"code":"RemoteError",)"
                  R"("message":"try later","remoteCode":"not-now"}}]})"));
}

void TestServe::publishes()
{
    start({u"--interactive"_s});
    QVERIFY(!connectClient().isEmpty());
    m_client->subscribe(u"news"_s);
    QVERIFY(m_tool->nextLine().contains("subscribed"));
    QSignalSpy published(m_client.get(), &IPCClient::published);
    m_tool->write(R"({"publish":["weather",1]})");
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"publish":0})"));
    m_tool->write(R"({"publish":["news",2]})");
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"publish":1})"));
    QTRY_COMPARE(published.size(), 1);
    QCOMPARE(published.first(), QVariantList({u"news"_s, qlonglong(2)}));
}

void TestServe::sendsToOne()
{
    start({u"--interactive"_s});
    const QByteArray id = connectClient();
    QSignalSpy messages(m_client.get(), &IPCClient::messageReceived);
    m_tool->write(with(id, R"({"send":["ID","hello"]})"));
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"send":true})"));
    QTRY_COMPARE(messages.size(), 1);
    QCOMPARE(messages.first().first(), QVariant(u"hello"_s));

    m_tool->write(R"({"send":["nobody","hello"]})");
    QCOMPARE(m_tool->nextLine(),
             QByteArray(R"({"error":{"code":"InvalidArgument",)"
                        R"("message":"no client has the id 'nobody'"}})"));
}

void TestServe::asksOne()
{
    start({u"--interactive"_s});
    const QByteArray id = connectClient();
    connect(m_client.get(), &IPCClient::requestReceived, m_client.get(),
            [](const QVariant &request, const IPCResponder &respond) {
                if (request == u"answer"_s)
                    respond(u"yes"_s);
                else if (request == u"undefined"_s)
                    respond();
            });
    m_tool->write(with(id, R"({"request":["ID","answer"]})"));
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"request":"yes"})"));
    m_tool->write(with(id, R"({"request":["ID","undefined"]})"));
    QCOMPARE(m_tool->nextLine(), QByteArray("{}"));
    m_tool->write(with(id, R"({"request":["ID","drop"]})"));
    const QByteArray unanswered = m_tool->nextLine();
    QVERIFY2(unanswered.startsWith(R"({"error":{"code":"NoAnswer","message":")"),
             unanswered.constData());
}

void TestServe::closesOnCommand_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<bool>("comesBack");
    QTest::newRow("for good") << QByteArray(R"({"close":{}})") << false;
    QTest::newRow("for a restart") << QByteArray(R"({"closeForRestart":{}})") << true;
}

void TestServe::closesOnCommand()
{
    QFETCH(const QByteArray, command);
    QFETCH(const bool, comesBack);
    start({u"--interactive"_s});
    m_client->setAutoReconnect(true);
    const QByteArray id = connectClient();
    QSignalSpy disconnected(m_client.get(), &IPCClient::disconnected);
    m_tool->write(command);
    QVERIFY(m_tool->nextLine().startsWith(with(id, R"({"event":"disconnected","id":"ID")")));
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"event":"closed"})"));
    QCOMPARE(m_tool->exitStatus(), 0);
    QTRY_COMPARE(disconnected.size(), 1);
    QTRY_COMPARE(m_client->status(),
                 comesBack ? IPCClient::Status::Reconnecting : IPCClient::Status::Idle);
}

void TestServe::complainsAboutBadLines_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("says");
    const QByteArray shape = R"(has to be an object with one key, such as {"broadcast":"hello"})";
    const auto row = [](const char *name, const QByteArray &line, const QByteArray &says) {
        QTest::newRow(name) << line << says;
    };
    row("no JSON", "hello", "invalid JSON at byte 0: expected a value");
    row("no object", "[1]", shape);
    row("no command", "{}", shape);
    row("two commands", R"({"close":{},"broadcast":1})", shape);
    row("unknown", R"({"shout":1})", "there is no command 'shout'; see 'qipc serve --help'");
    row("publish to nothing", R"({"publish":"news"})", "publish takes [TOPIC,VALUE]");
    row("send to nobody", R"({"send":["x"]})", "send takes [ID,VALUE]");
    row("send to a number", R"({"send":[1,2]})", "send takes [ID,VALUE]");
    row("request too much", R"({"request":["x",1,2]})", "request takes [ID,VALUE]");
    row("close with a reason", R"({"close":{"why":1}})", "close takes {}");
    row("restart what", R"({"closeForRestart":null})", "closeForRestart takes {}");
}

void TestServe::complainsAboutBadLines()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QByteArray, says);
    start({u"--interactive"_s});
    m_tool->write(QByteArray());
    m_tool->write(line);
    QCOMPARE(m_tool->nextErrorLine(), "qipc: line 2: " + says);
    m_tool->write(R"({"broadcast":1})");
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"broadcast":0})"));
    QCOMPARE(m_tool->errors(), QByteArray());
}

void TestServe::goesOnAfterTheEndOfItsInput()
{
    start({u"--interactive"_s, u"--echo"_s});
    m_tool->process().write(R"({"broadcast":1})"); // a line without its end
    m_tool->endInput();
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"broadcast":0})"));
    QVERIFY(!connectClient().isEmpty());
    const auto answer = m_client->request(7);
    QTRY_VERIFY(answer.isFinished());
    QCOMPARE(answer.result().value(), QVariant(qlonglong(7)));
}

void TestServe::closesPolitelyOnASignal_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestServe::closesPolitelyOnASignal()
{
    QFETCH(const int, number);
    start({});
    QVERIFY(!connectClient().isEmpty());
    QSignalSpy errors(m_client.get(), &IPCClient::errorOccurred);
    QSignalSpy closed(m_client.get(), &IPCClient::closed);
    m_tool->sendSignal(number);
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 0); // there was a farewell
    QVERIFY(m_tool->nextLine().startsWith(R"({"event":"disconnected",)"));
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"event":"closed"})"));
    QCOMPARE(m_tool->exitStatus(), 0);
    QVERIFY(!QFile::exists(m_path));
}

void TestServe::endsAtOnceOnASecondSignal()
{
    start({u"--interactive"_s});
    const RawClient stubborn(m_path); // reads nothing, so the farewell to it takes its time
    QVERIFY(m_tool->nextLine().startsWith(R"({"event":"connected",)"));
    m_tool->write("{\"broadcast\":\"" + QByteArray(3 * 1024 * 1024, 'x') + "\"}");
    QCOMPARE(m_tool->nextLine(), QByteArray(R"({"broadcast":1})"));
    m_tool->sendSignal(SIGTERM);
    QTRY_VERIFY(!QFile::exists(m_path)); // it listens no more
    m_tool->sendSignal(SIGTERM);
    QCOMPARE(m_tool->exitStatus(), -1);
    QVERIFY(!m_tool->remainingOutput().contains("closed"));
}

void TestServe::aSecondSignalEndsItWhileItsReaderIsStuck()
{
#ifdef Q_OS_LINUX
    QProcess reader;
    Tool tool({u"serve"_s, m_path}, reader);
    reader.start(u"sleep"_s, {u"1000"_s});
    QTRY_VERIFY(QFile::exists(m_path));
    IPCClient client(m_path);
    client.connectToServer();
    QVERIFY(client.post(QString(1024 * 1024, u'x')));
    const auto told = [&tool](const QString &name) { // by the system, of the process
        QFile file(u"/proc/%1/%2"_s.arg(tool.process().processId()).arg(name));
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
    };
    QTRY_VERIFY(told(u"syscall"_s).startsWith(QByteArray(QByteArray::number(SYS_write) + " 0x1 ")));
    const auto isCaught = [&told](int number) {
        const QByteArray status = told(u"status"_s);
        const qsizetype begin = status.indexOf("SigCgt:\t") + 8;
        return (status.mid(begin, 16).toULongLong(nullptr, 16) >> (number - 1)) & 1U;
    };
    QVERIFY(isCaught(SIGTERM));
    tool.sendSignal(SIGTERM);
    QTRY_VERIFY(!isCaught(SIGTERM));
    tool.sendSignal(SIGTERM);
    QCOMPARE(tool.exitStatus(), -1);
    reader.kill();
    QVERIFY(reader.waitForFinished());
#else
    QSKIP("only Linux tells in which call a process is");
#endif
}

void TestServe::endsQuietlyWhenNobodyReads()
{
    QProcess head;
    Tool tool({u"serve"_s, m_path, u"--interactive"_s}, head);
    head.start(u"head"_s, {u"-n"_s, u"3"_s});
    QTRY_VERIFY(QFile::exists(m_path));
    std::optional<IPCResponder> unanswered;
    connect(m_client.get(), &IPCClient::requestReceived, m_client.get(),
            [&](const QVariant &, const IPCResponder &respond) { unanswered = respond; });
    m_client->connectToServer();
    QTRY_COMPARE(m_client->status(), IPCClient::Status::Ready);
    tool.write(R"({"survey":"is left pending"})");
    QTRY_VERIFY(unanswered);
    QVERIFY(m_client->post(u"the last that is read"_s));
    QTRY_COMPARE(head.state(), QProcess::NotRunning);
#ifdef QIPC_PORTABLE_TRANSPORT
    QVERIFY(m_client->post(u"what cannot be printed"_s));
#endif
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

void TestServe::refusesATakenAddress()
{
    start({u"--echo"_s});
    const Outcome second = runTool({u"serve"_s, m_path});
    QCOMPARE(second.status, 3);
    QCOMPARE(second.output, QByteArray());
    QVERIFY2(second.errors.startsWith("qipc: ") && second.errors.contains(m_path.toUtf8()),
             second.errors.constData());
    QCOMPARE(second.errors.count('\n'), 1);
    QCOMPARE(runTool({u"request"_s, m_path, u"1"_s}).output, QByteArray("1\n"));
}

void TestServe::refusesWhatItCannotListenAt_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("status");
    QTest::newRow("no folder") << u"missing/server"_s << 3;
    QTest::newRow("a plain file") << u"file"_s << 3;
    QTest::newRow("too long") << QString(300, u'x') << 2;
}

void TestServe::refusesWhatItCannotListenAt()
{
    QFETCH(const QString, name);
    QFETCH(const int, status);
    QFile file(m_folder->filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const Outcome outcome = runTool({u"serve"_s, m_folder->filePath(name)});
    QCOMPARE(outcome.status, status);
    QCOMPARE(outcome.output, QByteArray());
    QVERIFY(outcome.errors.startsWith("qipc: "));
    QCOMPARE(outcome.errors.count('\n'), 1);
    QVERIFY(file.exists());
}

QTEST_GUILESS_MAIN(TestServe)
#include "tst_serve.moc"
