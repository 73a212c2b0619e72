// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Whatever becomes of the folders in which the primary is elected, there is one, or it is said why
// that cannot be told. The user's runtime folder, the user database and the name of the machine are
// of this process's own namespaces, which end with it.

#include "start.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTemporaryFile>
#include <QtTest/QTest>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include <cstdio>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

QString whyNoNamespace;

bool writeFile(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

bool mapOwnUser()
{
    const QByteArray user = QByteArray::number(::geteuid());
    const QByteArray group = QByteArray::number(::getegid());
    return ::unshare(CLONE_NEWUSER) == 0 && writeFile(u"/proc/self/setgroups"_s, "deny")
        && writeFile(u"/proc/self/uid_map"_s, user + ' ' + user + " 1")
        && writeFile(u"/proc/self/gid_map"_s, group + ' ' + group + " 1");
}

// Before there is a second thread, which would be left behind.
void enterNamespaces()
{
    constexpr int own = CLONE_NEWNS | CLONE_NEWUTS;
    const bool entered = ::unshare(own) == 0 || (mapOwnUser() && ::unshare(own) == 0);
    if (!entered || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        whyNoNamespace = QString::fromLocal8Bit(std::strerror(errno));
}

bool mountEmpty(const QString &folder)
{
    return ::mount("none", QFile::encodeName(folder).constData(), "tmpfs", MS_NOSUID | MS_NODEV,
                   "mode=0755")
        == 0;
}

// Puts another file in the place of \a path, as far as this process and its children see.
void coverFile(const char *path, const QByteArray &text)
{
    QTemporaryFile file; // which the mount keeps
    QVERIFY(file.open());
    QCOMPARE(file.write(text), text.size());
    QVERIFY(::fchmod(file.handle(), 0644) == 0);
    const QByteArray name = QFile::encodeName(file.fileName());
    QVERIFY(::mount(name.constData(), path, nullptr, MS_BIND, nullptr) == 0);
}

void makeFolder(const QString &folder)
{
    QVERIFY2(::mkdir(QFile::encodeName(folder).constData(), 0700) == 0, qPrintable(folder));
}

// A primary may be making something in it.
void removeStubbornly(const QString &folder)
{
    QTRY_VERIFY_WITH_TIMEOUT(QDir(folder).removeRecursively(), patience);
}

QStringList socketsIn(const QString &folder)
{
    QStringList names = QDir(folder).entryList(QDir::System | QDir::Hidden);
    names.removeIf([](const QString &name) { return name.endsWith(u".lock"_s); });
    return names;
}

} // namespace

class tst_Places : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void theFirstStartBeforeTheLogin();
    void afterTheLastLogout();
    void whateverTheModeOfTheFolder();
    void whoHasLostAllPlacesSaysSo();
    void inAStrictSnap();
    void aUserWhomOnlyTheEnvironmentKnows();
    void theMachineIsRenamed();
    void aSandbox_data();
    void aSandbox();
    void anyIdWithALongHome();
    void namesEachPlaceThatCannotBeUsed();
    void aFolderOfItsOwn();
    void onOneDisplay_data();
    void onOneDisplay();

private:
    using StartPointer = std::unique_ptr<Start>;

    void login();
    void logout();
    //! What the user database says is the home of this user; nothing: it does not know the user.
    void setHome(const QString &home);
    [[nodiscard]] StartPointer start(const QStringList &arguments,
                                     const QProcessEnvironment &changes = {});
    [[nodiscard]] StartPointer primary(const QProcessEnvironment &changes = {});
    //! Whether another start finds \a primary, and no second one.
    void verifyFound(Start &primary, const QProcessEnvironment &changes = {});
    //! Makes \a folder one that nothing can be made in, by root either. What was there is at
    //! "hidden" beside it from the same moment on, so that a primary cannot make the folder anew in
    //! between.
    void spoil(const QString &folder);

    const QString m_runtime = u"/run/user/%1"_s.arg(::geteuid());
    std::optional<QTemporaryDir> m_folder;
    QString m_home;
    QString m_id;
};

