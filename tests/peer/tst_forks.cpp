// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QIpc/IPCCloseInChild>

#include <QtCore/QFileInfo>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

// What a child that fork() made, without exec(), must not do to its parent.

namespace {

const pid_t parent = getpid();

} // namespace

// LeakSanitizer asks this at the end of a process. In a child it finds leaks that are none, for the
// threads that hold that memory are its parent's.
extern "C" int __lsan_is_turned_off()
{
    return getpid() != parent;
}

namespace {

//! Lets a child do \a work and end; its exit status.
template <typename Work>
int inChild(Work work)
{
    const pid_t child = fork();
    if (child == 0) {
        work();
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

class ForksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesTheParentsServerAlone();
    void leavesTheParentsClientAlone();
    void leavesManyConnectionsAlone();
    void leavesTheParentAloneWhenItExits();
    void leavesTheWatchOfTheSocketAlone();
    void watchesTheSocketOfAChild();
    void keepsTheAddressInAChildThatLivesOn();
    void givesTheAddressUpInAChildThatClosesIt();
    void closesOnlyWhatItInherited();
};

void ForksTest::leavesTheParentsServerAlone()
{
    Pair pair;
    QVERIFY(pair.connect());
    QSignalSpy left(&pair.client, &IPCPeer::disconnected);
    QCOMPARE(inChild([&] { pair.server.~IPCServer(); }), 0);
    QVERIFY(QFileInfo::exists(pair.server.address()));
#ifndef QIPC_PORTABLE_TRANSPORT
    QVERIFY(QFileInfo::exists(pair.server.address() + u".lock"_s));
#endif
    QVERIFY(settled(pair.client.ping()));
    QVERIFY(left.isEmpty());
    IPCServer other(pair.server.path());
    QVERIFY(!other.listen());
    IPCClient late(pair.server.path());
    late.connectToServer();
    QVERIFY(late.waitForReady(5s));
}

void ForksTest::leavesTheParentsClientAlone()
{
    Pair pair;
    QVERIFY(pair.connect());
    QSignalSpy left(&pair.server, &IPCServer::disconnected);
    QCOMPARE(inChild([&] { pair.client.~IPCClient(); }), 0);
    QVERIFY(settled(pair.client.ping()));
    QVERIFY(settled(pair.connection()->ping()));
    QVERIFY(left.isEmpty());
}

// More than have a notifier of their own: the others share a descriptor with the parent that tells
// of them.
void ForksTest::leavesManyConnectionsAlone()
{
    Pair pair;
    QVERIFY(pair.server.listen());
    std::vector<std::unique_ptr<IPCClient>> clients;
    constexpr int many = 12;
    for (int i = 0; i < many; ++i) {
        clients.push_back(std::make_unique<IPCClient>(pair.server.path()));
        clients.back()->connectToServer();
    }
    for (const auto &client : clients)
        QVERIFY(client->waitForReady(5s));
    QCOMPARE(inChild([&] {
                 clients.clear();
                 pair.server.~IPCServer();
             }),
             0);
    for (const auto &client : clients)
        QVERIFY(settled(client->ping()));
    QCOMPARE(pair.server.connections().size(), many);
}

namespace {
// Gone with the process, as those of many programs.
std::unique_ptr<Pair> &ofTheProcess()
{
    static std::unique_ptr<Pair> pair;
    return pair;
}
} // namespace

void ForksTest::leavesTheParentAloneWhenItExits()
{
    auto &pair = ofTheProcess();
    pair = std::make_unique<Pair>();
    QVERIFY(pair->connect());
    // The folder is the test's, not the product's.
    pair->folder.setAutoRemove(false);
    QCOMPARE(inChild([] { exit(0); }), 0);
    QVERIFY(QFileInfo::exists(pair->server.address()));
    QVERIFY(settled(pair->client.ping()));
    QVERIFY(pair->client.isReady());
    QCOMPARE(pair->server.connections().size(), 1);
    pair->folder.setAutoRemove(true);
    pair.reset();
}

// The child has the parent's inotify descriptor too.
void ForksTest::leavesTheWatchOfTheSocketAlone()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("the portable transport does not look after the socket's file");
#endif
    Pair pair;
    QVERIFY(pair.server.listen());
    QCOMPARE(inChild([&] { pair.server.~IPCServer(); }), 0);
    QVERIFY(QFile::remove(pair.server.address()));
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(pair.server.address()), 1000);
}

