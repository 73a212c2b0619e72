// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include "reachableprogram.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QMetaEnum>
#include <QtCore/QProcess>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

// Who may talk to whom, as different users; only root can be all of them. This program is also the
// server and the client: with arguments it is one of them.

namespace {

constexpr int ada = 64'001; // neither needs to have an account
constexpr int bob = 64'002;
constexpr int friends = 64'100; // a group

void say(const QString &line)
{
    puts(qPrintable(line));
    fflush(stdout);
}

IPCResult<void> judge(const IPCCredentials &who)
{
    if (who.uid() == ada)
        return {};
    return IPCError(Code::Rejected, u"%1 is no friend"_s.arg(who.uid()));
}

//! Makes \a server judge by \a manner: not at all, at once, or later.
void setManner(IPCServer &server, const QString &manner)
{
    if (manner == u"at once")
        server.setAuthorizer(
            [](const IPCCredentials &who, const QVariant &) { return judge(who); });
    if (manner == u"later")
        server.setAuthorizer([&server](const IPCCredentials &who, const QVariant &) {
            const auto promise = std::make_shared<QPromise<IPCResult<void>>>();
            promise->start();
            QTimer::singleShot(10ms, &server, [promise, who] {
                promise->addResult(judge(who));
                promise->finish();
            });
            return promise->future();
        });
}

int serve(const QString &path, IPCServer::Access access, const QString &manner)
{
    IPCServer server(path);
    server.setAccess(access);
    setManner(server, manner);
    QObject::connect(&server, &IPCServer::connected, &server, [](IPCConnection *connection) {
        say(u"connected %1"_s.arg(connection->credentials().uid()));
    });
    say(server.listen() ? u"ready"_s : server.error().message());
    return server.isListening() ? QCoreApplication::exec() : int(server.error().code());
}

int connectTo(const QString &path, bool trusting)
{
    IPCClient client(path);
    client.setAutoReconnect(false);
    client.setServerTrust(trusting ? IPCClient::ServerTrust::AnyUser
                                   : IPCClient::ServerTrust::OwnUserOrRoot);
    const auto result = settled(client.connectToServer());
    say(result ? u"ready"_s : result.error().message());
    return int(result.error().code());
}

QString accessName(IPCServer::Access access)
{
    return QString::fromLatin1(QMetaEnum::fromType<IPCServer::Access>().valueToKey(int(access)));
}

//! This program, where every user can run it. Made by initTestCase().
std::unique_ptr<ReachableProgram> reachable;

//! This program as the user \a uid, who is in one more \a group where that is not 0.
class Person : public QProcess
{
public:
    Person(int uid, int group, const QStringList &arguments)
    {
        setProcessChannelMode(ForwardedErrorChannel);
        const QString id = QString::number(uid);
        QStringList privileges{u"--reuid="_s + id, u"--regid="_s + id};
        privileges += group == 0 ? u"--clear-groups"_s : u"--groups=%1"_s.arg(group);
        start(u"setpriv"_s, privileges + QStringList{reachable->path()} + arguments);
    }
    ~Person() override
    {
        kill();
        waitForFinished();
    }

    [[nodiscard]] QString line()
    {
        while (!canReadLine() && waitForReadyRead()) { }
        return QString::fromLocal8Bit(readLine()).trimmed();
    }
};

struct Server : Person
{
    Server(const QString &path, IPCServer::Access access, const QString &manner = {}, int uid = ada,
           int group = 0)
        : Person(uid, group, {u"serve"_s, path, accessName(access), manner})
    {
    }
};

struct Client : Person
{
    Client(const QString &path, int uid, int group = 0, bool trusting = true)
        : Person(uid, group, {u"connect"_s, path, trusting ? u"trusting"_s : u"careful"_s})
    {
    }

    [[nodiscard]] Code code()
    {
        waitForFinished();
        return Code(exitCode());
    }
};

//! A folder in which everybody may do everything with what is their own, as in /tmp.
struct SharedFolder : QTemporaryDir
{
    SharedFolder() { chmod(QFile::encodeName(path()).constData(), 01777); }
};

} // namespace

