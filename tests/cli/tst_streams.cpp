// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "tool.h"

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>

#include <array>
#include <csignal>
#include <memory>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

// The standard streams as a parent may give them: slow, shared, non-blocking, a terminal that is
// closed, signals that are ignored.

namespace {

//! Two ends of a stream: one that the tool gets, and one that the test keeps.
class Stream
{
public:
    enum class Kind { Pipe, Socket, Terminal };
    enum class Direction { FromTool, ToTool };

    explicit Stream(Kind kind, Direction direction = Direction::FromTool);
    ~Stream();
    Q_DISABLE_COPY_MOVE(Stream)

    //! For the tool; with O_NONBLOCK, which belongs to the description and so reaches the tool.
    [[nodiscard]] int ofTool() const { return m_ofTool; }
    void setNonBlocking() const
    {
        ::fcntl(m_ofTool, F_SETFL, ::fcntl(m_ofTool, F_GETFL) | O_NONBLOCK);
    }
    //! To be called when the tool has its own copy: the end of the stream comes with its end.
    void closeEndOfTool() { closeOne(m_ofTool); }
    void close() { closeOne(m_ours); }

    //! How many bytes wait to be read here.
    [[nodiscard]] int waiting() const;
    //! How many bytes that the test wrote still wait to be read by the tool.
    [[nodiscard]] int unread() const;
    //! Reads a little; empty at the end of the stream, or if nothing is there.
    QByteArray read();
    //! Reads a little at a time until the end.
    [[nodiscard]] QByteArray readToEnd();
    void write(const QByteArray &bytes) const
    {
        QCOMPARE(::write(m_ours, bytes.constData(), size_t(bytes.size())), bytes.size());
    }

private:
    static void closeOne(int &descriptor);

    int m_ofTool = -1;
    int m_ours = -1;
    bool m_atEnd = false;
};

Stream::Stream(Kind kind, Direction direction)
{
    std::array<int, 2> ends = {-1, -1}; // to read from, to write to
    switch (kind) {
    case Kind::Pipe:
        QCOMPARE(::pipe2(ends.data(), O_CLOEXEC), 0);
        break;
    case Kind::Socket:
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        break;
    case Kind::Terminal:
        QCOMPARE(::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr), 0);
        termios settings{};
        ::tcgetattr(ends[1], &settings);
        ::cfmakeraw(&settings); // else each newline becomes two bytes
        ::tcsetattr(ends[1], TCSANOW, &settings);
        for (const int end : ends)
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
        break;
    }
    m_ofTool = direction == Direction::FromTool ? ends[1] : ends[0];
    m_ours = direction == Direction::FromTool ? ends[0] : ends[1];
}

Stream::~Stream()
{
    closeOne(m_ofTool);
    closeOne(m_ours);
}

void Stream::closeOne(int &descriptor)
{
    if (descriptor >= 0)
        ::close(std::exchange(descriptor, -1));
}

int Stream::waiting() const
{
    int count = 0;
    ::ioctl(m_ours, FIONREAD, &count);
    return count;
}

int Stream::unread() const
{
    int count = 0;
    ::ioctl(m_ofTool, FIONREAD, &count);
    return count;
}

QByteArray Stream::read()
{
    pollfd look = {m_ours, POLLIN, 0};
    if (m_atEnd || ::poll(&look, 1, 0) != 1)
        return QByteArray();
    QByteArray chunk(1000, Qt::Uninitialized);
    const ssize_t size = ::read(m_ours, chunk.data(), size_t(chunk.size()));
    m_atEnd = size <= 0; // a terminal ends with an error
    chunk.truncate(qMax<qsizetype>(0, size));
    return chunk;
}