void tst_Places::initTestCase()
{
    if (!whyNoNamespace.isEmpty())
        QSKIP(qPrintable(u"Namespaces cannot be made here: "_s + whyNoNamespace));
    // The database of users is a file of our own, that setHome() writes, and that alone: systemd
    // would still know root.
    coverFile("/etc/passwd", {});
    coverFile("/etc/nsswitch.conf", "passwd: files\n");
}

void tst_Places::init()
{
    static int number = 0;
    m_id = u"places-%1-%2"_s.arg(QCoreApplication::applicationPid()).arg(++number);
    m_folder.emplace();
    m_home = m_folder->filePath(u"home"_s);
    makeFolder(m_home);
    setHome(m_home);
    QVERIFY(mountEmpty(u"/run"_s));
    makeFolder(u"/run/user"_s);
}

void tst_Places::cleanup()
{
    ::umount2("/run", MNT_DETACH);
    m_folder.reset();
}

// As systemd does it: with a file system of its own.
void tst_Places::login()
{
    makeFolder(m_runtime);
    const QByteArray path = QFile::encodeName(m_runtime);
    QVERIFY(::mount("none", path.constData(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") == 0);
}

void tst_Places::logout()
{
    const QByteArray path = QFile::encodeName(m_runtime);
    QDir(m_runtime).removeRecursively(); // all but what is being made meanwhile
    QVERIFY(::umount2(path.constData(), MNT_DETACH) == 0);
    removeStubbornly(m_runtime);
}

void tst_Places::setHome(const QString &home)
{
    const QByteArray id = QByteArray::number(::geteuid());
    const QByteArray line =
        "somebody:x:" + id + ':' + id + "::" + QFile::encodeName(home) + ":/bin/sh\n";
    QVERIFY(writeFile(u"/etc/passwd"_s, home.isEmpty() ? QByteArray() : line));
}

tst_Places::StartPointer tst_Places::start(const QStringList &arguments,
                                           const QProcessEnvironment &changes)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(u"XDG_RUNTIME_DIR"_s);
    environment.remove(u"WAYLAND_DISPLAY"_s);
    environment.insert(u"HOME"_s, u"/nowhere"_s);
    environment.insert(changes);
    auto start = std::make_unique<Start>(m_id, arguments);
    start->setEnvironment(environment);
    start->begin();
    return start;
}

tst_Places::StartPointer tst_Places::primary(const QProcessEnvironment &changes)
{
    auto primary = start({}, changes);
    (void)QTest::qWaitFor([&] { return primary->isDecided(); }, patience);
    return primary;
}

void tst_Places::verifyFound(Start &primary, const QProcessEnvironment &changes)
{
    QVERIFY2(primary.isPrimary(), qPrintable(primary.lines().join(u'\n')));
    const auto next = start({u"7"_s}, changes);
    QTRY_VERIFY_WITH_TIMEOUT(next->isDecided(), patience);
    QVERIFY2(next->isOver(), qPrintable(next->lines().join(u'\n')));
    QVERIFY2(next->exitCode() == 7, qPrintable(next->lines().join(u'\n')));
}

void tst_Places::spoil(const QString &folder)
{
    const QString beside = QFileInfo(folder).dir().filePath(u"hidden"_s);
    QVERIFY(writeFile(beside, {}));
    const unsigned flags = QFileInfo::exists(folder) ? RENAME_EXCHANGE : 0;
    QCOMPARE(::renameat2(AT_FDCWD, QFile::encodeName(beside).constData(), AT_FDCWD,
                         QFile::encodeName(folder).constData(), flags),
             0);
}

void tst_Places::theFirstStartBeforeTheLogin()
{
    const auto one = primary();
    verifyFound(*one);
    login();
    verifyFound(*one);
    // It has taken the new place, too: who sees only that finds it as well.
    QCOMPARE(socketsIn(m_runtime + u"/qipc"_s).size(), 1);
    spoil(m_home + u"/.cache"_s);
    verifyFound(*one);
}

void tst_Places::afterTheLastLogout()
{
    login();
    const auto one = primary();
    logout();
    verifyFound(*one);
    QVERIFY(!QFile::exists(m_runtime));
    login();
    verifyFound(*one);
    QTRY_COMPARE(socketsIn(m_runtime + u"/qipc"_s).size(), 1);
}

void tst_Places::whateverTheModeOfTheFolder()
{
    login();
    spoil(m_home + u"/.cache"_s);
    const auto one = primary();
    for (const mode_t mode : {0711, 0755, 0700}) {
        QVERIFY(::chmod(QFile::encodeName(m_runtime).constData(), mode) == 0);
        verifyFound(*one);
        QVERIFY(::chmod(QFile::encodeName(m_runtime + u"/qipc"_s).constData(), mode) == 0);
        verifyFound(*one);
    }
}

void tst_Places::whoHasLostAllPlacesSaysSo()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("the portable transport does not look after the socket's file");
#endif
    login();
    const auto one = primary();
    QVERIFY(one->isPrimary());
    logout();
    spoil(m_home + u"/.cache"_s);
    removeStubbornly(m_home + u"/hidden"_s);
    const auto hasSaidSo = [&] { return one->lines().last().startsWith(u"lost "_s); };
    QTRY_VERIFY_WITH_TIMEOUT(hasSaidSo(), patience);
    const QString text = one->lines().last();
    QVERIFY2(text.contains(m_runtime) && text.contains(m_home + u"/.cache"_s), qPrintable(text));
    QVERIFY(QFile::remove(m_home + u"/.cache"_s));
    QTRY_COMPARE_WITH_TIMEOUT(socketsIn(m_home + u"/.cache/qipc"_s).size(), 1, patience);
    verifyFound(*one);
    QCOMPARE(one->lines().filter(u"lost "_s).size(), 1);
}

void tst_Places::inAStrictSnap()
{
    login();
    const QString own = m_runtime + u"/snap.viewer"_s;
    makeFolder(own);
    QVERIFY(mountEmpty(own));
    QVERIFY(::mount("none", QFile::encodeName(m_runtime).constData(), "tmpfs",
                    MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, nullptr)
            == 0);
    spoil(m_home + u"/.cache"_s);
    QProcessEnvironment snap;
    snap.insert(u"SNAP_NAME"_s, u"viewer"_s);
    const auto one = primary(snap);
    verifyFound(*one, snap);
    QCOMPARE(socketsIn(own + u"/qipc"_s).size(), 1);
}

void tst_Places::aUserWhomOnlyTheEnvironmentKnows()
{
    setHome({});
    const QString runtime = m_folder->filePath(u"runtime"_s);
    makeFolder(runtime);
    QProcessEnvironment both;
    both.insert(u"XDG_RUNTIME_DIR"_s, runtime);
    both.insert(u"HOME"_s, m_home);
    const auto one = primary(both);
    verifyFound(*one, both);
    QProcessEnvironment homeOnly;
    homeOnly.insert(u"HOME"_s, m_home);
    verifyFound(*one, homeOnly);

    m_id += u"-2"_s; // what others may write to is no place
    QVERIFY(::chmod(QFile::encodeName(runtime).constData(), 0777) == 0);
    both.remove(u"HOME"_s);
    const auto other = primary(both);
    QTRY_VERIFY2(other->isOver(), qPrintable(other->lines().join(u'\n')));
    QVERIFY(other->says(u"role Failed"_s));
}

void tst_Places::theMachineIsRenamed()
{
    const auto one = primary();
    const QByteArray name = "renamed-" + QByteArray::number(QCoreApplication::applicationPid());
    QVERIFY(::sethostname(name.constData(), size_t(name.size())) == 0);
    verifyFound(*one);
}

void tst_Places::aSandbox_data()
{
    QTest::addColumn<QString>("hidden");
    QTest::newRow("without /run") << u"/run"_s;
    QTest::newRow("without the home") << u"HOME"_s;
}

// In either direction.
void tst_Places::aSandbox()
{
    QFETCH(QString, hidden);
    const QString bwrap = QStandardPaths::findExecutable(u"bwrap"_s);
    if (hidden == u"HOME")
        hidden = m_home;
    const QStringList options{u"--dev-bind"_s, u"/"_s, u"/"_s, u"--tmpfs"_s, hidden};
    if (bwrap.isEmpty() || QProcess::execute(bwrap, options + QStringList{u"true"_s}) != 0)
        QSKIP("bubblewrap does not work here.");
    login();
    const auto outside = primary();
    Start inside(m_id, {u"8"_s});
    inside.runBy(bwrap, options);
    inside.begin();
    QTRY_VERIFY_WITH_TIMEOUT(inside.isDecided(), patience);
    QVERIFY2(inside.isOver(), qPrintable(inside.lines().join(u'\n')));
    QCOMPARE(inside.exitCode(), 8);

    m_id += u"-2"_s;
    Start first(m_id, {});
    first.runBy(bwrap, options);
    first.begin();
    QTRY_VERIFY_WITH_TIMEOUT(first.isDecided(), patience);
    verifyFound(first);
}

void tst_Places::anyIdWithALongHome()
{
    constexpr qsizetype length = 80;
    const QString home =
        m_folder->path() + u'/' + QString(length - m_folder->path().size() - 1, u'h');
    QCOMPARE(QFile::encodeName(home).size(), length);
    makeFolder(home);
    setHome(home);
    m_id += u"org.example.department.viewer"_s;
    const auto one = primary();
    verifyFound(*one);
}

void tst_Places::namesEachPlaceThatCannotBeUsed()
{
    spoil(m_home + u"/.cache"_s);
    const auto one = primary();
    QTRY_VERIFY_WITH_TIMEOUT(one->isOver(), patience);
    QVERIFY(one->says(u"role Failed"_s));
    const QString text = one->lines().last();
    QVERIFY2(text.contains(m_runtime) && text.contains(m_home + u"/.cache"_s), qPrintable(text));
}

void tst_Places::aFolderOfItsOwn()
{
    const auto user = primary();
    const QString folder = m_folder->filePath(u"profile"_s);
    QProcessEnvironment profile;
    profile.insert(u"QIPC_TEST_DIRECTORY"_s, folder);
    const auto one = primary(profile);
    verifyFound(*one, profile);
    verifyFound(*user);
    QCOMPARE(socketsIn(folder).size(), 1);
    struct stat status
    {
    };
    QVERIFY(::stat(QFile::encodeName(folder).constData(), &status) == 0);
    QCOMPARE(status.st_mode & ACCESSPERMS, mode_t(0700));
}

void tst_Places::onOneDisplay_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("second");
    QTest::newRow("a screen") << u"DISPLAY"_s << u":991"_s << u":991.0"_s;
    QTest::newRow("unix") << u"DISPLAY"_s << u":991"_s << u"unix:991"_s;
    QTest::newRow("Wayland") << u"WAYLAND_DISPLAY"_s << u"wayland-0"_s
                             << m_runtime + u"/wayland-0"_s;
}

void tst_Places::onOneDisplay()
{
    QFETCH(const QString, variable);
    QFETCH(const QString, first);
    QFETCH(const QString, second);
    QProcessEnvironment environment;
    environment.insert(u"QIPC_TEST_DISPLAY"_s, u"1"_s);
    environment.insert(variable, first);
    const auto one = primary(environment);
    environment.insert(variable, second);
    verifyFound(*one, environment);
}

int main(int argc, char **argv)
{
    enterNamespaces();
    QCoreApplication app(argc, argv);
    tst_Places test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_places.moc"
