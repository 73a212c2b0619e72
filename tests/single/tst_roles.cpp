// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// What a program sees of IPCSingleInstance. Two instances of one process are as two processes here:
// the lock is of the object.

#include <QIpc/IPCClient>
#include <QIpc/IPCSingleInstance>

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>
#include <optional>

#include <pwd.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Role = IPCSingleInstance::Role;
using Code = IPCError::Code;

namespace {

// Where the instance with this id has its socket: see src/single/unix/instanceaddress.cpp.
[[nodiscard]] QString addressOf(const QString &id)
{
    const QString home = QFile::decodeName(::getpwuid(::geteuid())->pw_dir);
    const QStringList folders{u"/run/user/%1/qipc"_s.arg(::geteuid()), home + u"/.cache/qipc"_s};
    for (const QString &folder : folders) {
        const QDir dir(folder);
        const QStringList names = dir.entryList({u"%1-*"_s.arg(id.left(24))}, QDir::System);
        for (const QString &name : names) {
            if (!name.endsWith(u".lock"_s))
                return dir.filePath(name);
        }
    }
    return {};
}

} // namespace

class tst_Roles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void theFirstIsPrimaryTheNextSecondary();
    void idsDoNotMeet();
    void startAgainSaysTheSame();
    void handsEverythingOver();
    void handsBytesOverBesideTheText();
    void takesBytesThatAreNoText_data();
    void takesBytesThatAreNoText();
    void thisProcessesStartIsAnActivation();
    void theExitCodeIsZeroByItself();
    void theExitCodeMayComeLater();
    void theExitCodeMayComeFromADropOnly();
    void doesNotWaitForALaterExitCode();
    void exitsOnce();
    void waitsForASlot();
    void givesUpWaiting();
    void onlyASecondaryHandsOver();
    void succeedsThePrimary();
    void isNoSuccessorBeforeItKnowsTheExitCode();
    void startsInsideAHandOverEnd();
    void aStartDuringAnElectionHasItsTime();
    void whoWaitsForAnElectionGetsItsOutcome();
    void timeoutsMayBeHuge_data();
    void timeoutsMayBeHuge();
    void itsOwnArgumentsAreNotLost();
    void othersHandOverToTheSuccessor();
    void startOrHandOver();
    void theScopeSeparates();
    void theDefaultIdIsTheApplication();
    void slotsMayDeleteIt();
    void withoutWaiting();
    void futuresSettleWhenItGoes();
    void doesNotWaitForALoopThatIsToldToEnd();
    void startsThatGaveUpAreForgotten();

private:
    QString m_id;
};

void tst_Roles::init()
{
    static int number = 0;
    m_id = u"qipc-test-roles-%1-%2"_s.arg(QCoreApplication::applicationPid()).arg(++number);
}

void tst_Roles::theFirstIsPrimaryTheNextSecondary()
{
    IPCSingleInstance one(m_id);
    QSignalSpy roles(&one, &IPCSingleInstance::roleChanged);
    QCOMPARE(one.role(), Role::None);
    QCOMPARE(one.start(), Role::Primary);
    QCOMPARE(one.role(), Role::Primary);
    QVERIFY(!one.error());
    QCOMPARE(roles.size(), 1);
    {
        IPCSingleInstance two(m_id);
        QCOMPARE(two.start(), Role::Secondary);
        IPCSingleInstance three(m_id);
        QCOMPARE(three.start(), Role::Secondary);
    }
    IPCSingleInstance four(m_id);
    QCOMPARE(four.start(), Role::Secondary);
}

void tst_Roles::idsDoNotMeet()
{
    const QString longId = m_id + u"/"_s + QString(300, u'x');
    IPCSingleInstance one(m_id);
    IPCSingleInstance two(m_id + u"2"_s);
    IPCSingleInstance three(longId);
    IPCSingleInstance four(longId + u"y"_s);
    IPCSingleInstance five(m_id.toUpper());
    for (IPCSingleInstance *instance : {&one, &two, &three, &four, &five})
        QCOMPARE(instance->start(), Role::Primary);
    IPCSingleInstance again(longId);
    QCOMPARE(again.start(), Role::Secondary);
}

