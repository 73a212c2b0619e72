// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connection.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileSystemWatcher>
#include <QtCore/QScopeGuard>
#include <QtTest/QSignalSpy>

#include <sched.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using qipc::Listener;
using Code = IPCError::Code;

// What becomes of a listener when somebody, such as a cleaner of temporary files, removes its
// socket.
class TestRemovedSocket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void isMadeAnew_data();
    void isMadeAnew();
    void isMadeAnewWhereItWasMoved();
    void isMadeAnewAlsoAfterItCameBack();
    void isMadeAnewAlsoWhereItCannotBeWatched();
    void losesNobodyWhoWaitsAtIt();
    void isLeftToWhatTookItsPlace_data();
    void isLeftToWhatTookItsPlace();
    void isMissedWithItsFolder();
    void comesBackWithItsFolder_data();
    void comesBackWithItsFolder();
    void comesBackUnderAMount();
    void isGuardedAgainWhenItsFolderComesBack();
    void isMadeAnewWhenThereAreDescriptors();

private:
    bool m_mayMount = false;
};

namespace {

bool watchesAreUsedUp = false;

bool answers(const QString &address)
{
    return raw::connectTo(raw::socket(), address);
}

//! The errors of a listener.
class Errors : public QList<IPCError>
{
public:
    explicit Errors(const Listener *listener)
    {
        QObject::connect(listener, &Listener::errorOccurred, listener,
                         [this](const IPCError &error) { append(error); });
    }
};

//! A listener at \a address, which drops those who connect.
std::unique_ptr<Listener> listenerAt(const QString &address)
{
    auto listener = Listener::create();
    QObject::connect(listener.get(), &Listener::incoming, listener.get(),
                     [](qipc::Stream *stream) { delete stream; });
    Listener::Options options;
    options.address = address;
    if (listener->listen(options))
        return nullptr;
    return listener;
}

} // namespace

// The system's own, but for the failure that needs all the watches that a user may have.
extern "C" int inotify_add_watch(int queue, const char *path, uint32_t mask)
{
    if (watchesAreUsedUp) {
        errno = ENOSPC;
        return -1;
    }
    return int(::syscall(SYS_inotify_add_watch, queue, path, mask));
}

// What it mounts is to be seen by nobody else.
void TestRemovedSocket::initTestCase()
{
    m_mayMount = geteuid() == 0 && unshare(CLONE_NEWNS) == 0
        && mount("none", "/", "none", MS_REC | MS_PRIVATE, "") == 0;
}

void TestRemovedSocket::isMadeAnew_data()
{
    QTest::addColumn<QStringList>("removed");
    QTest::newRow("the socket") << QStringList{u"socket"_s};
    QTest::newRow("its lock and the socket") << QStringList{u"socket.lock"_s, u"socket"_s};
}

void TestRemovedSocket::isMadeAnew()
{
    QFETCH(const QStringList, removed);
    ListeningPlace place;
    const auto client = raw::socket();
    const auto connected = place.accept(client);
    QVERIFY(connected);
    const Reader reader(connected.get());
    for (int i = 0; i < 3; ++i) { // again and again
        for (const QString &name : removed)
            QVERIFY(QFile::remove(place.folder.filePath(name)));
        QTRY_VERIFY(answers(place.address()));
        QTRY_VERIFY(!place.streams.empty());
        place.streams.clear();
    }
    QCOMPARE(QFile(place.address()).permissions() & (QFile::ReadGroup | QFile::ReadOther),
             QFile::Permissions());
    raw::write(client, "x");
    QTRY_COMPARE(reader.bytes, QByteArray("x"));

    const auto other = Listener::create();
    Listener::Options options;
    options.address = place.address();
    QCOMPARE(other->listen(options).code(), Code::AddressInUse);
    place.listener->close();
    constexpr auto all = QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot;
    QCOMPARE(QDir(place.folder.path()).entryList(all), QStringList());
}

