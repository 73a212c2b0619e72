// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connection.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QPointer>
#include <QtCore/QScopeGuard>
#include <QtCore/QSemaphore>
#include <QtCore/QThread>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;
using qipc::Listener;
using qipc::SocketAccess;
using qipc::Stream;
using Code = IPCError::Code;
using FileStatus = struct stat; // the function of that name hides it

Q_DECLARE_METATYPE(qipc::SocketAccess)

class TestListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void listensAndLeavesNothingBehind();
    void listensAgainAfterClosing();
    void listensOnce();
    void neverDisplacesALiveServer_data();
    void neverDisplacesALiveServer();
    void replacesADeadSocket();
    void leavesOtherFilesAlone_data();
    void leavesOtherFilesAlone();
    void leavesAFileAloneWhereItsLockWouldBe_data();
    void leavesAFileAloneWhereItsLockWouldBe();
    void failsForWantOfAFolder_data();
    void failsForWantOfAFolder();
    void rejectsTooLongAnAddress();
    void takesTheLongestAddress();
    void setsTheMode_data();
    void setsTheMode();
    void hasOneWinnerAmongThreads_data();
    void hasOneWinnerAmongThreads();
    void leavesItsSuccessorAlone();
    void keepsWaitingClientsWhileNotAccepting();
    void holdsAsManyAsTheBacklog();
    void survivesClientsThatGoAtOnce();
    void survivesLackOfDescriptors();
    void keepsStreamsAfterClosing();
#ifndef QIPC_PORTABLE_TRANSPORT
    void isKnownToTheSystemByItsAddress();
    void needsNoHardLinks();
    void saysWhereNoSocketCanBeMade();
#endif
    void mayBeClosedOrDeletedInsideIncoming_data();
    void mayBeClosedOrDeletedInsideIncoming();

private:
    [[nodiscard]] QString address() const
    {
        return m_folder->filePath(QStringLiteral("socket"));
    }
    [[nodiscard]] QByteArray encodedAddress() const
    {
        return QFile::encodeName(address());
    }
    [[nodiscard]] IPCError listen(Listener *listener,
                                  SocketAccess access = SocketAccess::User) const
    {
        Listener::Options options;
        options.address = address();
        options.access = access;
        return listener->listen(options);
    }
    [[nodiscard]] QStringList entries() const
    {
        constexpr auto all = QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot;
        return QDir(m_folder->path()).entryList(all);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

bool answers(const QString &address)
{
    return raw::connectTo(raw::socket(), address);
}

} // namespace

#ifndef QIPC_PORTABLE_TRANSPORT

namespace {

bool linksAreForbidden = false;
int bindingFailsWith = 0;

} // namespace

