// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>
#include <QIpc/IPCSingleInstance>

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <chrono>
#include <cstdio>
#include <memory>

// What holds before there is a QCoreApplication, and when there is a second one. This program is
// also the other process: with arguments it does what their first one names, and returns 0 where
// that went well.

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace {

constexpr int patience = 10'000;

void say(const char *line)
{
    std::puts(line);
    std::fflush(stdout);
}

//! An application for as long as this lives.
struct Application
{
    int count = 1;
    char name[5] = "test";
    char *arguments[2] = {name, nullptr};
    QCoreApplication app{count, arguments};
};

//! Runs event loops until \a condition holds.
template <typename Condition>
bool waitFor(Condition condition)
{
    return QTest::qWaitFor(condition, patience);
}

int startTooEarly(const QString &id)
{
    QElapsedTimer clock;
    clock.start();
    IPCSingleInstance instance(id);
    if (instance.start(2s) != IPCSingleInstance::Role::Failed
        || instance.error().code() != Code::InvalidState)
        return 1;
    if (!instance.error().message().contains(u"QCoreApplication"_s))
        return 2;
    const auto future = instance.startAsync(2s);
    if (!future.isFinished() || future.result().error().code() != Code::InvalidState)
        return 3;
    if (instance.startOrHandOver(2s) != 1)
        return 4;
    if (clock.elapsed() > 1500)
        return 5;
    // Later it works.
    Application application;
    return instance.start(2s) == IPCSingleInstance::Role::Primary ? 0 : 6;
}

int listenTooEarly(const QString &path)
{
    IPCServer server(path);
    if (server.listen() || server.error().code() != Code::InvalidState)
        return 1;
    IPCClient client(path);
    const auto early = client.connectToServer();
    if (!early.isFinished() || early.result().error().code() != Code::InvalidState)
        return 2;
    Application application;
    if (!server.listen())
        return 3;
    client.connectToServer();
    return client.waitForReady(5s) ? 0 : 4;
}

int keepInstance(const QString &id)
{
    IPCSingleInstance instance(id);
    int activations = 0;
    QObject::connect(&instance, &IPCSingleInstance::activated, &instance,
                     [&activations](const IPCActivation &activation) {
                         ++activations;
                         activation.exit(42);
                     });
    {
        Application first;
        if (instance.start(2s) != IPCSingleInstance::Role::Primary)
            return 1;
        say("first");
        if (!waitFor([&] { return activations == 1; }))
            return 2;
    }
    for (int i = 2; i <= 3; ++i) {
        Application next;
        say("next");
        if (!waitFor([&] { return activations == i; }))
            return 3;
        QTest::qWait(100); // the exit code goes out
        if (instance.role() != IPCSingleInstance::Role::Primary)
            return 4;
    }
    return 0;
}

int handOver(const QString &id)
{
    Application application;
    IPCSingleInstance instance(id);
    if (instance.start(5s) != IPCSingleInstance::Role::Secondary)
        return 1;
    const auto code = instance.handOver(5s);
    return code ? *code : 2;
}

// What is static outlives the application.
int keepConnections(const QString &path)
{
    IPCServer server(path);
    IPCClient client(path);
    client.setRetryInterval(10ms);
    client.setHeartbeatInterval(1s);
    int received = 0;
    QObject::connect(&server, &IPCServer::messageReceived, &server, [&received] { ++received; });
    for (int round = 1; round <= 3; ++round) {
        Application application;
        if (round == 1 && !server.listen())
            return 1;
        if (round == 1)
            client.connectToServer();
        if (round > 1 && !waitFor([&] { return client.status() != IPCClient::Status::Ready; }))
            return 2;
        if (!client.waitForReady(5s))
            return 3;
        client.request(1, 60s); // never answered
        client.send(round);
        if (!waitFor([&] { return received == round; }))
            return 4;
            // The watch of the socket's file goes on too.
#ifndef QIPC_PORTABLE_TRANSPORT
        QFile::remove(server.address());
        if (!waitFor([&] { return QFile::exists(server.address()); }))
            return 5;
#endif
    }
    return 0;
}

// A primary that never tells an exit code.
int keepWaiting(const QString &id)
{
    Application application;
    IPCSingleInstance instance(id);
    QList<IPCActivation> kept;
    QObject::connect(&instance, &IPCSingleInstance::activated, &instance,
                     [&kept](const IPCActivation &activation) { kept.append(activation); });
    if (instance.start(2s) != IPCSingleInstance::Role::Primary)
        return 1;
    say("first");
    return QCoreApplication::exec();
}

int handOverAcross(const QString &id)
{
    IPCSingleInstance instance(id);
    QFuture<IPCResult<int>> exitCode;
    {
        Application first;
        if (instance.start(5s) != IPCSingleInstance::Role::Secondary)
            return 1;
        exitCode = instance.handOverAsync({}, 500ms);
    }
    Application next;
    if (!waitFor([&] { return exitCode.isFinished(); }))
        return 2;
    if (exitCode.result().error().code() != Code::TimedOut)
        return 3;
    return waitFor([&] { return instance.role() == IPCSingleInstance::Role::Secondary; }) ? 0 : 4;
}

// There is no server, and the next try is far away.
int waitInBetween(const QString &path)
{
    IPCClient client(path);
    client.setRetryInterval(600s);
    client.setMaxRetryInterval(600s);
    {
        Application first;
        client.connectToServer();
        if (!waitFor([&] { return client.status() == IPCClient::Status::Reconnecting; }))
            return 1;
    }
    const auto answer = client.request(1, 50ms);
    QFuture<IPCResult<void>> closed;
    {
        Application next;
        if (!waitFor([&] { return answer.isFinished(); }))
            return 2;
        if (answer.result().error().code() != Code::TimedOut)
            return 3;
        closed = client.close(u"bye"_s);
    }
    QVariant reason;
    QObject::connect(&client, &IPCClient::closed, &client,
                     [&reason](const QVariant &given) { reason = given; });
    Application last;
    if (!waitFor([&] { return closed.isFinished(); }) || !closed.result())
        return 4;
    return client.status() == IPCClient::Status::Idle && reason == u"bye"_s ? 0 : 5;
}

//! This program as another process.
class Other : public QProcess
{
public:
    Other(const QString &task, const QString &name)
    {
        setProcessChannelMode(QProcess::ForwardedErrorChannel);
        start(QCoreApplication::applicationFilePath(), {task, name});
    }
    ~Other() override
    {
        kill();
        waitForFinished();
    }
    //! The exit status; -1 where it does not end.
    [[nodiscard]] int status()
    {
        return waitForFinished(patience * 2) && exitStatus() == NormalExit ? exitCode() : -1;
    }
    [[nodiscard]] bool says(const char *line)
    {
        const QByteArray wanted = QByteArray(line) + '\n';
        return QTest::qWaitFor(
            [&] {
                m_output += readAllStandardOutput();
                return m_output.endsWith(wanted);
            },
            patience);
    }

private:
    QByteArray m_output;
};

} // namespace

class ApplicationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesAStartBeforeThereIsAnApplication();
    void refusesToListenBeforeThereIsAnApplication();
    void staysThePrimaryUnderTheNextApplication();
    void keepsListeningAndReconnectsUnderTheNextApplication();
    void limitsAHandOverUnderTheNextApplication();
    void settlesWhatWasAskedBetweenApplications();

private:
    [[nodiscard]] static QString newId()
    {
        return u"qipc-test-%1-%2"_s.arg(QCoreApplication::applicationPid()).arg(++s_count);
    }
    static inline int s_count = 0;
};

void ApplicationsTest::refusesAStartBeforeThereIsAnApplication()
{
    QCOMPARE(Other(u"startTooEarly"_s, newId()).status(), 0);
}

void ApplicationsTest::refusesToListenBeforeThereIsAnApplication()
{
    QTemporaryDir folder;
    QCOMPARE(Other(u"listenTooEarly"_s, folder.filePath(u"s"_s)).status(), 0);
}

void ApplicationsTest::staysThePrimaryUnderTheNextApplication()
{
    const QString id = newId();
    Other primary(u"keepInstance"_s, id);
    QVERIFY(primary.says("first"));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(Other(u"handOver"_s, id).status(), 42);
    QCOMPARE(primary.status(), 0);
}

void ApplicationsTest::keepsListeningAndReconnectsUnderTheNextApplication()
{
    QTemporaryDir folder;
    QCOMPARE(Other(u"keepConnections"_s, folder.filePath(u"s"_s)).status(), 0);
}

void ApplicationsTest::limitsAHandOverUnderTheNextApplication()
{
    const QString id = newId();
    Other primary(u"keepWaiting"_s, id);
    QVERIFY(primary.says("first"));
    QCOMPARE(Other(u"handOverAcross"_s, id).status(), 0);
}

void ApplicationsTest::settlesWhatWasAskedBetweenApplications()
{
    QTemporaryDir folder;
    QCOMPARE(Other(u"waitInBetween"_s, folder.filePath(u"s"_s)).status(), 0);
}

int main(int argc, char *argv[])
{
    if (argc == 3 && argv[1][0] != '-') {
        const QByteArray task = argv[1];
        const QString name = QString::fromLocal8Bit(argv[2]);
        if (task == "startTooEarly")
            return startTooEarly(name);
        if (task == "listenTooEarly")
            return listenTooEarly(name);
        if (task == "keepInstance")
            return keepInstance(name);
        if (task == "keepConnections")
            return keepConnections(name);
        if (task == "handOver")
            return handOver(name);
        if (task == "keepWaiting")
            return keepWaiting(name);
        if (task == "handOverAcross")
            return handOverAcross(name);
        if (task == "waitInBetween")
            return waitInBetween(name);
    }
    QCoreApplication app(argc, argv);
    ApplicationsTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_applications.moc"
