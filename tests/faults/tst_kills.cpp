// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "busy.h"

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QPointer>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

#include <signal.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

// `kill -9` of one of two processes that talk to each other without pause, at a random moment: what
// the other one makes of it. This program is both: with arguments it is the one that is killed.
//
// QIPC_TEST_KILLS says how many, QIPC_TEST_SEED repeats their moments as far as that can be done.

namespace {

constexpr int patience = 20'000; // ms: for machines that are busy with something else

// What goes wrong in the process that is about to be killed.
[[noreturn]] void die(const QString &what)
{
    fprintf(stderr, "the other process: %s\n", qPrintable(what));
    exit(1);
}

void beBusy(IPCPeer *peer)
{
    auto *const busy = new Busy(peer);
    QObject::connect(peer, &IPCPeer::messageReceived, busy, [busy] {
        if (!busy->complaint().isEmpty())
            die(busy->complaint());
    });
}

int runServer(const QString &path)
{
    IPCServer server(path);
    QObject::connect(&server, &IPCServer::connected, &server, &beBusy);
    if (!server.listen())
        die(server.error().message());
    puts("listening");
    fflush(stdout);
    return QCoreApplication::exec();
}

int runClient(const QString &path)
{
    IPCClient client(path);
    client.setAutoReconnect(false);
    QObject::connect(&client, &IPCClient::ready, &client, [&client] { beBusy(&client); });
    QObject::connect(&client, &IPCClient::closed, &client, [] { die(u"closed"_s); });
    client.connectToServer();
    return QCoreApplication::exec();
}

//! A process to be killed.
class Victim : public QProcess
{
public:
    Victim(const QString &role, const QString &path)
    {
        setProcessChannelMode(ForwardedErrorChannel);
        start(QCoreApplication::applicationFilePath(), {role, path});
        waitForStarted();
    }
    ~Victim() override
    {
        kill();
        waitForFinished();
    }

    [[nodiscard]] bool isListening()
    {
        return QTest::qWaitFor([this] { return bytesAvailable() > 0; }, patience);
    }
    //! Whether it lived until then.
    [[nodiscard]] bool die()
    {
        ::kill(pid_t(processId()), SIGKILL);
        return waitForFinished(patience) && exitStatus() == CrashExit;
    }
};

// A QLockFile that its holder had no time to write its name into locks everybody out for 30 s.
#ifdef QIPC_PORTABLE_TRANSPORT
constexpr bool mayDieWhileItStarts = false;
#else
constexpr bool mayDieWhileItStarts = true;
#endif

int descriptors()
{
    return int(QDir(u"/proc/self/fd"_s)
                   .entryList(QDir::System | QDir::Files | QDir::NoDotAndDotDot)
                   .size());
}

} // namespace

class tst_Kills : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void aServerOutlivesItsClients();
    void aClientOutlivesItsServers();
    void cleanup();

private:
    void watch(IPCPeer *peer);
    void atTheEndOf(IPCPeer *peer);
    void waitForTheMoment();
    [[nodiscard]] milliseconds randomTime(int most);
    [[nodiscard]] bool mostly() { return std::uniform_int_distribution(0, 3)(m_random) > 0; }

    std::mt19937 m_random;
    int m_kills = 0;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;

    QPointer<Busy> m_busy; // of the connection that there is
    QString m_complaint;
    int m_began = 0;
    int m_ended = 0;
    qsizetype m_futures = 0;
    qsizetype m_failed = 0;
    qsizetype m_messages = 0;
    QElapsedTimer m_sinceKill;
    std::vector<qint64> m_noticed; // µs after the kill
    int m_descriptors = 0;
};

void tst_Kills::initTestCase()
{
    bool given = false;
    const uint wanted = qEnvironmentVariable("QIPC_TEST_SEED").toUInt(&given);
    const uint seed = given ? wanted : std::random_device()();
    m_random.seed(seed);
    const int kills = qEnvironmentVariableIntValue("QIPC_TEST_KILLS", &given);
    m_kills = given ? kills / 2 : 10; // in each of the tests
    qInfo("QIPC_TEST_SEED=%u", seed);
    // The first server of a thread opens what watches over the files of all.
    const QTemporaryDir folder;
    IPCServer first(folder.filePath(u"s"_s));
    QVERIFY2(first.listen(), qPrintable(first.error().message()));
}

void tst_Kills::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(u"s"_s);
    m_complaint.clear();
    m_began = m_ended = 0;
    m_futures = m_failed = m_messages = 0;
    m_noticed.clear();
    m_descriptors = descriptors();
}

// The connection is ready.
void tst_Kills::watch(IPCPeer *peer)
{
    ++m_began;
    m_busy = new Busy(peer);
}