void tst_Roles::startAgainSaysTheSame()
{
    IPCSingleInstance one(m_id);
    IPCSingleInstance two(m_id);
    QCOMPARE(one.start(), Role::Primary);
    QCOMPARE(one.start(), Role::Primary);
    QCOMPARE(two.start(), Role::Secondary);
    QCOMPARE(two.start(), Role::Secondary);
}

void tst_Roles::handsEverythingOver()
{
    IPCSingleInstance primary(m_id);
    QCOMPARE(primary.start(), Role::Primary);
    std::optional<IPCActivation> activation;
    connect(&primary, &IPCSingleInstance::activated, this, [&](const IPCActivation &what) {
        activation = what;
        QVERIFY(what.exit(7));
    });

    qputenv("XDG_ACTIVATION_TOKEN", "token");
    qputenv("DESKTOP_STARTUP_ID", "startup");
    IPCSingleInstance secondary(m_id);
    secondary.setPayload(QVariantMap{{u"a"_s, 1}});
    QCOMPARE(secondary.payload(), QVariant(QVariantMap{{u"a"_s, 1}}));
    QCOMPARE(secondary.start(), Role::Secondary);
    const QStringList arguments{u"--flag"_s, u"grüße.txt"_s, QString(), u"a\nb"_s};
    const auto code = secondary.handOver(arguments, 5s);
    qunsetenv("XDG_ACTIVATION_TOKEN");
    qunsetenv("DESKTOP_STARTUP_ID");

    QVERIFY(code);
    QCOMPARE(*code, 7);
    QVERIFY(activation);
    QCOMPARE(activation->arguments(), arguments);
    QCOMPARE(activation->workingDirectory(), QDir::currentPath());
    QCOMPARE(activation->activationToken(), QByteArray("token"));
    QCOMPARE(activation->startupId(), QByteArray("startup"));
    QCOMPARE(activation->payload(), QVariant(QVariantMap{{u"a"_s, Q_INT64_C(1)}}));
#ifdef Q_OS_LINUX
    if (activation->credentials().isValid())
        QCOMPARE(activation->credentials().pid(), QCoreApplication::applicationPid());
#endif
    QVERIFY(!activation->isPending());
}

void tst_Roles::handsBytesOverBesideTheText()
{
    IPCSingleInstance primary(m_id);
    QCOMPARE(primary.start(), Role::Primary);
    std::optional<IPCActivation> activation;
    connect(&primary, &IPCSingleInstance::activated, this, [&](const IPCActivation &what) {
        activation = what;
        QVERIFY(what.exit(0));
    });
    IPCSingleInstance secondary(m_id);
    QCOMPARE(secondary.start(), Role::Secondary);
    QVERIFY(secondary.handOver({u"--flag"_s, u"grüße.txt"_s, QString()}, 5s));
    QVERIFY(activation);
    const QList<QByteArray> bytes{"--flag", QFile::encodeName(u"grüße.txt"_s), QByteArray()};
    QCOMPARE(activation->argumentBytes(), bytes);
    QCOMPARE(activation->workingDirectoryBytes(), QFile::encodeName(QDir::currentPath()));
    QCOMPARE(IPCActivation().argumentBytes(), QList<QByteArray>());
    QCOMPARE(IPCActivation().workingDirectoryBytes(), QByteArray());
}