QByteArray Stream::readToEnd()
{
    QByteArray all;
    const bool ended = QTest::qWaitFor(
        [&] {
            for (int i = 0; i < 20; ++i)
                all += read();
            return m_atEnd;
        },
        20'000);
    return ended ? all : QByteArray();
}

//! What makes \a descriptor one of the standard streams of a child.
[[nodiscard]] std::function<void()> giving(int descriptor, int asStream)
{
    return [descriptor, asStream] { ::dup2(descriptor, asStream); };
}

void addKinds()
{
    QTest::addColumn<Stream::Kind>("kind");
    QTest::newRow("pipe") << Stream::Kind::Pipe;
    QTest::newRow("socket") << Stream::Kind::Socket;
    QTest::newRow("terminal") << Stream::Kind::Terminal;
}

constexpr int manyLines = 40;

//! Line \a number of many: longer than what any stream takes at once.
[[nodiscard]] QString longLine(int number)
{
    return QString::number(number) + QString(20'000, u'x');
}

} // namespace

class TestStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void printsEveryLineToASlowReader_data();
    void printsEveryLineToASlowReader();
    void complainsOfEveryLineToASlowReader_data();
    void complainsOfEveryLineToASlowReader();
    void logsEveryLineToASlowReader();
    void readsAValueThatComesInPieces();
    void carriesOutLinesThatComeInPieces();

    void aSignalEndsItWhileItsReaderIsStuck_data();
    void aSignalEndsItWhileItsReaderIsStuck();
    void aSlowReaderGetsTheLastLinesAfterASignal();
    void endsWhenItsReaderDoes_data();
    void endsWhenItsReaderDoes();
    void sendsToTheEndWithoutAReader();
    void anEndedSocketIsNoFailure();

    void ignoresTheSignalsThatItsParentIgnored_data();
    void ignoresTheSignalsThatItsParentIgnored();
    void aSecondHangUpDoesNotCutItShort();
    void closesPolitelyWhenItsTerminalIsClosed();

private:
    QTemporaryDir m_folder;
    QString m_path;
    std::unique_ptr<IPCServer> m_server;
};

void TestStreams::init()
{
    static int number = 0;
    m_path = m_folder.filePath(QString::number(++number));
    m_server = std::make_unique<IPCServer>(m_path);
}

void TestStreams::cleanup()
{
    m_server.reset();
}

void TestStreams::printsEveryLineToASlowReader_data()
{
    addKinds();
}