// The connection has ended: all that is to settle has settled.
void tst_Kills::atTheEndOf(IPCPeer *peer)
{
    ++m_ended;
    m_noticed.push_back(m_sinceKill.nsecsElapsed() / 1000);
    if (!m_busy || m_busy->parent() != peer) {
        m_complaint = u"the end of something that had not begun"_s;
        return;
    }
    if (m_complaint.isEmpty())
        m_complaint = m_busy->complaintAtTheEnd();
    m_futures += m_busy->futures();
    m_failed += m_busy->failures();
    m_messages += m_busy->received();
    m_busy->deleteLater();
    m_busy.clear();
}

milliseconds tst_Kills::randomTime(int most)
{
    return milliseconds(std::uniform_int_distribution(0, most)(m_random));
}

void tst_Kills::waitForTheMoment()
{
    constexpr int exchange = 30; // ms
    QEventLoop loop;
    QTimer::singleShot(randomTime(exchange), Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

void tst_Kills::aServerOutlivesItsClients()
{
    IPCServer server(m_path);
    connect(&server, &IPCServer::connected, this, &tst_Kills::watch);
    connect(&server, &IPCServer::disconnected, this, &tst_Kills::atTheEndOf);
    QVERIFY2(server.listen(), qPrintable(server.error().message()));
    for (int i = 0; i < m_kills; ++i) {
        const int before = m_began;
        Victim client(u"client"_s, m_path);
        if (mostly()) // else perhaps while it is still starting
            QTRY_VERIFY_WITH_TIMEOUT(m_began > before, patience);
        waitForTheMoment();
        m_sinceKill.start();
        QVERIFY(client.die());
        QTRY_VERIFY_WITH_TIMEOUT(m_ended == m_began, patience);
        QVERIFY2(m_complaint.isEmpty(), qPrintable(m_complaint));
        QVERIFY(server.isListening());
        QVERIFY(server.connections().isEmpty());
        QCOMPARE(server.publish(u"t"_s, 0).valueOr(-1), 0); // nobody is subscribed any more
    }
    // The last one is served as the first one was.
    const Victim client(u"client"_s, m_path);
    QTRY_VERIFY_WITH_TIMEOUT(m_busy && m_busy->hasSeenAll(), patience);
    QCOMPARE(m_began, m_ended + 1);
}

void tst_Kills::aClientOutlivesItsServers()
{
    IPCClient client(m_path);
    client.setRetries(-1);
    client.setRetryInterval(1ms);
    client.setMaxRetryInterval(5ms);
    connect(&client, &IPCClient::ready, this, [this, &client] { watch(&client); });
    connect(&client, &IPCPeer::disconnected, this, [this, &client] { atTheEndOf(&client); });
    int closed = 0;
    connect(&client, &IPCClient::closed, this, [&closed] { ++closed; });
    client.connectToServer();
    for (int i = 0; i < m_kills; ++i) {
        const int before = m_began;
        Victim server(u"server"_s, m_path); // gets the address of the one before
        if (mostly() || !mayDieWhileItStarts) {
            QVERIFY(server.isListening());
            QTRY_VERIFY_WITH_TIMEOUT(m_began > before, patience);
        }
        waitForTheMoment();
        m_sinceKill.start();
        QVERIFY(server.die());
        QTRY_VERIFY_WITH_TIMEOUT(m_ended == m_began && !client.isReady(), patience);
        QVERIFY2(m_complaint.isEmpty(), qPrintable(m_complaint));
        QVERIFY(client.status() != IPCClient::Status::Idle);
    }
    Victim server(u"server"_s, m_path);
    QVERIFY(server.isListening());
    QTRY_VERIFY_WITH_TIMEOUT(m_busy && m_busy->hasSeenAll(), patience);
    QCOMPARE(m_began, m_ended + 1);
    QCOMPARE(closed, 0);
}

void tst_Kills::cleanup()
{
    if (QTest::currentTestFailed())
        return;
    std::sort(m_noticed.begin(), m_noticed.end());
    const qint64 median = m_noticed.empty() ? 0 : m_noticed[m_noticed.size() / 2];
    const qint64 longest = m_noticed.empty() ? 0 : m_noticed.back();
    qInfo("%d kills, %d of them of a connection; %lld messages came, %lld futures settled, %lld of "
          "them with ConnectionLost; all settled %lld µs after the kill in the median, %lld µs at "
          "most",
          m_kills, int(m_noticed.size()), qlonglong(m_messages), qlonglong(m_futures),
          qlonglong(m_failed), qlonglong(median), qlonglong(longest));
    QTRY_COMPARE_WITH_TIMEOUT(descriptors(), m_descriptors, patience);
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QString role = QCoreApplication::arguments().value(1);
    const QString path = QCoreApplication::arguments().value(2);
    if (role == u"server")
        return runServer(path);
    if (role == u"client")
        return runClient(path);
    tst_Kills test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_kills.moc"