void tst_Roles::takesBytesThatAreNoText_data()
{
    QTest::addColumn<QVariantMap>("more");
    QTest::addColumn<QList<QByteArray>>("arguments");
    QTest::addColumn<QByteArray>("folder");
    const QVariant good(QVariantList{QByteArray("a"), QByteArray("\xff")});
    const QList<QByteArray> text{"a", "\xef\xbf\xbd"};
    QTest::newRow("an earlier version") << QVariantMap() << text << QByteArray("/f");
    QTest::newRow("this version") << QVariantMap{{u"argumentBytes"_s, good},
                                                 {u"workingDirectoryBytes"_s, QByteArray("/\xfe")}}
                                  << QList<QByteArray>{"a", "\xff"} << QByteArray("/\xfe");
    QTest::newRow("another number of arguments")
        << QVariantMap{{u"argumentBytes"_s, QVariantList{QByteArray("a")}}} << text
        << QByteArray("/f");
    QTest::newRow("no bytes") << QVariantMap{{u"argumentBytes"_s, QVariantList{u"a"_s, u"b"_s}},
                                             {u"workingDirectoryBytes"_s, 7}}
                              << text << QByteArray("/f");
}

void tst_Roles::takesBytesThatAreNoText()
{
    QFETCH(const QVariantMap, more);
    QFETCH(const QList<QByteArray>, arguments);
    QFETCH(const QByteArray, folder);
    IPCSingleInstance primary(m_id);
    QCOMPARE(primary.start(), Role::Primary);
    std::optional<IPCActivation> activation;
    connect(&primary, &IPCSingleInstance::activated, this,
            [&](const IPCActivation &what) { activation = what; });
    QVariantMap request{{u"arguments"_s, QStringList{u"a"_s, u"\uFFFD"_s}},
                        {u"workingDirectory"_s, u"/f"_s},
                        {u"activationToken"_s, QString()},
                        {u"startupId"_s, QString()}};
    request.insert(more);
    IPCClient client(addressOf(m_id));
    client.connectToServer();
    const auto answer = client.request(request, 5s);
    QTRY_VERIFY(activation);
    QCOMPARE(activation->arguments(), (QStringList{u"a"_s, u"\uFFFD"_s}));
    QCOMPARE(activation->argumentBytes(), arguments);
    QCOMPARE(activation->workingDirectory(), u"/f"_s);
    QCOMPARE(activation->workingDirectoryBytes(), folder);
    QVERIFY(activation->exit(3));
    QTRY_VERIFY(answer.isFinished());
    QCOMPARE(answer.result().valueOr(QVariant()), QVariant(Q_INT64_C(3)));
}

void tst_Roles::thisProcessesStartIsAnActivation()
{
    const IPCActivation own = IPCActivation::ofThisProcess({u"a"_s, u"grüße"_s});
    QCOMPARE(own.arguments(), (QStringList{u"a"_s, u"grüße"_s}));
    QCOMPARE(own.argumentBytes(), (QList<QByteArray>{"a", QFile::encodeName(u"grüße"_s)}));
    QCOMPARE(own.workingDirectory(), QDir::currentPath());
    QCOMPARE(own.workingDirectoryBytes(), QFile::encodeName(QDir::currentPath()));
    QVERIFY(!own.payload().isValid());
    QVERIFY(!own.isPending());
    QCOMPARE(own.exit(1).error().code(), Code::InvalidState);
}

void tst_Roles::theExitCodeIsZeroByItself()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    connect(&primary, &IPCSingleInstance::activated, this, [](const IPCActivation &) {});
    IPCSingleInstance secondary(m_id);
    secondary.start();
    const auto code = secondary.handOver();
    QVERIFY(code);
    QCOMPARE(*code, 0);
}

void tst_Roles::theExitCodeMayComeLater()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    connect(&primary, &IPCSingleInstance::activated, this, [this](const IPCActivation &activation) {
        QTimer::singleShot(30ms, this, [activation] { activation.exit(3); });
    });
    IPCSingleInstance secondary(m_id);
    secondary.start();
    const auto code = secondary.handOver(0ms);
    QVERIFY(code);
    QCOMPARE(*code, 3);
}

void tst_Roles::theExitCodeMayComeFromADropOnly()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    QList<IPCActivation> kept;
    connect(&primary, &IPCSingleInstance::activated, this, [&](const IPCActivation &activation) {
        kept.append(activation);
        QVERIFY(activation.isPending());
        QTimer::singleShot(0, this, [&kept] { kept.clear(); });
    });
    IPCSingleInstance secondary(m_id);
    secondary.start();
    const auto code = secondary.handOver();
    QVERIFY(code);
    QCOMPARE(*code, 0);
    QVERIFY(kept.isEmpty());
}

