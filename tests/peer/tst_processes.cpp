// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include "reachableprogram.h"

#include <QtCore/QFileInfo>
#include <QtCore/QProcess>

#include <cstdio>

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// What two processes do for each other. This program is both: with arguments it is the other
// process.

namespace {

// A server that echoes requests until its standard input ends.
int serve(const QString &path)
{
    IPCServer server(path);
    QObject::connect(
        &server, &IPCServer::requestReceived, &server,
        [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    QObject::connect(&server, &IPCServer::messageReceived, &server,
                     [&server](const QVariant &message) {
                         if (!server.broadcast(message))
                             QCoreApplication::exit(1);
                     });
    if (!server.listen())
        return 1;
    puts("ready");
    fflush(stdout);
    return QCoreApplication::exec();
}

#ifndef QIPC_PORTABLE_TRANSPORT
// Two servers at a given socket. Returns 0 where they take turns, else how far they came.
int takeTurns(const QString &path)
{
    IPCServer first(path);
    IPCServer second(path);
    if (!first.listen())
        return 1;
    if (second.listen() || second.error().code() != Code::AddressInUse)
        return 2;
    first.close();
    if (!second.listen())
        return 3;
    return !first.listen() && first.error().code() == Code::AddressInUse ? 0 : 4;
}

// A server at the first of two given sockets. Returns 0 where programs that it starts have neither.
int closeOnExec(const QString &path)
{
    IPCServer server(path);
    if (!server.listen())
        return 1;
    const auto isClosed = [](int socket) {
        const int flags = fcntl(socket, F_GETFD);
        return flags >= 0 && (flags & FD_CLOEXEC) != 0;
    };
    return isClosed(3) && isClosed(4) ? 0 : 2;
}
#endif

class Other : public QProcess
{
public:
    //! One that is given listening \a sockets, as systemd gives those of socket units.
    //! With a \a launcher, a command and its arguments, in front.
    Other(const QString &path, const QList<int> &sockets, const QString &task = u"serve"_s,
          const QStringList &launcher = {})
    {
        setChildProcessModifier([sockets] {
            // The numbers that they get may be those of others of them.
            constexpr int outOfTheWay = 100;
            for (const int socket : sockets)
                dup3(socket, outOfTheWay + socket, O_CLOEXEC);
            int number = 3;
            for (const int socket : sockets) {
                if (dup2(outOfTheWay + socket, number++) < 0)
                    _exit(1);
            }
        });
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"LISTEN_FDS"_s, QString::number(sockets.size()));
        setProcessEnvironment(environment);
        const QStringList command = launcher
            + QStringList{u"/bin/sh"_s,
                          u"-c"_s,
                          u"LISTEN_PID=$$ exec \"$0\" \"$1\" \"$2\""_s,
                          QCoreApplication::applicationFilePath(),
                          task,
                          path};
        start(command.first(), command.mid(1));
        waitForReadyRead();
    }

    explicit Other(const QString &path)
    {
        start(QCoreApplication::applicationFilePath(), {u"serve"_s, path});
        waitForReadyRead();
    }

    //! One that runs as the user nobody.
    Other(const QString &path, const ReachableProgram &program)
    {
        setChildProcessModifier([] {
            constexpr uid_t nobody = 65534;
            if (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0)
                _exit(1);
        });
        start(program.path(), {u"serve"_s, path});
        waitForReadyRead();
    }
    ~Other() override
    {
        kill();
        waitForFinished();
    }
};

//! A socket that listens at a path, as systemd makes it before there is a server.
class GivenSocket
{
public:
    explicit GivenSocket(const QString &path)
        : m_socket(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        qstrncpy(address.sun_path, QFile::encodeName(path).constData(), sizeof address.sun_path);
        m_listens =
            bind(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0
            && listen(m_socket, 8) == 0;
    }
    ~GivenSocket() { close(m_socket); }
    Q_DISABLE_COPY_MOVE(GivenSocket)

    [[nodiscard]] int get() const { return m_listens ? m_socket : -1; }

private:
    int m_socket;
    bool m_listens = false;
};

} // namespace

class tst_Processes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void talkToEachOther();
    void noticeTheOthersDeath();
    void getTheAddressOfADeadServer();
#ifndef QIPC_PORTABLE_TRANSPORT
    void keepToTheirOwnUser();
    void areActivatedByASocket();
    void areActivatedByASocketOfAnotherName();
    void letNobodyInFromAUserNamespaceThatNamesNobody();
    void ignoreASocketThatIsNotTheirs();
    void shareNoGivenSocket();
    void keepGivenSocketsToThemselves();
#endif
};

void tst_Processes::talkToEachOther()
{
    const QTemporaryDir folder;
    const Other other(folder.filePath(u"s"_s));
    IPCClient client(folder.filePath(u"s"_s));
    QVERIFY(settled(client.connectToServer()));
#ifndef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(client.credentials().pid(), other.processId());
#endif
    const QByteArray large(5'000'000, 'x');
    QCOMPARE(settled(client.request(large)).valueOr({}), QVariant(large));
    const QSignalSpy received(&client, &IPCPeer::messageReceived);
    for (int i = 0; i < 1000; ++i)
        QVERIFY(client.post(i));
    QTRY_COMPARE(received.size(), 1000);
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(received.at(i).first(), QVariant(qlonglong(i)));
}

void tst_Processes::noticeTheOthersDeath()
{
    const QTemporaryDir folder;
    auto other = std::make_unique<Other>(folder.filePath(u"s"_s));
    IPCClient client(folder.filePath(u"s"_s));
    client.setRetries(-1);
    client.setRetryInterval(5ms);
    QVERIFY(settled(client.connectToServer()));
    const QString id = client.id();
    const QSignalSpy ready(&client, &IPCClient::ready);
    const auto pending = client.request(QByteArray(20'000'000, 'x'));
    other.reset(); // kill -9
    const auto answer = settled(pending);
    QVERIFY(answer || answer.error().code() == Code::ConnectionLost);
    QTRY_COMPARE(client.status(), IPCClient::Status::Reconnecting);
    other = std::make_unique<Other>(folder.filePath(u"s"_s));
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(client.id(), id);
    QCOMPARE(settled(client.request(2)).valueOr({}), QVariant(2LL));
}

void tst_Processes::getTheAddressOfADeadServer()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    {
        const Other other(path);
        IPCServer server(path);
        QVERIFY(!server.listen());
        QCOMPARE(server.error().code(), Code::AddressInUse);
    }
    QVERIFY(QFileInfo::exists(path)); // it was killed
    IPCClient client(path);
    client.setAutoReconnect(false);
    QCOMPARE(codeOf(client.connectToServer()), Code::ConnectionRefused);
    IPCServer server(path);
    QVERIFY2(server.listen(), qPrintable(server.error().message()));
    QVERIFY(settled(client.connectToServer()));
}

