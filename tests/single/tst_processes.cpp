// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Real starts of a real program: many at once, with kills in between, in changed environments.

#include "reachableprogram.h"
#include "start.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QSet>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>
#include <memory>
#include <pwd.h>
#include <unistd.h>
#include <vector>

using namespace Qt::StringLiterals;

namespace {

#ifdef QIPC_PORTABLE_TRANSPORT
constexpr int filesAtAPlace = 1; // its socket
#else
constexpr int filesAtAPlace = 2; // its socket and its lock
#endif

using Starts = std::vector<std::unique_ptr<Start>>;

// Long enough to come in pieces, where pieces are possible; and different for each.
QStringList argumentsOf(int number)
{
    return {u"0"_s, QString::number(number), QString(2000 + number, u'x'),
            u"grüße %1\n"_s.arg(number)};
}

Starts startMany(const QString &id, int first, int count)
{
    Starts starts;
    for (int i = 0; i < count; ++i) {
        starts.push_back(std::make_unique<Start>(id, argumentsOf(first + i)));
        starts.back()->begin();
    }
    return starts;
}

QList<Start *> primariesOf(const Starts &starts)
{
    QList<Start *> primaries;
    for (const auto &start : starts) {
        if (start->isPrimary())
            primaries.append(start.get());
    }
    return primaries;
}

bool allDecided(const Starts &starts)
{
    return std::all_of(starts.begin(), starts.end(),
                       [](const auto &start) { return start->isDecided(); });
}

int filesOfOne()
{
    return filesAtAPlace * (QFile::exists(u"/run/user/%1"_s.arg(::geteuid())) ? 2 : 1);
}

// Where instances keep their socket and lock: see src/single/unix/instanceaddress.cpp.
QStringList filesOf(const QString &id)
{
    QStringList files;
    const QString home = QFile::decodeName(::getpwuid(::geteuid())->pw_dir); // not that of HOME
    const QStringList folders{u"/run/user/%1/qipc"_s.arg(::geteuid()), home + u"/.cache/qipc"_s};
    for (const QString &folder : folders)
        files += QDir(folder).entryList({u"%1*"_s.arg(id.left(24))},
                                        QDir::AllEntries | QDir::System | QDir::Hidden);
    return files;
}

} // namespace

class tst_Processes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void handsItsArgumentsOver();
    void manyAtOnce();
    void thePrimaryGoesMeanwhile_data();
    void thePrimaryGoesMeanwhile();
    void aSecondaryThatStaysSucceeds();
    void aStoppedPrimary();
    void leavesNothingBehind();
    void afterACrash();
    void whateverTheEnvironment_data();
    void whateverTheEnvironment();
    void inAnotherPidNamespace();
    void anotherUserWithoutAPlace();
    void anotherUserBesideIt();

private:
    QString m_id;
};

void tst_Processes::init()
{
    static int number = 0;
    m_id = u"qipc-%1-%2"_s.arg(QCoreApplication::applicationPid()).arg(++number);
}

void tst_Processes::handsItsArgumentsOver()
{
    Start primary(m_id, {});
    primary.begin();
    QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
    const QTemporaryDir folder;
    Start second(m_id, {u"42"_s, u"a b"_s, QString()});
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_ACTIVATION_TOKEN"_s, u"token"_s);
    environment.insert(u"DESKTOP_STARTUP_ID"_s, u"startup"_s);
    second.setEnvironment(environment);
    second.setFolder(folder.path());
    second.begin();
    QTRY_VERIFY_WITH_TIMEOUT(second.isOver(), patience);
    QCOMPARE(second.exitCode(), 42);
    QTRY_COMPARE(primary.activations().size(), 1);
    const QJsonArray expected{QJsonArray{u"42"_s, u"a b"_s, u""_s},
                              QDir(folder.path()).canonicalPath(), u"token"_s, u"startup"_s};
    QCOMPARE(primary.activations().first(), expected);
}

void tst_Processes::manyAtOnce()
{
    constexpr int rounds = 20;
    constexpr int count = 50;
    int slowest = 0;
    for (int round = 0; round < rounds; ++round) {
        const Starts starts = startMany(m_id, 0, count);
        QTRY_VERIFY_WITH_TIMEOUT(allDecided(starts), patience);
        const auto primaries = primariesOf(starts);
        QCOMPARE(primaries.size(), 1);
        QTRY_COMPARE(primaries.first()->activations().size(), count - 1);

        QSet<QString> arrived;
        for (const QJsonArray &activation : primaries.first()->activations()) {
            const QJsonArray arguments = activation.first().toArray();
            const int number = arguments.at(1).toString().toInt();
            QCOMPARE(arguments, QJsonArray::fromStringList(argumentsOf(number)));
            arrived.insert(arguments.at(1).toString());
        }
        QCOMPARE(arrived.size(), count - 1);
        for (const auto &start : starts) {
            slowest = std::max(slowest, start->startTime());
            if (start.get() != primaries.first())
                QCOMPARE(start->exitCode(), 0);
        }
    }
    qInfo("the slowest of %d starts took %d ms", rounds * count, slowest);
    QVERIFY(slowest < 2000);
}

