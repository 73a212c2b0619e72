// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "unix/filelock_p.h"

#include "rawsocket.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using qipc::FileLock;
using Code = IPCError::Code;
using FileStatus = struct stat; // the function of that name hides it
using Outcome = FileLock::Outcome;

class TestFileLock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void isHeldByOne();
    void removesItsFile();
    void takesAnAbandonedFile();
    void endsWithItsHolder();
    void isPrivateToTheUser();
    void isNotInherited();
    void keepsAFileThatIsNotItsOwn();
    void keepsAFileThatWasWrittenTo();
    void refuses_data();
    void refuses();
    void refusesAnotherUsersFile();
    void reportsErrors_data();
    void reportsErrors();
    void hasOneHolderAmongThreads();

private:
    [[nodiscard]] QString path() const { return m_folder->filePath(QStringLiteral("lock")); }
    [[nodiscard]] QByteArray encodedPath() const { return QFile::encodeName(path()); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestFileLock::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestFileLock::cleanup()
{
    m_folder.reset();
}

void TestFileLock::isHeldByOne()
{
    FileLock first;
    FileLock second;
    QCOMPARE(first.tryLock(path()).value(), Outcome::Held);
    QVERIFY(first.isHeld());
    QCOMPARE(second.tryLock(path()).value(), Outcome::HeldByAnother);
    QVERIFY(!second.isHeld());
    first.release();
    QVERIFY(!first.isHeld());
    QCOMPARE(second.tryLock(path()).value(), Outcome::Held);
}

void TestFileLock::removesItsFile()
{
    {
        FileLock lock;
        QCOMPARE(lock.tryLock(path()).value(), Outcome::Held);
        QVERIFY(QFile::exists(path()));
    }
    QVERIFY(!QFile::exists(path()));
}

void TestFileLock::takesAnAbandonedFile()
{
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    FileLock lock;
    QCOMPARE(lock.tryLock(path()).value(), Outcome::Held);
}

void TestFileLock::endsWithItsHolder()
{
    int toParent[2];
    QCOMPARE(::pipe(toParent), 0);
    const QByteArray file = encodedPath();
    const pid_t child = ::fork();
    QVERIFY(child >= 0);
    if (child == 0) {
        const int descriptor = ::open(file.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        const char locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 'y' : 'n';
        static_cast<void>(::write(toParent[1], &locked, 1));
        for (;;)
            ::pause();
    }
    char locked = 0;
    QCOMPARE(::read(toParent[0], &locked, 1), ssize_t(1));
    QCOMPARE(locked, 'y');

    FileLock lock;
    QCOMPARE(lock.tryLock(path()).value(), Outcome::HeldByAnother);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    QCOMPARE(lock.tryLock(path()).value(), Outcome::Held);
    ::close(toParent[0]);
    ::close(toParent[1]);
}

void TestFileLock::isPrivateToTheUser()
{
    const mode_t before = ::umask(0);
    FileLock lock;
    const auto outcome = lock.tryLock(path());
    ::umask(before);
    QCOMPARE(outcome.value(), Outcome::Held);
    FileStatus status{};
    QCOMPARE(::stat(encodedPath().constData(), &status), 0);
    QCOMPARE(status.st_mode & ACCESSPERMS, mode_t(0600));
}

void TestFileLock::isNotInherited()
{
    const QString descriptors = QStringLiteral("/proc/self/fd");
    FileLock lock;
    QCOMPARE(lock.tryLock(path()).value(), Outcome::Held);
    const auto entries = QDir(descriptors).entryList(QDir::Files | QDir::System);
    int found = 0;
    for (const QString &entry : entries) {
        if (QFile::symLinkTarget(descriptors + u'/' + entry) != path())
            continue;
        ++found;
        QVERIFY(::fcntl(entry.toInt(), F_GETFD) & FD_CLOEXEC);
    }
    QCOMPARE(found, 1);
}

// Somebody removed the file below us, and a successor has made another.
void TestFileLock::keepsAFileThatIsNotItsOwn()
{
    FileLock first;
    FileLock second;
    QCOMPARE(first.tryLock(path()).value(), Outcome::Held);
    QVERIFY(QFile::remove(path()));
    QCOMPARE(second.tryLock(path()).value(), Outcome::Held);
    first.release();
    QVERIFY(QFile::exists(path()));
    FileLock third;
    QCOMPARE(third.tryLock(path()).value(), Outcome::HeldByAnother);
}

// Programs replace what is in a lock file of theirs, and ours may have its name.
void TestFileLock::keepsAFileThatWasWrittenTo()
{
    FileLock lock;
    QCOMPARE(lock.tryLock(path()).value(), Outcome::Held);
    QFile file(path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write("x"), 1);
    file.close();
    lock.release();
    QVERIFY(QFile::exists(path()));
}

void TestFileLock::refuses_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"folder", "link", "dangling link", "fifo", "socket", "content"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestFileLock::refuses()
{
    QFETCH(const QString, kind);
    const QString target = m_folder->filePath(QStringLiteral("target"));
    if (kind == u"folder") {
        QVERIFY(QDir().mkdir(path()));
    } else if (kind == u"link" || kind == u"dangling link") {
        if (kind == u"link")
            QVERIFY(QFile(target).open(QIODevice::WriteOnly));
        QVERIFY(QFile::link(target, path()));
    } else if (kind == u"fifo") {
        QCOMPARE(::mkfifo(encodedPath().constData(), 0600), 0);
    } else if (kind == u"content") {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write("x"), 1);
    } else {
        QVERIFY(raw::leaveDeadSocket(path()));
    }

    FileStatus before{};
    FileStatus after{};
    QCOMPARE(::lstat(encodedPath().constData(), &before), 0);
    FileLock lock;
    const auto outcome = lock.tryLock(path());
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code(), Code::PermissionDenied);
    QVERIFY(outcome.error().message().contains(path()));
    QVERIFY(!lock.isHeld());
    QCOMPARE(::lstat(encodedPath().constData(), &after), 0);
    QCOMPARE(after.st_ino, before.st_ino);
    QCOMPARE(QFile::exists(target), kind == u"link");
}