void tst_Roles::doesNotWaitForALaterExitCode()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    std::optional<IPCActivation> kept;
    connect(&primary, &IPCSingleInstance::activated, this, [&](const IPCActivation &activation) {
        kept = activation;
        QVERIFY(activation.isPending());
        if (activation.arguments().contains(u"at once"_s))
            activation.exit(4);
    });
    IPCSingleInstance secondary(m_id);
    secondary.start();
    const auto until = IPCSingleInstance::Until::Taken;
    QCOMPARE(secondary.handOver({u"at once"_s}, 5s, until).valueOr(-1), 4);
    QCOMPARE(secondary.handOver({u"later"_s}, 5s, until).valueOr(-1), 0);
    QVERIFY(!kept->isPending());
    QCOMPARE(kept->exit(5).error().code(), Code::InvalidState);
}

void tst_Roles::exitsOnce()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    std::optional<IPCActivation> kept;
    connect(&primary, &IPCSingleInstance::activated, this, [&](const IPCActivation &activation) {
        kept = activation;
        QVERIFY(activation.exit(1));
        QCOMPARE(activation.exit(2).error().code(), Code::InvalidState);
    });
    IPCSingleInstance secondary(m_id);
    secondary.start();
    QCOMPARE(secondary.handOver().valueOr(-1), 1);
    QCOMPARE(IPCActivation().exit(1).error().code(), Code::InvalidState);
    QVERIFY(!IPCActivation().isPending());
    QCOMPARE(IPCActivation().arguments(), QStringList());
}

void tst_Roles::waitsForASlot()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    QStringList arguments;
    QTimer::singleShot(30ms, this, [&] {
        connect(&primary, &IPCSingleInstance::activated, this,
                [&](const IPCActivation &activation) { arguments = activation.arguments(); });
    });
    IPCSingleInstance secondary(m_id);
    secondary.start();
    QCOMPARE(secondary.handOver({u"early"_s}, 5s).valueOr(-1), 0);
    QCOMPARE(arguments, QStringList{u"early"_s});
}

void tst_Roles::givesUpWaiting()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    std::optional<IPCActivation> kept;
    connect(&primary, &IPCSingleInstance::activated, this,
            [&](const IPCActivation &activation) { kept = activation; });
    {
        IPCSingleInstance secondary(m_id);
        secondary.start();
        QCOMPARE(secondary.handOver(30ms).error().code(), Code::TimedOut);
        QCOMPARE(secondary.role(), Role::Secondary);
    }
    QVERIFY(kept);
    QTRY_VERIFY(!kept->isPending());
    QCOMPARE(kept->exit(0).error().code(), Code::ConnectionLost);
}

void tst_Roles::onlyASecondaryHandsOver()
{
    IPCSingleInstance instance(m_id);
    QCOMPARE(instance.handOver().error().code(), Code::InvalidState);
    instance.start();
    QCOMPARE(instance.handOver().error().code(), Code::InvalidState);
}

void tst_Roles::succeedsThePrimary()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    IPCSingleInstance secondary(m_id);
    QCOMPARE(secondary.start(), Role::Secondary);
    QSignalSpy roles(&secondary, &IPCSingleInstance::roleChanged);
    primary.reset();
    QTRY_COMPARE_WITH_TIMEOUT(secondary.role(), Role::Primary, 1000);
    QCOMPARE(roles.size(), 1);
    IPCSingleInstance third(m_id);
    QCOMPARE(third.start(), Role::Secondary);
}