void TestStreams::printsEveryLineToASlowReader()
{
    QFETCH(const Stream::Kind, kind);
    QVERIFY(m_server->listen());
    Stream output(kind);
    output.setNonBlocking();
    Tool tool({u"listen"_s, m_path}, giving(output.ofTool(), STDOUT_FILENO));
    output.closeEndOfTool();
    QTRY_COMPARE(m_server->connections().size(), 1);
    QByteArray expected;
    for (int i = 0; i < manyLines; ++i) {
        QCOMPARE(m_server->broadcast(longLine(i)).valueOr(0), 1);
        expected += '"' + longLine(i).toUtf8() + "\"\n";
    }
    QTRY_VERIFY(output.waiting() > 1000); // from here on it waits for us
    const auto closed = m_server->close();
    QCOMPARE(output.readToEnd(), expected);
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

void TestStreams::complainsOfEveryLineToASlowReader_data()
{
    addKinds();
}

void TestStreams::complainsOfEveryLineToASlowReader()
{
    QFETCH(const Stream::Kind, kind);
    Stream errors(kind);
    errors.setNonBlocking();
    Tool tool({u"serve"_s, m_path, u"--interactive"_s}, giving(errors.ofTool(), STDERR_FILENO));
    errors.closeEndOfTool();
    for (int i = 0; i < manyLines; ++i)
        tool.write("{\"" + longLine(i).toUtf8() + "\":1}");
    tool.write(R"({"close":{}})");
    QTRY_VERIFY(errors.waiting() > 1000);
    const QList<QByteArray> lines = errors.readToEnd().split('\n');
    QCOMPARE(lines.size(), manyLines + 1);
    for (int i = 0; i < manyLines; ++i) {
        const QByteArray begin = "qipc: line " + QByteArray::number(i + 1) + ": ";
        QVERIFY(lines.at(i).startsWith(begin) && lines.at(i).endsWith("'qipc serve --help'"));
    }
    QCOMPARE(tool.exitStatus(), 0);
}

void TestStreams::logsEveryLineToASlowReader()
{
    const QByteArray prefix = longLine(0).toUtf8();
    Stream errors(Stream::Kind::Pipe);
    errors.setNonBlocking();
    ::fcntl(errors.ofTool(), F_SETPIPE_SZ, 4096); // so it has to wait within the first line
    const QList<std::pair<const char *, QByteArray>> variables = {
        {"QT_LOGGING_RULES", "qipc.*=true"},
        {"QT_LOGGING_TO_CONSOLE", "1"},
        {"QT_MESSAGE_PATTERN", prefix + " %{category}"},
    };
    for (const auto &[name, value] : variables)
        qputenv(name, value);
    Tool tool({u"serve"_s, m_path}, giving(errors.ofTool(), STDERR_FILENO));
    for (const auto &[name, value] : variables)
        qunsetenv(name);
    errors.closeEndOfTool();
    IPCClient client(m_path);
    client.setRetries(-1);
    client.setRetryInterval(std::chrono::milliseconds(5));
    client.connectToServer();
    QTRY_VERIFY(errors.waiting() > 1000);
    tool.sendSignal(SIGTERM);
    QList<QByteArray> lines = errors.readToEnd().split('\n');
    QCOMPARE(lines.takeLast(), QByteArray());
    QVERIFY(!lines.isEmpty());
    const QByteArray begin = prefix + " qipc.";
    for (const QByteArray &line : std::as_const(lines))
        QVERIFY(line.startsWith(begin));
    QCOMPARE(tool.exitStatus(), 0);
}

void TestStreams::readsAValueThatComesInPieces()
{
    QVERIFY(m_server->listen());
    const QSignalSpy messages(m_server.get(), &IPCServer::messageReceived);
    Stream input(Stream::Kind::Pipe, Stream::Direction::ToTool);
    input.setNonBlocking();
    Tool tool({u"send"_s, m_path, u"-"_s}, giving(input.ofTool(), STDIN_FILENO));
    input.write("[1,");
    QTRY_COMPARE(input.unread(), 0);
    input.write("2");
    QTRY_COMPARE(input.unread(), 0);
    input.write("]");
    input.close();
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
    QTRY_COMPARE(messages.size(), 1);
    QCOMPARE(messages.first().first(), QVariant(QVariantList{qlonglong(1), qlonglong(2)}));
}

void TestStreams::carriesOutLinesThatComeInPieces()
{
    Stream input(Stream::Kind::Pipe, Stream::Direction::ToTool);
    input.setNonBlocking();
    Tool tool({u"serve"_s, m_path, u"--interactive"_s}, giving(input.ofTool(), STDIN_FILENO));
    QVERIFY(tool.nextLine().contains("ready"));
    input.write(R"({"broad)");
    QTRY_COMPARE(input.unread(), 0);
    input.write("cast\":1}\n");
    QCOMPARE(tool.nextLine(), QByteArray(R"({"broadcast":0})"));
}

void TestStreams::aSignalEndsItWhileItsReaderIsStuck_data()
{
    QTest::addColumn<bool>("blocks");
    QTest::newRow("non-blocking") << false;
    QTest::newRow("blocking") << true;
}

void TestStreams::aSignalEndsItWhileItsReaderIsStuck()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("elsewhere it takes a second signal");
#endif
    QFETCH(const bool, blocks);
    Stream output(Stream::Kind::Pipe);
    if (!blocks)
        output.setNonBlocking();
    Tool tool({u"serve"_s, m_path}, giving(output.ofTool(), STDOUT_FILENO));
    output.closeEndOfTool();
    QTRY_VERIFY(QFile::exists(m_path));
    IPCClient client(m_path);
    client.connectToServer();
    QVERIFY(client.post(longLine(0).repeated(20)));
    QTRY_VERIFY(output.waiting() > 50'000);
    tool.sendSignal(SIGTERM);
    QCOMPARE(tool.exitStatus(), 2);
    QCOMPARE(tool.errors(),
             QByteArray("qipc: standard output is not read; what was still to print is lost\n"));
    QVERIFY(!QFile::exists(m_path));
}

void TestStreams::aSlowReaderGetsTheLastLinesAfterASignal()
{
    Stream output(Stream::Kind::Pipe);
    output.setNonBlocking();
    Tool tool({u"serve"_s, m_path}, giving(output.ofTool(), STDOUT_FILENO));
    output.closeEndOfTool();
    QTRY_VERIFY(QFile::exists(m_path));
    IPCClient client(m_path);
    client.connectToServer();
    QVERIFY(client.post(longLine(0).repeated(20)));
    QTRY_VERIFY(output.waiting() > 50'000);
    tool.sendSignal(SIGTERM);
    QVERIFY(output.readToEnd().endsWith("{\"event\":\"closed\"}\n"));
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

void TestStreams::endsWhenItsReaderDoes_data()
{
    QTest::addColumn<QStringList>("arguments"); // in which P stands for the path
    QTest::addColumn<Stream::Kind>("kind");
    const auto row = [](const char *name, const QStringList &arguments, Stream::Kind kind) {
        QTest::newRow(name) << arguments << kind;
    };
    row("listen", {u"listen"_s, u"P"_s}, Stream::Kind::Pipe);
    row("listen, to a socket", {u"listen"_s, u"P"_s}, Stream::Kind::Socket);
    row("subscribe", {u"subscribe"_s, u"P"_s, u"news"_s}, Stream::Kind::Pipe);
    row("serve", {u"serve"_s, u"P.other"_s}, Stream::Kind::Pipe);
    row("serve, to a socket", {u"serve"_s, u"P.other"_s}, Stream::Kind::Socket);
    row("single", {u"single"_s, u"cli-streams-%1"_s.arg(QCoreApplication::applicationPid())},
        Stream::Kind::Pipe);
}

// Without another line to print: `qipc listen x | head -1`.
void TestStreams::endsWhenItsReaderDoes()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("elsewhere it is noticed when the next line is printed");
#endif
    QFETCH(QStringList, arguments);
    QFETCH(const Stream::Kind, kind);
    QVERIFY(m_server->listen());
    Stream output(kind);
    Tool tool(arguments.replaceInStrings(u"P"_s, m_path), giving(output.ofTool(), STDOUT_FILENO));
    output.closeEndOfTool();
    if (arguments.first() == u"serve"_s || arguments.first() == u"single"_s)
        QTRY_VERIFY(output.waiting() > 0);
    else
        QTRY_COMPARE(m_server->connections().size(), 1);
    const QSignalSpy errors(m_server.get(), &IPCServer::errorOccurred);
    output.read(); // a socket that is closed with something unread is one that breaks
    output.close();
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
    QTRY_COMPARE(m_server->connections().size(), 0);
    QCOMPARE(errors.size(), 0); // there was a farewell
    QVERIFY(!QFile::exists(m_path + u".other"_s));
}

// It has nothing to print, so nobody has to read it.
void TestStreams::sendsToTheEndWithoutAReader()
{
    QVERIFY(m_server->listen());
    const QSignalSpy messages(m_server.get(), &IPCServer::messageReceived);
    Stream output(Stream::Kind::Pipe);
    output.close();
    Tool tool({u"send"_s, m_path, u"1"_s, u"2"_s}, giving(output.ofTool(), STDOUT_FILENO));
    QCOMPARE(tool.exitStatus(), 0);
    QTRY_COMPARE(messages.size(), 2);
}

void TestStreams::anEndedSocketIsNoFailure()
{
    Stream output(Stream::Kind::Socket);
    output.close();
    Tool tool({u"--version"_s}, giving(output.ofTool(), STDOUT_FILENO));
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
}

void TestStreams::ignoresTheSignalsThatItsParentIgnored_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestStreams::ignoresTheSignalsThatItsParentIgnored()
{
    QFETCH(const int, number);
    Tool tool({u"serve"_s, m_path}, [number] { std::signal(number, SIG_IGN); });
    QVERIFY(tool.nextLine().contains("ready"));
    tool.sendSignal(number);
    IPCClient client(m_path);
    client.connectToServer();
    QVERIFY(tool.nextLine().contains("connected"));
    QVERIFY(client.post(u"still there"_s));
    QVERIFY(tool.nextLine().contains("still there"));
    tool.sendSignal(SIGTERM);
    QVERIFY(tool.nextLine().contains("disconnected"));
    QCOMPARE(tool.nextLine(), QByteArray(R"({"event":"closed"})"));
    QCOMPARE(tool.exitStatus(), 0);
}

// From the system and from the shell, when a terminal is closed.
void TestStreams::aSecondHangUpDoesNotCutItShort()
{
    QVERIFY(m_server->listen());
    Tool tool({u"listen"_s, m_path});
    QTRY_COMPARE(m_server->connections().size(), 1);
    const QSignalSpy errors(m_server.get(), &IPCServer::errorOccurred);
    tool.sendSignal(SIGHUP);
    tool.sendSignal(SIGHUP);
    QCOMPARE(tool.exitStatus(), 0);
    QCOMPARE(tool.errors(), QByteArray());
    QTRY_COMPARE(m_server->connections().size(), 0);
    QCOMPARE(errors.size(), 0);
}

void TestStreams::closesPolitelyWhenItsTerminalIsClosed()
{
    Stream terminal(Stream::Kind::Terminal);
    Tool tool({u"serve"_s, m_path}, [end = terminal.ofTool()] {
        ::setsid();
        ::ioctl(end, TIOCSCTTY, 0);
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(end, stream);
    });
    terminal.closeEndOfTool();
    QTRY_VERIFY(terminal.waiting() > 0);
    IPCClient client(m_path);
    client.setAutoReconnect(false);
    const QSignalSpy errors(&client, &IPCClient::errorOccurred);
    const QSignalSpy closed(&client, &IPCClient::closed);
    const auto connected = client.connectToServer();
    QTRY_VERIFY(connected.isFinished());
    terminal.close();
    QCOMPARE(tool.exitStatus(), 0);
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 0); // there was a farewell
    QVERIFY(!QFile::exists(m_path));
}

QTEST_GUILESS_MAIN(TestStreams)
#include "tst_streams.moc"
