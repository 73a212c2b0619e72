// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>
#include <QIpc/IPCSingleInstance>

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <cerrno>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using Code = IPCError::Code;

// A file system with room for so many files and no more, under the socket and under the lock of a
// single instance: what cannot be done says which and why, leaves nothing behind, and works once
// there is room. It is mounted in a namespace of this process's own, which ends with it.

namespace {

QString whyNoNamespace;

QString systemText(const char *what)
{
    return QLatin1String(what) + u": "_s + QString::fromLocal8Bit(strerror(errno));
}

bool writeFile(const char *path, const QByteArray &text)
{
    QFile file(QFile::decodeName(path));
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

// Before there is a second thread, which would be left behind.
void enterNamespace()
{
    const QByteArray user = QByteArray::number(::geteuid());
    const QByteArray group = QByteArray::number(::getegid());
    if (::unshare(CLONE_NEWNS) != 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
            whyNoNamespace = systemText("unshare");
            return;
        }
        if (!writeFile("/proc/self/setgroups", "deny")
            || !writeFile("/proc/self/uid_map", user + ' ' + user + " 1")
            || !writeFile("/proc/self/gid_map", group + ' ' + group + " 1")) {
            whyNoNamespace = systemText("mapping the user");
            return;
        }
    }
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        whyNoNamespace = systemText("making the mounts private");
}

//! A file system at a folder that is there, for as long as it lives.
class SmallFileSystem
{
public:
    //! With room for \a files, and little else.
    SmallFileSystem(const QString &folder, int files)
        : m_folder(QFile::encodeName(folder))
    {
        m_mounted = set(0, files);
    }
    ~SmallFileSystem()
    {
        if (m_mounted)
            ::umount2(m_folder.constData(), MNT_DETACH);
    }
    Q_DISABLE_COPY_MOVE(SmallFileSystem)

    [[nodiscard]] bool isMounted() const { return m_mounted; }
    [[nodiscard]] bool makeRoom() { return set(MS_REMOUNT, 100); }

private:
    // Its root is a file too.
    [[nodiscard]] bool set(unsigned long flags, int files)
    {
        const QByteArray options = "mode=0700,size=4k,nr_inodes=" + QByteArray::number(files + 1);
        return ::mount("none", m_folder.constData(), "tmpfs", flags | MS_NOSUID | MS_NODEV,
                       options.constData())
            == 0;
    }

    const QByteArray m_folder;
    bool m_mounted = false;
};

QStringList contentOf(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System
                                  | QDir::NoDotAndDotDot);
}

} // namespace

class tst_FullFileSystem : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aServerSaysSoAndListensLater();
    void aSingleInstanceSaysSoAndStartsLater();
};

void tst_FullFileSystem::initTestCase()
{
    if (!whyNoNamespace.isEmpty())
        QSKIP(qPrintable(u"this user may not mount a file system: "_s + whyNoNamespace));
    const QTemporaryDir folder;
    if (!SmallFileSystem(folder.path(), 1).isMounted())
        QSKIP(qPrintable(systemText("this user may not mount a file system")));
}

// In each of the steps that need room.
void tst_FullFileSystem::aServerSaysSoAndListensLater()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    bool enough = false;
    int files = 0;
    for (; !enough; ++files) {
        SmallFileSystem system(folder.path(), files);
        QVERIFY(system.isMounted());
        IPCServer server(path);
        enough = server.listen();
        if (!enough) {
            const IPCError error = server.error();
            const QString text = error.message();
            QVERIFY2(text.contains(path), qPrintable(text)); // which
            QCOMPARE(error.code(), Code::OutOfResources);
#ifndef QIPC_PORTABLE_TRANSPORT // which has only the words of Qt
            QCOMPARE(error.systemError(), ENOSPC);
            QVERIFY2(text.contains(qt_error_string(ENOSPC)), qPrintable(text)); // and why
#endif
            QCOMPARE(contentOf(folder.path()), QStringList());
            QVERIFY(system.makeRoom());
            QVERIFY2(server.listen(), qPrintable(server.error().message()));
        }
        IPCClient client(path);
        client.connectToServer();
        QTRY_VERIFY(client.isReady());
    }
    QVERIFY2(files >= 3 && files < 10, qPrintable(QString::number(files)));
}

void tst_FullFileSystem::aSingleInstanceSaysSoAndStartsLater()
{
    const QTemporaryDir folder;
    const QString place = folder.path();
    bool enough = false;
    int files = 0;
    for (; !enough; ++files) {
        SmallFileSystem system(place, files);
        QVERIFY(system.isMounted());
        IPCSingleInstance instance(u"org.example.qipc-test"_s);
        instance.setDirectory(place + u"/instances"_s);
        enough = instance.start() == IPCSingleInstance::Role::Primary;
        if (!enough) {
            const IPCError error = instance.error();
            QCOMPARE(instance.role(), IPCSingleInstance::Role::Failed);
            QCOMPARE(error.code(), Code::OutOfResources);
            QVERIFY2(error.message().contains(place), qPrintable(error.message()));
            QVERIFY(system.makeRoom());
            QCOMPARE(instance.start(), IPCSingleInstance::Role::Primary);
        }
    }
    QVERIFY2(files >= 3 && files < 10, qPrintable(QString::number(files)));
}

int main(int argc, char **argv)
{
    enterNamespace();
    QCoreApplication app(argc, argv);
    tst_FullFileSystem test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fullfilesystem.moc"