// It is about to end: nothing is to open a window now, and nobody to hand over to it.
void tst_Roles::isNoSuccessorBeforeItKnowsTheExitCode()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    connect(primary.get(), &IPCSingleInstance::activated, this,
            [&](const IPCActivation &activation) {
                activation.exit(3);
                primary.reset();
            });
    IPCSingleInstance secondary(m_id);
    secondary.start();
    QSignalSpy roles(&secondary, &IPCSingleInstance::roleChanged);
    QCOMPARE(secondary.handOver(5s).valueOr(-1), 3);
    QCOMPARE(roles.size(), 0);
    QTRY_COMPARE(secondary.role(), Role::Primary); // where it goes on after all
}

// In a dialog, say, that a slot shows meanwhile.
void tst_Roles::startsInsideAHandOverEnd()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    IPCSingleInstance secondary(m_id);
    secondary.start();
    Role inside = Role::None;
    connect(primary.get(), &IPCSingleInstance::activated, this,
            [&](const IPCActivation &activation) {
                activation.exit(3);
                primary.reset();
                QTimer::singleShot(0, this, [&] {
                    QTest::qWait(20); // as long as a dialog is open
                    inside = secondary.start(0ms);
                });
            });
    QCOMPARE(secondary.handOver(5s).valueOr(-1), 3);
    QCOMPARE(inside, Role::Primary);
}

void tst_Roles::aStartDuringAnElectionHasItsTime()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    IPCSingleInstance secondary(m_id);
    secondary.start();
    const QString address = addressOf(m_id);
    QVERIFY(!address.isEmpty());
    primary.reset();
    QLocalServer hanging; // takes the address, and never answers
    QVERIFY(hanging.listen(address));
    QSignalSpy visits(&hanging, &QLocalServer::newConnection);
    QTRY_VERIFY(!visits.isEmpty()); // there is an election
    const auto patient = secondary.startAsync(0ms);
    const auto call = secondary.handOverAsync({}, 0ms);
    QCOMPARE(secondary.start(100ms), Role::Unresponsive);
    QVERIFY(!patient.isFinished());
    QVERIFY(!call.isFinished());
}

// Which is over as soon as nobody keeps the address.
void tst_Roles::whoWaitsForAnElectionGetsItsOutcome()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    IPCSingleInstance secondary(m_id);
    secondary.start();
    const QString address = addressOf(m_id);
    primary.reset();
    QLocalServer hanging;
    QVERIFY(hanging.listen(address));
    QSignalSpy visits(&hanging, &QLocalServer::newConnection);
    QTRY_VERIFY(!visits.isEmpty());
    const auto patient = secondary.startAsync(0ms);
    const auto call = secondary.handOverAsync({}, 0ms);
    QCOMPARE(secondary.start(20ms), Role::Unresponsive);
    hanging.close();
    while (QLocalSocket *socket = hanging.nextPendingConnection())
        delete socket;
    QTRY_VERIFY(patient.isFinished() && call.isFinished());
    QCOMPARE(patient.result().valueOr(Role::None), Role::Primary);
    QCOMPARE(call.result().error().code(), Code::InvalidState); // its own to handle
}

void tst_Roles::timeoutsMayBeHuge_data()
{
    QTest::addColumn<std::chrono::milliseconds>("timeout");
    QTest::newRow("more than a timer counts") << std::chrono::milliseconds(1194h);
    QTest::newRow("the most") << std::chrono::milliseconds::max();
}

void tst_Roles::timeoutsMayBeHuge()
{
    QFETCH(const std::chrono::milliseconds, timeout);
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    IPCSingleInstance primary(m_id);
    QCOMPARE(primary.start(timeout), Role::Primary);
    connect(&primary, &IPCSingleInstance::activated, this, [this](const IPCActivation &activation) {
        QTimer::singleShot(20ms, this, [activation] { activation.exit(4); });
    });
    IPCSingleInstance secondary(m_id);
    QCOMPARE(secondary.start(timeout), Role::Secondary);
    QCOMPARE(secondary.handOver(timeout).valueOr(-1), 4);
}

