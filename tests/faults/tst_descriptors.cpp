// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "../transport/rawsocket.h"

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>
#include <QIpc/IPCSingleInstance>

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QEventLoop>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtCore/QUuid>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Code = IPCError::Code;

// No descriptors left in this process (RLIMIT_NOFILE), or all but none: what does not work says so,
// what there is goes on, and afterwards all works.

namespace {

const QByteArray hello = QByteArray("IPC\x8e") + R"({"t":0,"d":{}})";

const QByteArray large(5'000'000, 'x'); // more than the system buffers

template <typename T>
IPCResult<T> settled(const QFuture<IPCResult<T>> &future)
{
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 20'000))
        return IPCError(Code::TimedOut, u"the future did not settle"_s);
    return future.result();
}

// Whoever talks to a server by itself, with a descriptor that it got in better times.
class Stranger
{
public:
    Stranger()
        : m_socket(raw::socket())
    {
    }

    //! Asks to be let in.
    [[nodiscard]] bool comeTo(const QString &address)
    {
        return raw::connectTo(m_socket, address) && raw::write(m_socket, hello) == hello.size();
    }
    //! Whether it gets in.
    [[nodiscard]] bool isLetIn()
    {
        return QTest::qWaitFor(
            [this] {
                m_received += raw::read(m_socket);
                return m_received.contains(R"("id")");
            },
            20'000);
    }
    [[nodiscard]] bool isWaiting()
    {
        m_received += raw::read(m_socket);
        return m_received.isEmpty() && !raw::atEnd(m_socket);
    }

private:
    raw::FileDescriptor m_socket;
    QByteArray m_received;
};

// A server that echoes requests.
class EchoServer : public IPCServer
{
public:
    explicit EchoServer(const QString &path)
        : IPCServer(path)
    {
        connect(this, &IPCServer::requestReceived, this,
                [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    }
};

int serve(const QString &path)
{
    EchoServer server(path);
    if (!server.listen())
        return 1;
    puts("listening");
    fflush(stdout);
    return QCoreApplication::exec();
}

// One with descriptors of its own.
class Echo : public QProcess
{
public:
    explicit Echo(const QString &path)
    {
        start(QCoreApplication::applicationFilePath(), {u"serve"_s, path});
        waitForReadyRead();
    }
    ~Echo() override
    {
        kill();
        waitForFinished();
    }
};

void fail(const char *what, int spare)
{
    QTest::qFail(qPrintable(u"%1 with %2 descriptors left"_s.arg(QLatin1String(what)).arg(spare)),
                 __FILE__, __LINE__);
}

// Of a program that nobody else is.
QString newName()
{
    return u"org.example.qipc-test."_s + QUuid::createUuid().toString(QUuid::WithoutBraces);
}

struct Effort
{
    int turns; //!< of the event loop
    double cpu; //!< part of one core
};

Effort measuredFor(std::chrono::milliseconds time)
{
    QEventLoop loop;
    bool over = false;
    QTimer::singleShot(time, &loop, [&over] { over = true; });
    int turns = 0;
    const std::clock_t begin = std::clock();
    while (!over) {
        loop.processEvents(QEventLoop::WaitForMoreEvents);
        ++turns;
    }
    const double used = double(std::clock() - begin) / CLOCKS_PER_SEC;
    return {turns, used / std::chrono::duration<double>(time).count()};
}

} // namespace

class tst_Descriptors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void aServerWaitsForThem();
    void connectionsGoOnWithoutAny();
    void theLastOnesSpoilNothing();
    void aClientSaysSoAndConnectsLater();
    void aListenerSaysSoAndListensLater();
    void aSingleInstanceSaysSoAndStartsLater();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

// What others need descriptors for is done by then: Qt for itself, and a sanitizer, which looks by
// a pipe whether an object may be read and blames it where it gets none, for each kind of object
// once.
void tst_Descriptors::initTestCase()
{
    init();
    EchoServer server(m_path);
    QVERIFY(server.listen());
    IPCServer second(m_path);
    QVERIFY(!second.listen());
    IPCClient client(m_path + u"-not"_s);
    client.setAutoReconnect(false);
    QVERIFY(!settled(client.connectToServer()));
    client.setPath(m_path);
    QVERIFY(settled(client.connectToServer()));
    QVERIFY(settled(client.request(large)));
    Stranger stranger;
    QVERIFY(stranger.comeTo(m_path));
    QVERIFY(stranger.isLetIn());
    QVERIFY(settled(client.close()));
    QCOMPARE(IPCSingleInstance(newName()).start(), IPCSingleInstance::Role::Primary);
    QVERIFY(measuredFor(1ms).turns > 0);
}

void tst_Descriptors::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(u"s"_s);
}

void tst_Descriptors::aServerWaitsForThem()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("a QLocalServer ends when accept() fails");
#endif
    IPCServer server(m_path);
    QVERIFY(server.listen());
    const QSignalSpy errors(&server, &IPCServer::errorOccurred);
    const QSignalSpy connected(&server, &IPCServer::connected);
    std::array<Stranger, 2> strangers;
    for (int shortage = 1; shortage <= 2; ++shortage) {
        Stranger &stranger = strangers[size_t(shortage - 1)];
        {
            const raw::DescriptorShortage none;
            QVERIFY(stranger.comeTo(m_path));
            QTRY_COMPARE(errors.size(), shortage);
            const Effort effort = measuredFor(500ms);
            QVERIFY2(effort.turns < 50, qPrintable(QString::number(effort.turns)));
            QVERIFY2(effort.cpu < 0.2, qPrintable(QString::number(effort.cpu)));
            QCOMPARE(errors.size(), shortage); // once in a shortage
            QVERIFY(server.isListening());
            QVERIFY(stranger.isWaiting());
        }
        const auto error = errors.last().first().value<IPCError>();
        QCOMPARE(error.code(), Code::OutOfResources);
        QCOMPARE(error.systemError(), EMFILE);
        QVERIFY2(error.message().contains(u"RLIMIT_NOFILE"), qPrintable(error.message()));
        QVERIFY(stranger.isLetIn());
        QCOMPARE(connected.size(), shortage);
    }
}

void tst_Descriptors::connectionsGoOnWithoutAny()
{
    EchoServer server(m_path);
    QVERIFY(server.listen());
    IPCClient client(m_path);
    QVERIFY(settled(client.connectToServer()));
    const raw::DescriptorShortage none;
    QCOMPARE(settled(client.request(large)).valueOr({}), QVariant(large));
    QVERIFY(settled(client.close()));
}

// However many are left, a client that comes then either waits or is served well; and once there
// are enough again nothing is left of the shortage.
void tst_Descriptors::theLastOnesSpoilNothing()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("a QLocalServer ends when accept() fails");
#endif
    constexpr int more = 6;
    for (int spare = 0; spare <= 3; ++spare) {
        EchoServer server(m_path);
        QVERIFY(server.listen());
        std::array<Stranger, 1 + more> strangers;
        QVERIFY(strangers[0].comeTo(m_path));
        {
            const raw::DescriptorShortage few(spare);
            if (spare > 0 && !strangers[0].isLetIn())
                return fail("the stranger is not let in", spare);
        }
        for (int i = 1; i <= more; ++i)
            QVERIFY(strangers[size_t(i)].comeTo(m_path));
        for (Stranger &stranger : strangers) {
            if (!stranger.isLetIn())
                return fail("another stranger is not let in", spare);
        }
        IPCClient client(m_path);
        QVERIFY(settled(client.connectToServer()));
        if (settled(client.request(large)).valueOr({}) != QVariant(large))
            return fail("a large request fails", spare);
    }
}