void TestFileLock::refusesAnotherUsersFile()
{
    if (::geteuid() != 0)
        QSKIP("Only root can make another user's file");
    QVERIFY(QFile(path()).open(QIODevice::WriteOnly));
    QCOMPARE(::chown(encodedPath().constData(), 12345, 12345), 0);
    FileLock lock;
    QCOMPARE(lock.tryLock(path()).error().code(), Code::PermissionDenied);
}

void TestFileLock::reportsErrors_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<IPCError::Code>("code");
    QTest::addColumn<int>("systemError");
    QTest::newRow("no folder") << u"/no/such/folder/lock"_s << Code::NoSuchServer << ENOENT;
    QTest::newRow("file for a folder") << u"/etc/passwd/lock"_s << Code::NoSuchServer << ENOTDIR;
    QTest::newRow("forbidden") << u"/sys/lock"_s << Code::PermissionDenied << EACCES;
    QTest::newRow("name too long")
        << QString(u"/tmp/" + QString(300, u'x')) << Code::NameTooLong << ENAMETOOLONG;
}

void TestFileLock::reportsErrors()
{
    QFETCH(const QString, path);
    FileLock lock;
    const auto outcome = lock.tryLock(path);
    QVERIFY(!outcome);
    QTEST(outcome.error().code(), "code");
    QTEST(outcome.error().systemError(), "systemError");
    QVERIFY(outcome.error().message().contains(path));
}

// Who releases removes the file that others have open: without the look at the inode there are two.
void TestFileLock::hasOneHolderAmongThreads()
{
    std::atomic<int> holders = 0;
    std::atomic<int> most = 0;
    std::atomic<int> taken = 0;
    const auto contend = [&] {
        for (int i = 0; i < 2000; ++i) {
            FileLock lock;
            const auto outcome = lock.tryLock(path());
            if (!outcome || outcome.value() != Outcome::Held)
                continue;
            ++taken;
            const int now = ++holders;
            if (now > most)
                most = now;
            --holders;
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back(contend);
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(taken > 0);
    QCOMPARE(most.load(), 1);
}

QTEST_GUILESS_MAIN(TestFileLock)
#include "tst_filelock.moc"