void tst_Roles::itsOwnArgumentsAreNotLost()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    connect(primary.get(), &IPCSingleInstance::activated, this,
            [&](const IPCActivation &activation) {
                QTimer::singleShot(0, this, [&, activation] { primary.reset(); });
            });
    IPCSingleInstance secondary(m_id);
    secondary.start();
    const auto code = secondary.handOver(5s);
    QVERIFY(!code);
    QCOMPARE(code.error().code(), Code::InvalidState);
    QCOMPARE(secondary.role(), Role::Primary);
}

void tst_Roles::othersHandOverToTheSuccessor()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    auto successor = std::make_unique<IPCSingleInstance>(m_id);
    successor->start();
    QStringList arguments;
    connect(successor.get(), &IPCSingleInstance::activated, this,
            [&](const IPCActivation &activation) { arguments += activation.arguments(); });
    // Nobody listens at the first one: what it gets stays with it, and goes on when it ends.
    QTimer::singleShot(30ms, this, [&] { primary.reset(); });
    IPCSingleInstance third(m_id);
    third.start();
    const auto code = third.handOver({u"x"_s}, 5s);
    if (third.role() == Role::Primary) { // it may as well have been this one
        QCOMPARE(code.error().code(), Code::InvalidState);
        QCOMPARE(arguments, QStringList());
    } else {
        QCOMPARE(code.valueOr(-1), 0);
        QCOMPARE(arguments, QStringList{u"x"_s});
    }
}

void tst_Roles::startOrHandOver()
{
    IPCSingleInstance primary(m_id);
    QVERIFY(!primary.startOrHandOver());
    connect(&primary, &IPCSingleInstance::activated, this,
            [](const IPCActivation &activation) { activation.exit(4); });
    IPCSingleInstance secondary(m_id);
    QCOMPARE(secondary.startOrHandOver().value_or(-1), 4);
}

void tst_Roles::theScopeSeparates()
{
    IPCSingleInstance user(m_id);
    user.start();
    QCOMPARE(user.scope(), IPCSingleInstance::Scope::User);
    const QByteArray display = qgetenv("DISPLAY");
    qputenv("DISPLAY", ":991");
    IPCSingleInstance one(m_id);
    one.setScope(IPCSingleInstance::Scope::Display);
    QCOMPARE(one.start(), Role::Primary);
    IPCSingleInstance same(m_id);
    same.setScope(IPCSingleInstance::Scope::Display);
    QCOMPARE(same.start(), Role::Secondary);
    qputenv("DISPLAY", ":992");
    IPCSingleInstance other(m_id);
    other.setScope(IPCSingleInstance::Scope::Display);
    QCOMPARE(other.start(), Role::Primary);
    qputenv("DISPLAY", display);
    IPCSingleInstance session(m_id);
    session.setScope(IPCSingleInstance::Scope::Session);
    QCOMPARE(session.start(), Role::Primary);
}

void tst_Roles::theDefaultIdIsTheApplication()
{
    QCoreApplication::setOrganizationDomain(u"example.org"_s);
    QCoreApplication::setApplicationName(m_id);
    const IPCSingleInstance instance;
    QCOMPARE(instance.applicationId(), u"example.org/"_s + m_id);
    QCoreApplication::setOrganizationDomain({});
    QCOMPARE(IPCSingleInstance().applicationId(), m_id);

    IPCSingleInstance other;
    QSignalSpy changed(&other, &IPCSingleInstance::applicationIdChanged);
    other.setApplicationId(m_id);
    QCOMPARE(changed.size(), 0);
    other.setApplicationId(m_id + u"2"_s);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(other.applicationId(), m_id + u"2"_s);
}

void tst_Roles::slotsMayDeleteIt()
{
    auto primary = std::make_unique<IPCSingleInstance>(m_id);
    primary->start();
    connect(primary.get(), &IPCSingleInstance::activated, this, [&] { primary.reset(); });
    auto secondary = std::make_unique<IPCSingleInstance>(m_id);
    secondary->start();
    connect(secondary.get(), &IPCSingleInstance::roleChanged, this, [&] { secondary.reset(); });
    QVERIFY(!secondary->handOver(5s));
    QVERIFY(!primary);
    QVERIFY(!secondary);

    auto impatient = std::make_unique<IPCSingleInstance>(m_id);
    connect(impatient.get(), &IPCSingleInstance::roleChanged, this, [&] { impatient.reset(); });
    QCOMPARE(impatient->start(), Role::None);
}