void tst_Descriptors::aClientSaysSoAndConnectsLater()
{
    const Echo server(m_path);
    for (int spare = 0; spare <= 4; ++spare) {
        IPCClient client(m_path);
        client.setAutoReconnect(false);
        const QSignalSpy errors(&client, &IPCPeer::errorOccurred);
        {
            const raw::DescriptorShortage few(spare);
            const auto connecting = settled(client.connectToServer());
            if (!connecting) {
                QCOMPARE(connecting.error().code(), Code::OutOfResources);
                QVERIFY2(!connecting.error().message().isEmpty(), "no text");
                QCOMPARE(errors.size(), 1);
                QCOMPARE(client.status(), IPCClient::Status::Idle);
            } else if (settled(client.request(large)).valueOr({}) != QVariant(large)) {
                return fail("a large request fails", spare);
            }
            if (spare == 0)
                QVERIFY(!connecting);
            if (spare == 4)
                QVERIFY(connecting);
        }
        if (client.status() == IPCClient::Status::Idle)
            QVERIFY(settled(client.connectToServer()));
        QCOMPARE(settled(client.request(large)).valueOr({}), QVariant(large));
    }
}

void tst_Descriptors::aListenerSaysSoAndListensLater()
{
    for (int spare = 0; spare <= 4; ++spare) {
        IPCServer server(m_path);
        {
            const raw::DescriptorShortage few(spare);
            if (!server.listen()) {
                QCOMPARE(server.error().code(), Code::OutOfResources);
                QVERIFY2(server.error().message().contains(m_path),
                         qPrintable(server.error().message()));
                QCOMPARE(QDir(m_folder->path())
                             .entryList(QDir::AllEntries | QDir::Hidden | QDir::System
                                        | QDir::NoDotAndDotDot),
                         QStringList());
            }
            if (spare == 0)
                QVERIFY(!server.isListening());
            if (spare == 4)
                QVERIFY(server.isListening());
        }
        if (!server.isListening())
            QVERIFY2(server.listen(), qPrintable(server.error().message()));
        IPCClient client(m_path);
        QVERIFY(settled(client.connectToServer()));
    }
}

void tst_Descriptors::aSingleInstanceSaysSoAndStartsLater()
{
    IPCSingleInstance instance(newName());
    {
        const raw::DescriptorShortage none;
        QCOMPARE(instance.start(), IPCSingleInstance::Role::Failed);
        QCOMPARE(instance.error().code(), Code::OutOfResources);
        QVERIFY(!instance.error().message().isEmpty());
    }
    QCOMPARE(instance.start(), IPCSingleInstance::Role::Primary);
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"serve")
        return serve(arguments.value(2));
    tst_Descriptors test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_descriptors.moc"