// The system's own, but for what some file systems forbid: hard links, as on Android, and sockets.
extern "C" int link(const char *from, const char *to) noexcept
{
    if (linksAreForbidden) {
        errno = EPERM;
        return -1;
    }
    return int(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

extern "C" int bind(int socket, const sockaddr *address, socklen_t size) noexcept
{
    if (bindingFailsWith != 0) {
        errno = bindingFailsWith;
        return -1;
    }
    return int(::syscall(SYS_bind, socket, address, size));
}

// By it ss, lsof and AppArmor know the socket, and programs that clean folders spare it.
void TestListener::isKnownToTheSystemByItsAddress()
{
    const auto listener = Listener::create();
    QVERIFY(!listen(listener.get()));
    QFile sockets(QStringLiteral("/proc/net/unix"));
    QVERIFY(sockets.open(QIODevice::ReadOnly));
    QVERIFY(sockets.readAll().contains(QByteArray(' ' + encodedAddress() + '\n')));

    const auto client = raw::socket();
    QVERIFY(raw::connectTo(client, address()));
    sockaddr_un peer{};
    socklen_t size = sizeof peer;
    QCOMPARE(getpeername(client.get(), reinterpret_cast<sockaddr *>(&peer), &size), 0);
    QCOMPARE(QByteArray(peer.sun_path), encodedAddress());
}

void TestListener::needsNoHardLinks()
{
    linksAreForbidden = true;
    const auto allow = qScopeGuard([] { linksAreForbidden = false; });
    const auto listener = Listener::create();
    const IPCError error = listen(listener.get());
    QVERIFY2(!error, qPrintable(error.message()));
    QVERIFY(answers(address()));
}

void TestListener::saysWhereNoSocketCanBeMade()
{
    bindingFailsWith = EPERM;
    const auto allow = qScopeGuard([] { bindingFailsWith = 0; });
    const auto listener = Listener::create();
    const IPCError error = listen(listener.get());
    QCOMPARE(error.code(), Code::PermissionDenied);
    QCOMPARE(error.systemError(), EPERM);
    QVERIFY2(error.message().contains(QStringLiteral("no socket, because of its file system")),
             qPrintable(error.message()));
    QCOMPARE(entries(), QStringList());
}

#endif

void TestListener::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestListener::cleanup()
{
    m_folder.reset();
}

void TestListener::listensAndLeavesNothingBehind()
{
    const auto listener = Listener::create();
    QVERIFY(!listener->isListening());
    const IPCError error = listen(listener.get());
    QVERIFY2(!error, qPrintable(error.message()));
    QVERIFY(listener->isListening());
    QVERIFY(answers(address()));
    QStringList there = entries();
    there.removeOne(QStringLiteral("socket.lock"));
    QCOMPARE(there, QStringList{QStringLiteral("socket")});

    listener->close();
    QVERIFY(!listener->isListening());
    QVERIFY(!answers(address()));
    QCOMPARE(entries(), QStringList());
}

void TestListener::listensAgainAfterClosing()
{
    const auto first = Listener::create();
    QVERIFY(!listen(first.get()));
    first->close();
    QVERIFY(!listen(first.get()));
    first->close();
    const auto second = Listener::create();
    QVERIFY(!listen(second.get()));
    QVERIFY(answers(address()));
}

void TestListener::listensOnce()
{
    const auto listener = Listener::create();
    QVERIFY(!listen(listener.get()));
    QCOMPARE(listen(listener.get()).code(), Code::InvalidState);
    QVERIFY(listener->isListening());
}

void TestListener::neverDisplacesALiveServer_data()
{
    QTest::addColumn<QString>("server");
    for (const char *server :
         {"ours", "plain", "plain, with a full backlog", "plain, of datagrams"})
        QTest::newRow(server) << QString::fromLatin1(server);
}

void TestListener::neverDisplacesALiveServer()
{
    QFETCH(const QString, server);
    const auto ours = Listener::create();
    raw::FileDescriptor plain;
    std::vector<raw::FileDescriptor> clients;
    if (server == u"ours") {
        QVERIFY(!listen(ours.get()));
    } else if (server == u"plain, of datagrams") {
        plain = raw::boundAt(address(), SOCK_DGRAM);
    } else {
        plain = raw::listeningAt(address(), 0);
        if (server == u"plain, with a full backlog") {
            do {
                clients.push_back(raw::socket());
            } while (raw::connectTo(clients.back(), address()));
        }
    }
    FileStatus before{};
    QCOMPARE(::lstat(encodedAddress().constData(), &before), 0);

    const auto second = Listener::create();
    const IPCError error = listen(second.get());
    QCOMPARE(error.code(), Code::AddressInUse);
    QVERIFY(error.message().contains(address()));
    QVERIFY(!second->isListening());
    second->close();
    FileStatus after{};
    QCOMPARE(::lstat(encodedAddress().constData(), &after), 0);
    QCOMPARE(after.st_ino, before.st_ino);
}

void TestListener::replacesADeadSocket()
{
    QVERIFY(raw::leaveDeadSocket(address()));
    QVERIFY(!answers(address()));
    const auto listener = Listener::create();
    const IPCError error = listen(listener.get());
    QVERIFY2(!error, qPrintable(error.message()));
    QVERIFY(answers(address()));
}

void TestListener::leavesOtherFilesAlone_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"file", "folder", "fifo", "dangling link", "link to a live socket",
                             "link to a dead socket"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestListener::leavesOtherFilesAlone()
{
    QFETCH(const QString, kind);
    const QString target = m_folder->filePath(QStringLiteral("target"));
    raw::FileDescriptor live;
    if (kind == u"file")
        QVERIFY(QFile(address()).open(QIODevice::WriteOnly));
    else if (kind == u"folder")
        QVERIFY(QDir().mkdir(address()));
    else if (kind == u"fifo")
        QCOMPARE(::mkfifo(encodedAddress().constData(), 0600), 0);
    else
        QVERIFY(QFile::link(target, address()));
    if (kind == u"link to a live socket")
        live = raw::listeningAt(target);
    else if (kind == u"link to a dead socket")
        QVERIFY(raw::leaveDeadSocket(target));
    const QStringList before = entries();

    const auto listener = Listener::create();
    const IPCError error = listen(listener.get());
    QCOMPARE(error.code(), Code::NotASocket);
    QVERIFY(error.message().contains(address()));
    QCOMPARE(entries(), before);
}

// As `Gemfile.lock` is beside `Gemfile`.
void TestListener::leavesAFileAloneWhereItsLockWouldBe_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("besideAFile");
    for (const bool besideAFile : {false, true}) {
        const char *where = besideAFile ? "beside a file" : "alone";
        QTest::addRow("text, %s", where) << "x"_ba << besideAFile;
        QTest::addRow("a pid, %s", where) << "1\n"_ba << besideAFile;
    }
}

void TestListener::leavesAFileAloneWhereItsLockWouldBe()
{
    QFETCH(const QByteArray, content);
    QFETCH(const bool, besideAFile);
    if (besideAFile)
        QVERIFY(QFile(address()).open(QIODevice::WriteOnly));
    QFile file(address() + u".lock");
    QVERIFY(file.open(QIODevice::ReadWrite));
    QCOMPARE(file.write(content), content.size());
    QVERIFY(file.flush());
    // So old that QLockFile believes its writer dead.
    QVERIFY(file.setFileTime(QDateTime::currentDateTime().addDays(-1),
                             QFileDevice::FileModificationTime));
    const QStringList before = entries();

    const auto listener = Listener::create();
    const IPCError error = listen(listener.get());
    QCOMPARE(error.code(), Code::PermissionDenied);
    QVERIFY(error.message().contains(file.fileName()));
    listener->close();
    QCOMPARE(entries(), before);
    QVERIFY(file.seek(0));
    QCOMPARE(file.readAll(), content);
}

void TestListener::failsForWantOfAFolder_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<IPCError::Code>("code");
    QTest::addColumn<int>("systemError");
    QTest::newRow("missing") << u"/no/such/folder/socket"_s << Code::NoSuchServer << ENOENT;
    QTest::newRow("a file") << u"/etc/passwd/socket"_s << Code::NoSuchServer << ENOTDIR;
    QTest::newRow("forbidden, also to root")
        << u"/sys/socket"_s << Code::PermissionDenied << EACCES;
}