void tst_Roles::withoutWaiting()
{
    IPCSingleInstance primary(m_id);
    const auto first = primary.startAsync();
    QCOMPARE(first.result().valueOr(Role::None), Role::Primary);
    QStringList arguments;
    connect(&primary, &IPCSingleInstance::activated, this, [&](const IPCActivation &activation) {
        arguments += activation.arguments();
        activation.exit(int(arguments.size()));
    });

    IPCSingleInstance secondary(m_id);
    const auto starting = secondary.startAsync();
    const auto again = secondary.startAsync();
    const auto a = secondary.handOverAsync({u"a"_s}, 5s); // waits for its role
    QVERIFY(!starting.isFinished());
    QTRY_VERIFY(starting.isFinished() && again.isFinished());
    QCOMPARE(starting.result().valueOr(Role::None), Role::Secondary);
    QCOMPARE(again.result().valueOr(Role::None), Role::Secondary);
    const auto b = secondary.handOverAsync({u"b"_s}, 5s);
    QTRY_VERIFY(a.isFinished() && b.isFinished());
    QCOMPARE(a.result().valueOr(-1), 1);
    QCOMPARE(b.result().valueOr(-1), 2);
    QCOMPARE(arguments, (QStringList{u"a"_s, u"b"_s}));
}

void tst_Roles::futuresSettleWhenItGoes()
{
    IPCSingleInstance primary(m_id);
    primary.start();
    std::optional<IPCActivation> kept;
    connect(&primary, &IPCSingleInstance::activated, this,
            [&](const IPCActivation &activation) { kept = activation; });

    auto starting = std::make_unique<IPCSingleInstance>(m_id);
    const auto role = starting->startAsync();
    starting.reset();
    QCOMPARE(role.result().error().code(), Code::Closed);

    auto secondary = std::make_unique<IPCSingleInstance>(m_id);
    secondary->start();
    const auto exitCode = secondary->handOverAsync({}, 0ms);
    QTRY_VERIFY(kept);
    secondary.reset();
    QCOMPARE(exitCode.result().error().code(), Code::Closed);
}

// As QCoreApplication::exit() does with those of the main thread.
void tst_Roles::doesNotWaitForALoopThatIsToldToEnd()
{
    IPCSingleInstance primary(m_id);
    QCOMPARE(primary.start(), Role::Primary);
    Code code = Code::NoError;
    const std::unique_ptr<QThread> thread(QThread::create([this, &code] {
        IPCSingleInstance secondary(m_id);
        if (secondary.start() != Role::Secondary)
            return;
        QTimer::singleShot(1ms, QThread::currentThread(), &QThread::quit);
        code = secondary.handOver({}, 0ms).error().code(); // nobody takes it
    }));
    thread->start();
    QTRY_VERIFY(thread->isFinished());
    QCOMPARE(code, Code::Aborted);
}

void tst_Roles::startsThatGaveUpAreForgotten()
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    constexpr size_t MiB = 1024 * 1024;
    IPCSingleInstance primary(m_id); // with no slot
    QCOMPARE(primary.start(), Role::Primary);
    const size_t before = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
    for (int i = 0; i < 50; ++i) {
        IPCSingleInstance secondary(m_id);
        secondary.setPayload(QByteArray(int(MiB), 'x'));
        QCOMPARE(secondary.start(), Role::Secondary);
        QCOMPARE(secondary.handOver({}, 20ms).error().code(), Code::TimedOut);
    }
    const size_t after = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
    QVERIFY2(after < before + 20 * MiB, qPrintable(QString::number(after - before)));
#else
    QSKIP("the heap cannot be measured");
#endif
}

QTEST_GUILESS_MAIN(tst_Roles)
#include "tst_roles.moc"