// With an inotify descriptor of its own, not by the number that its parent's had.
void ForksTest::watchesTheSocketOfAChild()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("the portable transport does not look after the socket's file");
#endif
    Pair pair;
    QVERIFY(pair.server.listen());
    const QString path = pair.folder.filePath(u"of-the-child"_s);
    QCOMPARE(inChild([&path] {
                 ipcCloseInChild();
                 IPCServer server(path);
                 if (!server.listen() || !QFile::remove(path))
                     _exit(1);
                 if (!QTest::qWaitFor([&path] { return QFileInfo::exists(path); }, 1000))
                     _exit(2);
             }),
             0);
    QVERIFY(QFile::remove(pair.server.address()));
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(pair.server.address()), 1000);
}

namespace {

//! A child that does \a work and lives on, until this goes.
class LivingChild
{
public:
    template <typename Work>
    explicit LivingChild(Work work)
    {
        int ends[2];
        if (pipe(ends) != 0)
            return;
        m_pid = fork();
        if (m_pid == 0) {
            work();
            const char done = 0;
            if (write(ends[1], &done, 1) != 1)
                _exit(1);
            pause();
            _exit(0);
        }
        char done = 1;
        m_works = read(ends[0], &done, 1) == 1 && done == 0;
        close(ends[0]);
        close(ends[1]);
    }
    ~LivingChild()
    {
        kill(m_pid, SIGKILL);
        waitpid(m_pid, nullptr, 0);
    }
    Q_DISABLE_COPY_MOVE(LivingChild)

    [[nodiscard]] bool works() const { return m_works; }

private:
    pid_t m_pid = -1;
    bool m_works = false;
};

} // namespace

// A daemon that forks after listen() relies on it.
void ForksTest::keepsTheAddressInAChildThatLivesOn()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("the portable transport has no lock that lasts");
#endif
    QTemporaryDir folder;
    auto server = std::make_unique<IPCServer>(folder.filePath(u"s"_s));
    QVERIFY(server->listen());
    const QByteArray lock = QFile::encodeName(server->address() + u".lock"_s);
    const QByteArray kept = lock + ".kept";
    QCOMPARE(link(lock.constData(), kept.constData()), 0);
    const LivingChild child([] {});
    QVERIFY(child.works());
    server.reset();
    QCOMPARE(rename(kept.constData(), lock.constData()), 0);
    IPCServer next(folder.filePath(u"s"_s));
    QVERIFY(!next.listen());
    QCOMPARE(next.error().code(), Code::AddressInUse);
}

void ForksTest::givesTheAddressUpInAChildThatClosesIt()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    auto server = std::make_unique<IPCServer>(path);
    QVERIFY(server->listen());
    IPCClient client(path);
    client.connectToServer();
    QVERIFY(client.waitForReady(5s));
    const QByteArray lock = QFile::encodeName(server->address() + u".lock"_s);
    const QByteArray kept = lock + ".kept";
#ifndef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(link(lock.constData(), kept.constData()), 0);
#endif
    const LivingChild child([] { ipcCloseInChild(); });
    QVERIFY(child.works());
    QVERIFY(settled(client.ping()));
    server.reset();
    QTRY_VERIFY(!client.isReady()); // its end is noticed, though the child lives
#ifndef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(rename(kept.constData(), lock.constData()), 0);
#endif
    IPCServer next(path);
    QVERIFY2(next.listen(), qPrintable(next.error().message()));
}

// The numbers that it closes are the child's own afterwards: the destructors leave them alone.
void ForksTest::closesOnlyWhatItInherited()
{
    Pair pair;
    QVERIFY(pair.connect());
    ipcCloseInChild(); // not in the parent
    QVERIFY(settled(pair.client.ping()));
    const int status = inChild([&] {
        ipcCloseInChild();
        std::vector<int> own;
        constexpr int many = 32;
        for (int i = 0; i < many; ++i)
            own.push_back(dup(STDOUT_FILENO));
        pair.client.~IPCClient();
        pair.server.~IPCServer();
        for (const int descriptor : own) {
            if (fcntl(descriptor, F_GETFD) < 0)
                _exit(1);
        }
    });
    QCOMPARE(status, 0);
    QVERIFY(settled(pair.client.ping()));
}

QTEST_GUILESS_MAIN(ForksTest)
#include "tst_forks.moc"