void TestListener::failsForWantOfAFolder()
{
    Listener::Options options;
    QFETCH(const QString, address);
    options.address = address;
    const auto listener = Listener::create();
    const IPCError error = listener->listen(options);
    QTEST(error.code(), "code");
    QVERIFY(error.message().contains(options.address));
    QVERIFY(error.message().contains(u"folder"));
#ifndef QIPC_PORTABLE_TRANSPORT
    QTEST(error.systemError(), "systemError");
#endif
}

void TestListener::rejectsTooLongAnAddress()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("resolveAddress() rejects it; QLocalServer names no reason");
#else
    Listener::Options options;
    options.address = m_folder->filePath(QString(108, u'x'));
    const auto listener = Listener::create();
    QCOMPARE(listener->listen(options).code(), Code::NameTooLong);
    QCOMPARE(entries(), QStringList());
#endif
}

// Where the folder takes nearly all of the length, little is left for the name to bind under.
void TestListener::takesTheLongestAddress()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("QLocalServer binds in a folder of its own below this one, for which there is no room");
#else
    constexpr qsizetype longest = 106;
    const qsizetype left = longest - m_folder->path().size() - 3;
    const QString folder = m_folder->filePath(QString(left, u'x'));
    QVERIFY(QDir().mkdir(folder));
    Listener::Options options;
    options.address = folder + u"/s";
    QCOMPARE(options.address.size(), longest);
    for (int i = 0; i < 50; ++i) {
        const auto listener = Listener::create();
        const IPCError error = listener->listen(options);
        QVERIFY2(!error, qPrintable(error.message()));
        QVERIFY(answers(options.address));
    }