void tst_Processes::thePrimaryGoesMeanwhile_data()
{
    QTest::addColumn<bool>("politely");
    QTest::newRow("killed") << false;
    QTest::newRow("ends") << true;
}

// Each start is the primary, or was taken by one that is or was.
void tst_Processes::thePrimaryGoesMeanwhile()
{
    QFETCH(bool, politely);
    constexpr int rounds = 20;
    constexpr int count = 20;
    for (int round = 0; round < rounds; ++round) {
        auto first = std::make_unique<Start>(m_id, argumentsOf(0));
        first->begin();
        QTRY_VERIFY_WITH_TIMEOUT(first->isPrimary(), patience);
        const Starts starts = startMany(m_id, 1, count);
        // At another moment in each round: when so many have come.
        QTRY_VERIFY_WITH_TIMEOUT(first->activations().size() >= round / 2, patience);
        if (politely)
            first->process().closeWriteChannel();
        else
            first->signal(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(first->isOver(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(allDecided(starts), patience);

        const auto primaries = primariesOf(starts);
        QList<QJsonArray> activations = first->activations();
        // With all of them taken before the kill, there is no primary any more; and that is fine.
        QVERIFY(primaries.size() <= 1);
        QSet<QString> known;
        if (!primaries.isEmpty()) {
            QTRY_VERIFY(first->activations().size() + primaries.first()->activations().size() + 1
                        >= count);
            activations += primaries.first()->activations();
            known.insert(primaries.first()->process().arguments().value(3));
        }
        for (const QJsonArray &activation : std::as_const(activations))
            known.insert(activation.first().toArray().at(1).toString());
        QCOMPARE(known.size(), count);
        for (const auto &start : starts) {
            if (start->isOver())
                QCOMPARE(start->exitCode(), 0);
        }
    }
}

void tst_Processes::aSecondaryThatStaysSucceeds()
{
    for (const int how : {SIGKILL, SIGTERM}) {
        Start primary(m_id, {});
        primary.begin();
        QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
        Start secondary(m_id, {}, u"stay"_s);
        secondary.begin();
        QTRY_VERIFY_WITH_TIMEOUT(secondary.says(u"role Secondary"_s), patience);
        QElapsedTimer time;
        time.start();
        primary.signal(how);
        QVERIFY(QTest::qWaitFor([&] { return secondary.isPrimary(); }, patience));
        qInfo("succeeded after %lld ms", time.elapsed());
        QVERIFY(time.elapsed() < 100);
    }
}

void tst_Processes::aStoppedPrimary()
{
    Start primary(m_id, {});
    primary.begin();
    QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
    primary.signal(SIGSTOP);
    const QStringList files = filesOf(m_id);
    Start second(m_id, {});
    second.begin();
    QTRY_VERIFY_WITH_TIMEOUT(second.isOver(), patience);
    QVERIFY(second.says(u"role Unresponsive"_s));
    QVERIFY(second.startTime() >= 2000);
    QVERIFY(second.startTime() < 2500);
    QCOMPARE(filesOf(m_id), files);
    QCOMPARE(files.size(), filesOfOne());
    primary.signal(SIGCONT);
    Start third(m_id, {u"5"_s});
    third.begin();
    QTRY_VERIFY_WITH_TIMEOUT(third.isOver(), patience);
    QCOMPARE(third.exitCode(), 5);
}

void tst_Processes::leavesNothingBehind()
{
    for (int i = 0; i < 3; ++i) {
        Start primary(m_id, {});
        primary.begin();
        QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
        Start second(m_id, {u"1"_s});
        second.begin();
        QTRY_VERIFY_WITH_TIMEOUT(second.isOver(), patience);
        QCOMPARE(filesOf(m_id).size(), filesOfOne());
        primary.process().closeWriteChannel();
        QTRY_VERIFY_WITH_TIMEOUT(primary.isOver(), patience);
        QCOMPARE(filesOf(m_id), QStringList());
    }
}

void tst_Processes::afterACrash()
{
    {
        Start primary(m_id, {});
        primary.begin();
        QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
        primary.signal(SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(primary.isOver(), patience);
    }
    Start next(m_id, {});
    next.process().setProcessChannelMode(QProcess::SeparateChannels);
    next.begin();
    QTRY_VERIFY_WITH_TIMEOUT(next.isPrimary(), patience);
    QCOMPARE(next.process().readAllStandardError(), QByteArray());
    QVERIFY(next.startTime() < 500);
}

void tst_Processes::whateverTheEnvironment_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("value");
    QTest::newRow("another TMPDIR") << u"TMPDIR"_s << u"/nowhere"_s;
    QTest::newRow("without XDG_RUNTIME_DIR") << u"XDG_RUNTIME_DIR"_s << QString();
    QTest::newRow("another XDG_RUNTIME_DIR") << u"XDG_RUNTIME_DIR"_s << u"/nowhere"_s;
    QTest::newRow("another HOME") << u"HOME"_s << u"/nowhere"_s;
}

void tst_Processes::whateverTheEnvironment()
{
    QFETCH(const QString, variable);
    QFETCH(const QString, value);
    Start primary(m_id, {});
    primary.begin();
    QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (value.isNull())
        environment.remove(variable);
    else
        environment.insert(variable, value);
    Start second(m_id, {u"7"_s});
    second.setEnvironment(environment);
    second.begin();
    QTRY_VERIFY_WITH_TIMEOUT(second.isOver(), patience);
    QCOMPARE(second.exitCode(), 7);
}

void tst_Processes::inAnotherPidNamespace()
{
    const QString unshare = QStandardPaths::findExecutable(u"unshare"_s);
    QStringList options{u"--pid"_s, u"--fork"_s};
    if (::geteuid() != 0)
        options += u"--map-current-user"_s;
    if (unshare.isEmpty() || QProcess::execute(unshare, options + QStringList{u"true"_s}) != 0)
        QSKIP("A PID namespace cannot be made here.");
    Start primary(m_id, {});
    primary.begin();
    QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
    Start second(m_id, {u"8"_s});
    second.runBy(unshare, options);
    second.begin();
    QTRY_VERIFY_WITH_TIMEOUT(second.isOver(), patience);
    QCOMPARE(second.exitCode(), 8);
}

void tst_Processes::anotherUserWithoutAPlace()
{
    const QString setpriv = QStandardPaths::findExecutable(u"setpriv"_s);
    if (::geteuid() != 0 || setpriv.isEmpty())
        QSKIP("Only root can start programs as another user.");
    Start primary(m_id, {});
    primary.begin();
    QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
    // This one has no home: it cannot be told whether another instance of its own runs.
    Start other(m_id, {u"9"_s});
    const ReachableProgram program(QStringLiteral(QIPC_TEST_INSTANCE));
    QVERIFY(program.isThere());
    other.runBy(setpriv, {u"--reuid=nobody"_s, u"--regid=nogroup"_s, u"--clear-groups"_s}, program);
    other.begin();
    QTRY_VERIFY_WITH_TIMEOUT(other.isOver(), patience);
    QVERIFY(other.says(u"role Failed"_s));
    QCOMPARE(other.exitCode(), 100);
    QVERIFY(other.lines().last().startsWith(u"error cannot tell whether the program runs"_s));
    QCOMPARE(primary.activations().size(), 0);
}

void tst_Processes::anotherUserBesideIt()
{
    // In a mount namespace of its own, nobody gets a folder as a login would make it.
    const QString script = u"mount -t tmpfs tmpfs /run && mkdir -p /run/user"
                           " && install -d -m 700 -o nobody /run/user/$(id -u nobody) &&"
                           " exec setpriv --reuid=nobody --regid=nogroup --clear-groups \"$@\""_s;
    const QStringList options{u"--mount"_s, u"sh"_s, u"-c"_s, script, u"sh"_s};
    if (::geteuid() != 0 || QProcess::execute(u"unshare"_s, options + QStringList{u"true"_s}) != 0)
        QSKIP("Only root can start programs as another user, and only where mounting is allowed.");
    Start primary(m_id, {});
    primary.begin();
    QTRY_VERIFY_WITH_TIMEOUT(primary.isPrimary(), patience);
    Start other(m_id, {});
    const ReachableProgram program(QStringLiteral(QIPC_TEST_INSTANCE));
    QVERIFY(program.isThere());
    other.runBy(u"unshare"_s, options, program);
    other.begin();
    QTRY_VERIFY_WITH_TIMEOUT(other.isPrimary(), patience);
    Start second(m_id, {u"9"_s});
    second.begin();
    QTRY_VERIFY_WITH_TIMEOUT(second.isOver(), patience);
    QCOMPARE(second.exitCode(), 9);
    QCOMPARE(primary.activations().size(), 1);
    QCOMPARE(other.activations().size(), 0);
}

QTEST_GUILESS_MAIN(tst_Processes)
#include "tst_processes.moc"