class tst_Users : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void mayConnect_data();
    void mayConnect();
    void areJudgedByTheKernelsWord_data();
    void areJudgedByTheKernelsWord();
    void doNotTrustEachOthersServers();
    void trustNobodyFromAUserNamespaceThatNamesNobody();
    void doNotTakeEachOthersAddress();
    void areToldWhoseLeftoverIsInTheWay_data();
    void areToldWhoseLeftoverIsInTheWay();
};

void tst_Users::initTestCase()
{
    if (getuid() != 0)
        QSKIP("only root can be several users");
    reachable = std::make_unique<ReachableProgram>(QCoreApplication::applicationFilePath());
    QVERIFY(reachable->isThere());
}

void tst_Users::cleanupTestCase()
{
    reachable.reset();
}

void tst_Users::mayConnect_data()
{
    using Access = IPCServer::Access;
    QTest::addColumn<IPCServer::Access>("access");
    QTest::addColumn<int>("uid");
    QTest::addColumn<int>("group");
    QTest::addColumn<Code>("code");
    const auto row = [](const char *name, Access access, int uid, int group, Code code) {
        QTest::newRow(name) << access << uid << group << code;
    };
    row("User: itself", Access::User, ada, 0, Code::NoError);
    row("User: another", Access::User, bob, 0, Code::PermissionDenied);
    row("User: another of its group", Access::User, bob, ada, Code::PermissionDenied);
    row("User: root", Access::User, 0, 0, Code::Rejected);
    row("Group: one of it", Access::Group, bob, ada, Code::NoError);
    row("Group: another", Access::Group, bob, friends, Code::PermissionDenied);
    row("World: another", Access::World, bob, 0, Code::NoError);
}

void tst_Users::mayConnect()
{
    QFETCH(const IPCServer::Access, access);
    QFETCH(const int, uid);
    QFETCH(const int, group);
    QFETCH(const Code, code);
    const SharedFolder folder;
    const QString path = folder.filePath(u"s"_s);
    Server server(path, access);
    QCOMPARE(server.line(), u"ready"_s);
    Client client(path, uid, group);
    const QString told = client.line();
    QCOMPARE(client.code(), code);
    if (code == Code::NoError)
        QCOMPARE(server.line(), u"connected %1"_s.arg(uid));
    if (code == Code::Rejected)
        QVERIFY2(told.contains(u"serves only its own user"_s), qPrintable(told));
}

void tst_Users::areJudgedByTheKernelsWord_data()
{
    QTest::addColumn<QString>("manner");
    QTest::newRow("at once") << u"at once"_s;
    QTest::newRow("later") << u"later"_s;
}

void tst_Users::areJudgedByTheKernelsWord()
{
    QFETCH(const QString, manner);
    const SharedFolder folder;
    const QString path = folder.filePath(u"s"_s);
    Server server(path, IPCServer::Access::World, manner);
    QCOMPARE(server.line(), u"ready"_s);
    Client stranger(path, bob);
    const QString told = stranger.line();
    QCOMPARE(stranger.code(), Code::Rejected);
    QVERIFY2(told.contains(u"%1 is no friend"_s.arg(bob)), qPrintable(told));
    Client itself(path, ada);
    QCOMPARE(itself.code(), Code::NoError);
    QCOMPARE(server.line(), u"connected %1"_s.arg(ada)); // and nobody before
}

void tst_Users::doNotTrustEachOthersServers()
{
    const SharedFolder folder;
    const QString path = folder.filePath(u"s"_s);
    Server server(path, IPCServer::Access::World);
    QCOMPARE(server.line(), u"ready"_s);
    Client careful(path, bob, 0, false);
    const QString told = careful.line();
    QCOMPARE(careful.code(), Code::PermissionDenied);
    QVERIFY2(told.contains(u"uid %1"_s.arg(ada)), qPrintable(told));
}