#endif
}

void TestListener::setsTheMode_data()
{
    QTest::addColumn<SocketAccess>("access");
    QTest::addColumn<int>("umask");
    QTest::addColumn<int>("mode");
    const auto add = [](const char *name, SocketAccess access, int mode) {
        for (const int umask : {0000, 0022, 0077, 0777})
            QTest::addRow("%s, umask %04o", name, umask) << access << umask << mode;
    };
    add("user", SocketAccess::User, 0600);
    add("group", SocketAccess::Group, 0660);
    add("world", SocketAccess::World, 0666);
}

void TestListener::setsTheMode()
{
    QFETCH(const SocketAccess, access);
    QFETCH(const int, umask);
    const auto listener = Listener::create();
#ifdef QIPC_PORTABLE_TRANSPORT
    constexpr int meaning =
        0666; // QLocalServer sets the bits for execution too, which mean nothing
    if (umask == 0777)
        QSKIP("Qt makes temporary folders, which it cannot use with this umask");
#else
    constexpr int meaning = 07777;
#endif
    const mode_t before = ::umask(static_cast<mode_t>(umask));
    const IPCError error = listen(listener.get(), access);
    ::umask(before);
    QVERIFY2(!error, qPrintable(error.message()));
    FileStatus status{};
    QCOMPARE(::lstat(encodedAddress().constData(), &status), 0);
    QVERIFY(S_ISSOCK(status.st_mode));
    QTEST(static_cast<int>(status.st_mode) & meaning, "mode");
}

void TestListener::hasOneWinnerAmongThreads_data()
{
    QTest::addColumn<bool>("afterACrash");
    QTest::newRow("nothing there") << false;
    QTest::newRow("a dead socket there") << true;
}

void TestListener::hasOneWinnerAmongThreads()
{
    QFETCH(const bool, afterACrash);
    constexpr int contenders = 4;
#ifdef QIPC_PORTABLE_TRANSPORT
    constexpr int rounds = 2; // who finds a QLockFile taken sleeps
#else
    constexpr int rounds = 25;
#endif
    for (int round = 0; round < rounds; ++round) {
        if (afterACrash)
            QVERIFY(raw::leaveDeadSocket(address()));
        std::atomic<int> winners = 0;
        std::atomic<int> losers = 0;
        QSemaphore ready;
        QSemaphore go;
        QSemaphore done;
        QSemaphore leave;
        const auto contend = [&] {
            const auto listener = Listener::create();
            ready.release();
            go.acquire();
            const IPCError error = listen(listener.get());
            if (!error)
                ++winners;
            else if (error.code() == Code::AddressInUse)
                ++losers;
            done.release();
            leave.acquire();
        };
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < contenders; ++i)
            threads.emplace_back(QThread::create(contend))->start();
        ready.acquire(contenders);
        go.release(contenders);
        done.acquire(contenders);
        const bool lives = answers(address());
        leave.release(contenders);
        for (const auto &thread : threads)
            QVERIFY(thread->wait());
        QCOMPARE(winners.load(), 1);
        QCOMPARE(losers.load(), contenders - 1);
        QVERIFY(lives);
    }
}

// Somebody removed our socket, and another server has taken the address.
void TestListener::leavesItsSuccessorAlone()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("QLocalServer removes by path");
#else
    const auto listener = Listener::create();
    QVERIFY(!listen(listener.get()));
    QVERIFY(QFile::remove(address()));
    const auto successor = raw::listeningAt(address());
    QVERIFY(successor);
    listener->close();
    QVERIFY(answers(address()));
#endif
}