void TestRemovedSocket::isMadeAnewWhereItWasMoved()
{
    const ListeningPlace place;
    const QString elsewhere = place.folder.filePath(u"elsewhere"_s);
    QVERIFY(QFile::rename(place.address(), elsewhere));
    QTRY_VERIFY(answers(place.address()));
    QVERIFY(QFile::exists(elsewhere)); // somebody's wish
}

// With a file that is moved its watch goes.
void TestRemovedSocket::isMadeAnewAlsoAfterItCameBack()
{
    const ListeningPlace place;
    const QString elsewhere = place.folder.filePath(u"elsewhere"_s);
    QVERIFY(QFile::rename(place.address(), elsewhere));
    QVERIFY(QFile::rename(elsewhere, place.address()));
    // The listener looks before this is here, for it heard first.
    const QString other = place.folder.filePath(u"other"_s);
    QFile file(other);
    QVERIFY(file.open(QFile::WriteOnly));
    QFileSystemWatcher watcher({other});
    const QSignalSpy changed(&watcher, &QFileSystemWatcher::fileChanged);
    QVERIFY(file.remove());
    QTRY_VERIFY(!changed.isEmpty());
    QCoreApplication::processEvents();

    QVERIFY(answers(place.address()));
    QVERIFY(QFile::remove(place.address()));
    QTRY_VERIFY(answers(place.address()));
}

void TestRemovedSocket::isMadeAnewAlsoWhereItCannotBeWatched()
{
    watchesAreUsedUp = true;
    const ListeningPlace place;
    watchesAreUsedUp = false;
    QVERIFY(QFile::remove(place.address()));
    QTRY_VERIFY(answers(place.address()));
}

void TestRemovedSocket::losesNobodyWhoWaitsAtIt()
{
    const ListeningPlace place;
    place.listener->setAccepting(false);
    const auto waiting = raw::socket();
    QVERIFY(raw::connectTo(waiting, place.address()));
    QVERIFY(QFile::remove(place.address()));
    QTRY_VERIFY(QFile::exists(place.address()));
    QTRY_COMPARE(place.streams.size(), size_t(1));
}

void TestRemovedSocket::isLeftToWhatTookItsPlace_data()
{
    QTest::addColumn<bool>("isServer");
    QTest::addColumn<Code>("code");
    QTest::newRow("a server") << true << Code::AddressInUse;
    QTest::newRow("a file") << false << Code::NotASocket;
}

void TestRemovedSocket::isLeftToWhatTookItsPlace()
{
    QFETCH(const bool, isServer);
    QFETCH(const Code, code);
    const ListeningPlace place;
    const Errors errors(place.listener.get());
    QVERIFY(QFile::remove(place.address()));
    raw::FileDescriptor server;
    QFile file(place.address());
    if (isServer)
        server = raw::listeningAt(place.address());
    else
        QVERIFY(file.open(QFile::WriteOnly));
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors.first().code(), code);
    QVERIFY(place.listener->isListening());
    place.listener->close();
    QVERIFY(QFile::exists(place.address()));
}

void TestRemovedSocket::isMissedWithItsFolder()
{
    ListeningPlace place;
    const Errors errors(place.listener.get());
    QVERIFY(QDir(place.folder.path()).removeRecursively());
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors.first().code(), Code::NoSuchServer);
    QVERIFY(QDir().mkpath(place.folder.path()));
    place.listener->close();
    Listener::Options options;
    options.address = place.address();
    QVERIFY(!place.listener->listen(options));
    QVERIFY(answers(place.address()));
}

void TestRemovedSocket::comesBackWithItsFolder_data()
{
    QTest::addColumn<QString>("folder"); // below that of the test
    QTest::addColumn<bool>("isMoved"); // else removed
    QTest::newRow("removed") << u"a/b"_s << false;
    QTest::newRow("moved") << u"a/b"_s << true;
    QTest::newRow("with the one above it, removed") << u"a"_s << false;
    QTest::newRow("with the one above it, moved") << u"a"_s << true;
}