#ifndef QIPC_PORTABLE_TRANSPORT
// Root may do anything, so it is the one that has to keep away by itself; anybody else is kept away
// by the system, here from the root folder.
void tst_Processes::keepToTheirOwnUser()
{
    if (IPCCredentials::ofThisProcess().uid() != 0) {
        IPCServer server(u"/qipc-test"_s);
        QVERIFY(!server.listen());
        QCOMPARE(server.error().code(), Code::PermissionDenied);
        QVERIFY(server.error().systemError() != 0);
        return;
    }
    const QTemporaryDir folder;
    QVERIFY(QFile::setPermissions(folder.path(), QFile::Permissions(0x7777)));
    const QString path = folder.filePath(u"s"_s);
    const ReachableProgram program(QCoreApplication::applicationFilePath());
    QVERIFY(program.isThere());
    const Other other(path, program);
    IPCClient client(path);
    QCOMPARE(codeOf(client.connectToServer()), Code::PermissionDenied); // another's server
    client.setServerTrust(IPCClient::ServerTrust::AnyUser);
    QCOMPARE(codeOf(client.connectToServer()), Code::Rejected); // another's client
}

void tst_Processes::areActivatedByASocket()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    const GivenSocket given(path);
    QVERIFY(given.get() >= 0);
    IPCClient client(path);
    client.setRetries(-1);
    const QSignalSpy ready(&client, &IPCClient::ready);
    const auto early = client.connectToServer(); // which is what starts the server
    for (int start = 1; start <= 2; ++start) {
        const Other other(path, {given.get()});
        QTRY_COMPARE(ready.size(), start); // the second time it has come back
        QVERIFY(early.isFinished());
        // By the kernel, it is who made the socket that listens.
        QCOMPARE(client.credentials().pid(), QCoreApplication::applicationPid());
        QCOMPARE(settled(client.request(start)).valueOr({}), QVariant(qlonglong(start)));
        QVERIFY(!QFileInfo::exists(path + u".lock"_s));
    }
    QVERIFY(QFileInfo::exists(path)); // systemd's, and it will start the server again
}