void TestListener::keepsWaitingClientsWhileNotAccepting()
{
    ListeningPlace place;
    place.listener->setAccepting(false);
    std::vector<raw::FileDescriptor> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(raw::socket());
        QVERIFY(raw::connectTo(clients.back(), place.address()));
    }
    // Long enough for a connection that is accepted.
    ListeningPlace elsewhere;
    const auto other = elsewhere.accept(clients.emplace_back(raw::socket()));
    QVERIFY(other);
    QVERIFY(place.streams.empty());

    place.listener->setAccepting(true);
    QTRY_COMPARE(place.streams.size(), size_t(5));
}

void TestListener::holdsAsManyAsTheBacklog()
{
    constexpr int backlog = 3;
    ListeningPlace place(backlog);
    std::vector<raw::FileDescriptor> clients;
    do {
        clients.push_back(raw::socket());
    } while (raw::connectTo(clients.back(), place.address()));
    QCOMPARE(errno, EAGAIN);
    QCOMPARE(clients.size(), size_t(backlog + 2)); // Linux takes one more, and the last was refused
}

void TestListener::survivesClientsThatGoAtOnce()
{
    ListeningPlace place;
    for (int i = 0; i < 20; ++i)
        QVERIFY(answers(place.address()));
    raw::FileDescriptor client = raw::socket();
    QVERIFY(raw::connectTo(client, place.address()));
    QTRY_COMPARE(place.streams.size(), size_t(21));
    QVERIFY(place.listener->isListening());
}

void TestListener::survivesLackOfDescriptors()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("QLocalServer ends when it runs out of descriptors");
#else
    ListeningPlace place;
    // No QSignalSpy: the sanitizer of its virtual calls wants a descriptor, and reports nonsense.
    std::vector<IPCError> errors;
    connect(place.listener.get(), &Listener::errorOccurred, this,
            [&errors](const IPCError &error) { errors.push_back(error); });
    for (size_t episode = 1; episode <= 2; ++episode) {
        const raw::FileDescriptor client = raw::socket();
        std::optional<raw::DescriptorShortage> shortage(std::in_place);
        QVERIFY(raw::connectTo(client, place.address()));
        QTRY_COMPARE(errors.size(), episode);
        QCOMPARE(errors.back().code(), Code::OutOfResources);
        QCOMPARE(errors.back().systemError(), EMFILE);
        QVERIFY(place.streams.empty());
        QVERIFY(place.listener->isListening());

        shortage.reset();
        QTRY_COMPARE(place.streams.size(), size_t(1));
        QCOMPARE(errors.size(), episode);
        place.streams.clear();
    }
#endif
}

void TestListener::keepsStreamsAfterClosing()
{
    ListeningPlace place;
    const raw::FileDescriptor client = raw::socket();
    const auto stream = place.accept(client);
    QVERIFY(stream);
    place.listener.reset();
    Reader reader(stream.get());
    raw::write(client, "still here");
    QTRY_COMPARE(reader.bytes, "still here");
}

void TestListener::mayBeClosedOrDeletedInsideIncoming_data()
{
    QTest::addColumn<bool>("deleted");
    QTest::newRow("closed") << false;
    QTest::newRow("deleted") << true;
}

void TestListener::mayBeClosedOrDeletedInsideIncoming()
{
    QFETCH(const bool, deleted);
    const QPointer<Listener> listener = Listener::create().release();
    std::unique_ptr<Stream> stream;
    connect(listener, &Listener::incoming, this, [&](Stream *incoming) {
        QVERIFY(!stream);
        stream.reset(incoming);
        if (deleted)
            delete listener;
        else
            listener->close();
    });
    QVERIFY(!listen(listener));
    const raw::FileDescriptor first = raw::socket();
    const raw::FileDescriptor second = raw::socket();
    QVERIFY(raw::connectTo(first, address()));
    QVERIFY(raw::connectTo(second, address()));
    QTRY_VERIFY(stream);
    QCOMPARE(listener.isNull(), deleted);
    QVERIFY(!answers(address()));
    Reader reader(stream.get());
    raw::write(first, "alive");
    QTRY_COMPARE(reader.bytes, "alive");
    delete listener;
}

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