// There everybody has the overflow uid, the server's user and the client's own: as with
// `unshare -U qipc send PATH '"x"'`, which must not give its payload to just any server.
void tst_Users::trustNobodyFromAUserNamespaceThatNamesNobody()
{
    const SharedFolder folder;
    const QString path = folder.filePath(u"s"_s);
    Server server(path, IPCServer::Access::World);
    QCOMPARE(server.line(), u"ready"_s);

    for (const int uid : {bob, ada}) {
        QProcess careful;
        careful.start(u"setpriv"_s,
                      {u"--reuid=%1"_s.arg(uid), u"--clear-groups"_s, u"unshare"_s, u"-U"_s,
                       QCoreApplication::applicationFilePath(), u"connect"_s, path, u"careful"_s});
        QVERIFY(careful.waitForFinished());
        const QString told = QString::fromLocal8Bit(careful.readAllStandardOutput());
        if (careful.exitCode() == 1 && told.isEmpty())
            QSKIP("this system lets nobody make user namespaces");
        QCOMPARE(Code(careful.exitCode()), Code::PermissionDenied);
        QVERIFY2(told.contains(u"cannot be told from inside this user namespace"_s),
                 qPrintable(told));
    }
    Client itself(path, ada);
    QCOMPARE(itself.code(), Code::NoError);
    QCOMPARE(server.line(), u"connected %1"_s.arg(ada)); // and nobody before
}

// Not while it is alive, and not what it has left behind.
void tst_Users::doNotTakeEachOthersAddress()
{
    const SharedFolder folder;
    const QString path = folder.filePath(u"s"_s);
    {
        Server server(path, IPCServer::Access::World);
        QCOMPARE(server.line(), u"ready"_s);
        Server another(path, IPCServer::Access::World, {}, bob);
        QVERIFY(another.line() != u"ready"_s);
        QVERIFY(another.waitForFinished());
        QCOMPARE(Code(another.exitCode()), Code::PermissionDenied);
        Client client(path, ada);
        QCOMPARE(client.code(), Code::NoError);
    }
    QVERIFY(QFile::exists(path)); // it was killed
    Server another(path, IPCServer::Access::World, {}, bob);
    QVERIFY(another.line() != u"ready"_s);
    QVERIFY(another.waitForFinished());
    QCOMPARE(Code(another.exitCode()), Code::PermissionDenied);
    Server again(path, IPCServer::Access::World);
    QCOMPARE(again.line(), u"ready"_s);
}

void tst_Users::areToldWhoseLeftoverIsInTheWay_data()
{
    QTest::addColumn<IPCServer::Access>("access");
    QTest::addColumn<QString>("removed"); // of what the crash has left behind
    QTest::addColumn<QString>("named");
    QTest::newRow("all of it") << IPCServer::Access::User << QString() << u"s"_s;
    QTest::newRow("the socket") << IPCServer::Access::User << u"s.lock"_s << u"s"_s;
    QTest::newRow("the socket, for everybody") << IPCServer::Access::World << u"s.lock"_s << u"s"_s;
    QTest::newRow("the lock") << IPCServer::Access::User << u"s"_s << u"s.lock"_s;
}

// In a folder as /tmp, where only its owner and root can remove it.
void tst_Users::areToldWhoseLeftoverIsInTheWay()
{
    QFETCH(const IPCServer::Access, access);
    QFETCH(const QString, removed);
    QFETCH(const QString, named);
    const SharedFolder folder;
    const QString path = folder.filePath(u"s"_s);
    {
        Server server(path, access);
        QCOMPARE(server.line(), u"ready"_s);
        Server another(path, IPCServer::Access::User, {}, bob);
        const QString told = another.line();
        QVERIFY2(told.contains(u"a server of the user with the uid %1 listens there"_s.arg(ada)),
                 qPrintable(told));
    }
    if (!removed.isEmpty())
        QVERIFY(QFile::remove(folder.filePath(removed)));
    Server another(path, IPCServer::Access::User, {}, bob);
    const QString told = another.line();
    QVERIFY(another.waitForFinished());
    QCOMPARE(Code(another.exitCode()), Code::PermissionDenied);
    QVERIFY2(told.contains(
                 u"\"%1\" was left behind by the user with the uid %2, and nobody listens"_s.arg(
                     folder.filePath(named), QString::number(ada))),
             qPrintable(told));
    QVERIFY2(told.contains(u"removed by that user or by root"_s), qPrintable(told));
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"serve" && arguments.size() == 5) {
        const auto access = QMetaEnum::fromType<IPCServer::Access>().keyToValue(
            arguments.at(3).toLatin1().constData());
        return serve(arguments.at(2), IPCServer::Access(access), arguments.at(4));
    }
    if (arguments.value(1) == u"connect" && arguments.size() == 4)
        return connectTo(arguments.at(2), arguments.at(3) == u"trusting");
    tst_Users test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_users.moc"