// Also where that takes a while, in which it is said why nobody can connect.
void TestRemovedSocket::comesBackWithItsFolder()
{
    QFETCH(const QString, folder);
    QFETCH(const bool, isMoved);
    const QTemporaryDir top;
    const QDir inTop(top.path());
    QVERIFY(inTop.mkpath(u"a/b"_s));
    const QString address = top.filePath(u"a/b/socket"_s);
    const auto listener = listenerAt(address);
    QVERIFY(listener);
    const Errors errors(listener.get());
    for (int episode = 1; episode <= 2; ++episode) {
        const QString elsewhere = u"elsewhere%1"_s.arg(episode);
        QVERIFY(isMoved ? QDir(top.path()).rename(folder, elsewhere)
                        : QDir(top.filePath(folder)).removeRecursively());
        QTRY_COMPARE(errors.size(), episode);
        QCOMPARE(errors.back().code(), Code::NoSuchServer);
        QVERIFY(inTop.mkpath(u"a/b"_s));
        QTRY_VERIFY(answers(address));
        QCOMPARE(errors.size(), episode); // said once
    }
}

void TestRemovedSocket::comesBackUnderAMount()
{
    if (!m_mayMount)
        QSKIP("only root may mount");
    const ListeningPlace place;
    const QByteArray folder = QFile::encodeName(place.folder.path());
    QCOMPARE(mount("none", folder.constData(), "tmpfs", 0, ""), 0);
    const auto uncover = qScopeGuard([&folder] { umount2(folder.constData(), MNT_DETACH); });
    QTRY_VERIFY(answers(place.address()));
    QCOMPARE(umount2(folder.constData(), MNT_DETACH), 0);
    QTRY_VERIFY(answers(place.address()));
}

// While there is no place it has no lock either.
void TestRemovedSocket::isGuardedAgainWhenItsFolderComesBack()
{
    const QTemporaryDir top;
    QDir inTop(top.path());
    QVERIFY(inTop.mkdir(u"a"_s));
    const QString address = top.filePath(u"a/socket"_s);
    const auto listener = listenerAt(address);
    QVERIFY(listener);
    const Errors errors(listener.get());
    QVERIFY(inTop.rename(u"a"_s, u"b"_s));
    QTRY_COMPARE(errors.size(), 1);
    QVERIFY(inTop.rename(u"b"_s, u"a"_s));
    const qipc::FileDescriptor lock(
        ::open(QFile::encodeName(address + u".lock").constData(), O_RDWR | O_CREAT, 0600));
    const auto isGuarded = [&lock] {
        const bool isFree = flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
        if (isFree)
            flock(lock.get(), LOCK_UN);
        return !isFree;
    };
    QTRY_VERIFY(isGuarded());
    QVERIFY(answers(address));
}

void TestRemovedSocket::isMadeAnewWhenThereAreDescriptors()
{
    const ListeningPlace place;
    const Errors errors(place.listener.get());
    for (int episode = 1; episode <= 2; ++episode) {
        std::optional<raw::DescriptorShortage> shortage(std::in_place);
        QVERIFY(QFile::remove(place.address()));
        QTRY_COMPARE(errors.size(), episode);
        QCOMPARE(errors.back().code(), Code::OutOfResources);
        QCOMPARE(errors.back().systemError(), EMFILE);
        QVERIFY(place.listener->isListening());

        shortage.reset();
        QTRY_VERIFY(QFile::exists(place.address()));
        QVERIFY(answers(place.address()));
        QTRY_COMPARE(place.streams.size(), size_t(episode));
        QCOMPARE(errors.size(), episode); // said once
    }
}

QTEST_GUILESS_MAIN(TestRemovedSocket)
#include "tst_removedsocket.moc"