// As with the address /run/s and a socket unit that says /var/run/s.
void tst_Processes::areActivatedByASocketOfAnotherName()
{
    const QTemporaryDir folder;
    const QString link = folder.filePath(u"link"_s);
    QVERIFY(QFile::link(folder.path(), link));
    const GivenSocket given(link + u"/s"_s);
    QVERIFY(given.get() >= 0);
    for (const QString &name : {u"s"_s, u"link/s"_s}) {
        const QString path = folder.filePath(name);
        const Other other(path, {given.get()});
        IPCClient client(path);
        QVERIFY(settled(client.connectToServer()));
        QCOMPARE(settled(client.request(1)).valueOr({}), QVariant(1));
    }
}

// There everybody has the overflow uid, so the server's own user cannot be told from others.
void tst_Processes::letNobodyInFromAUserNamespaceThatNamesNobody()
{
    if (QProcess::execute(u"unshare"_s, {u"-U"_s, u"true"_s}) != 0)
        QSKIP("this system lets this user make no user namespaces");
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    const GivenSocket given(path);
    QVERIFY(given.get() >= 0);
    const Other other(path, {given.get()}, u"serve"_s, {u"unshare"_s, u"-U"_s});
    IPCClient client(path);
    const auto refused = settled(client.connectToServer());
    QCOMPARE(refused.error().code(), Code::Rejected);
    QVERIFY2(refused.error().message().contains(u"cannot be told from others"_s),
             qPrintable(refused.error().message()));

    // Nor can it be the owner of a lock.
    Other another(folder.filePath(u"another"_s), {}, u"serve"_s, {u"unshare"_s, u"-U"_s});
    QTRY_COMPARE(another.state(), QProcess::NotRunning);
    QVERIFY(another.exitCode() != 0);
    QVERIFY(!QFileInfo::exists(folder.filePath(u"another.lock"_s)));
}

void tst_Processes::ignoreASocketThatIsNotTheirs()
{
    const QTemporaryDir folder;
    const GivenSocket given(folder.filePath(u"another"_s));
    QVERIFY(given.get() >= 0);
    const QString path = folder.filePath(u"s"_s);
    const Other other(path, {given.get()});
    IPCClient client(path);
    QVERIFY(settled(client.connectToServer()));
    QCOMPARE(settled(client.request(1)).valueOr({}), QVariant(1));
}

void tst_Processes::shareNoGivenSocket()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    const GivenSocket given(path);
    QVERIFY(given.get() >= 0);
    Other other(path, {given.get()}, u"take turns"_s);
    QTRY_COMPARE(other.state(), QProcess::NotRunning);
    QCOMPARE(other.exitCode(), 0);
}

void tst_Processes::keepGivenSocketsToThemselves()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"s"_s);
    const GivenSocket given(path);
    const GivenSocket another(folder.filePath(u"another"_s));
    QVERIFY(given.get() >= 0 && another.get() >= 0);
    Other other(path, {given.get(), another.get()}, u"close on exec"_s);
    QTRY_COMPARE(other.state(), QProcess::NotRunning);
    QCOMPARE(other.exitCode(), 0);
}
#endif

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"serve")
        return serve(arguments.value(2));
#ifndef QIPC_PORTABLE_TRANSPORT
    if (arguments.value(1) == u"take turns")
        return takeTurns(arguments.value(2));
    if (arguments.value(1) == u"close on exec")
        return closeOnExec(arguments.value(2));
#endif
    tst_Processes test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_processes.moc"
