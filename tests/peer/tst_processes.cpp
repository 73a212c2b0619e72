// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

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
                     [&server](const QVariant &message) { server.broadcast(message); });
    if (!server.listen())
        return 1;
    puts("ready");
    fflush(stdout);
    return QCoreApplication::exec();
}

class Other : public QProcess
{
public:
    enum class User { Own, Another };

    //! One that is given a listening \a socket, as systemd gives that of a socket unit.
    Other(const QString &path, int socket)
    {
        setChildProcessModifier([socket] {
            if (socket == 3 ? fcntl(3, F_SETFD, 0) != 0 : dup2(socket, 3) < 0)
                _exit(1);
        });
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"LISTEN_FDS"_s, u"1"_s);
        setProcessEnvironment(environment);
        start(u"/bin/sh"_s,
              {u"-c"_s, u"LISTEN_PID=$$ exec \"$0\" serve \"$1\""_s,
               QCoreApplication::applicationFilePath(), path});
        waitForReadyRead();
    }

    explicit Other(const QString &path, User user = User::Own)
    {
        if (user == User::Another) {
            setChildProcessModifier([] {
                constexpr uid_t nobody = 65534;
                if (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0)
                    _exit(1);
            });
        }
        start(QCoreApplication::applicationFilePath(), {u"serve"_s, path});
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
    void ignoreASocketThatIsNotTheirs();
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
    const Other other(path, Other::User::Another);
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
        const Other other(path, given.get());
        QTRY_COMPARE(ready.size(), start); // the second time it has come back
        QVERIFY(early.isFinished());
        // By the kernel, it is who made the socket that listens.
        QCOMPARE(client.credentials().pid(), QCoreApplication::applicationPid());
        QCOMPARE(settled(client.request(start)).valueOr({}), QVariant(qlonglong(start)));
        QVERIFY(!QFileInfo::exists(path + u".lock"_s));
    }
    QVERIFY(QFileInfo::exists(path)); // systemd's, and it will start the server again
}

void tst_Processes::ignoreASocketThatIsNotTheirs()
{
    const QTemporaryDir folder;
    const GivenSocket given(folder.filePath(u"another"_s));
    QVERIFY(given.get() >= 0);
    const QString path = folder.filePath(u"s"_s);
    const Other other(path, given.get());
    IPCClient client(path);
    QVERIFY(settled(client.connectToServer()));
    QCOMPARE(settled(client.request(1)).valueOr({}), QVariant(1));
}
#endif

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"serve")
        return serve(arguments.value(2));
    tst_Processes test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_processes.moc"
