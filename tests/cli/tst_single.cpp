// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "tool.h"

#include <QIpc/IPCServer>

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTemporaryDir>

#include <csignal>
#include <memory>
#include <optional>
#include <vector>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

//! `qipc single`: a primary, and later starts with the same id.
class TestSingle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void printsLaterStarts_data();
    void printsLaterStarts();
    void handsArgumentsOverWhole_data();
    void handsArgumentsOverWhole();

    void runsTheCommandWithTheArguments_data();
    void runsTheCommandWithTheArguments();
    void runsTheCommandWhereTheStartWas();
    void runsTheCommandInTheRootFolderWhereItsOwnIsGone();
    void handsOverNamesThatAreNotUtf8();
    void runsTheCommandForItsOwnNamesThatAreNotUtf8();
    void runsTheCommandForItsOwnArguments_data();
    void runsTheCommandForItsOwnArguments();
    void keepsItsOutputFreeOfTheCommands();
    void givesTheStatusOfTheCommand_data();
    void givesTheStatusOfTheCommand();
    void waitsForTheCommandOnlyWhenTold();
    void runsManyCommandsAtOnce();
    void runsTheCommandWithTheLocaleThatItGot_data();
    void runsTheCommandWithTheLocaleThatItGot();

    void aStoppedPrimaryIsUnresponsive();
    void aPrimaryThatDoesNotTakeIsUnresponsive();
    void reportsAPrimaryOfAnotherKind_data();
    void reportsAPrimaryOfAnotherKind();
    void leavesNothingButItsCommandsBehind();
    void ctrlCLeavesItsCommandsBehind();
    void aKilledPrimaryIsSucceededByWhoWaits();
    void theScopeSeparates();
    void theDirectorySeparates();
    void refusesADirectoryThatIsNone_data();
    void refusesADirectoryThatIsNone();
    void endsQuietlyWhenNobodyReads();

private:
    //! `single`, the id, and \a rest.
    [[nodiscard]] QStringList single(const QStringList &rest) const;
    void start(const QStringList &rest);
    //! Makes a pipe that a command can wait for: opening it waits for somebody at its other end.
    [[nodiscard]] QString makeFifo(const QString &name) const;
    //! Makes a folder with a file in it that says "text", both with names that are not UTF-8.
    //! Returns the folder's path; empty where the file system refuses such names.
    [[nodiscard]] QByteArray makeOddFolder() const;
    //! Starts the tool by a shell in that folder, with \a rest and the file as the last argument.
    void startInOddFolder(QProcess &shell, const QStringList &rest) const;

    QString m_id;
    std::optional<QTemporaryDir> m_folder;
    std::unique_ptr<Tool> m_primary;
};

namespace {

// Where instances keep their socket and lock: see src/single/unix/instanceaddress.cpp.
[[nodiscard]] QStringList filesOf(const QString &id)
{
    QStringList files;
    const QString home = QFile::decodeName(::getpwuid(::geteuid())->pw_dir); // not that of HOME
    const QStringList folders{u"/run/user/%1/qipc"_s.arg(::geteuid()), home + u"/.cache/qipc"_s};
    for (const QString &folder : folders) {
        const QDir dir(folder);
        const QStringList names = dir.entryList({u"%1-*"_s.arg(id.left(24))},
                                                QDir::AllEntries | QDir::System | QDir::Hidden);
        for (const QString &name : names)
            files.append(dir.filePath(name));
    }
    return files;
}

//! Writes to a pipe of makeFifo(), once somebody waits for that.
void release(const QString &fifo, const QByteArray &text)
{
    QFile file(fifo);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    QCOMPARE(file.write(text), text.size());
}

[[nodiscard]] QByteArray contentsOf(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void addArgumentRows()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("none") << QStringList();
    QTest::newRow("spaces") << QStringList{u"a b"_s, u" "_s, u"  c"_s};
    QTest::newRow("empty") << QStringList{QString(), u"x"_s, QString()};
    QTest::newRow("newlines") << QStringList{u"a\nb"_s, u"\n"_s};
    QTest::newRow("UTF-8") << QStringList{u"grüße"_s, u"日本"_s, u"😀"_s};
    QTest::newRow("dashes") << QStringList{u"--"_s, u"-x"_s, u"--wait"_s, u"--"_s, u"-"_s};
    QTest::newRow("for a shell") << QStringList{u"$HOME"_s, u"`id`"_s, u"'\"\\"_s, u"; exit 9"_s};
    QTest::newRow("long") << QStringList{QString(100'000, u'x')};
}

} // namespace

void TestSingle::init()
{
    static int number = 0;
    m_id = u"cli-%1-%2"_s.arg(QCoreApplication::applicationPid()).arg(++number);
    m_folder.emplace();
}

void TestSingle::cleanup()
{
    if (m_primary && m_primary->process().state() != QProcess::NotRunning) {
        m_primary->sendSignal(SIGTERM);
        QCOMPARE(m_primary->exitStatus(), 0);
    }
    m_primary.reset();
    QCOMPARE(filesOf(m_id), QStringList());
    QProcess::execute(u"rm"_s, {u"-rf"_s, m_folder->path()}); // Qt cannot remove odd names
    m_folder.reset();
}

QStringList TestSingle::single(const QStringList &rest) const
{
    return QStringList{u"single"_s, m_id} + rest;
}

//! Starts the primary, and takes its first event.
void TestSingle::start(const QStringList &rest)
{
    m_primary = std::make_unique<Tool>(single(rest));
    QCOMPARE(stringIn(m_primary->nextLine(), u"event"_s), u"ready"_s);
}

QString TestSingle::makeFifo(const QString &name) const
{
    const QString path = m_folder->filePath(name);
    return ::mkfifo(QFile::encodeName(path).constData(), S_IRWXU) == 0 ? path : QString();
}

void TestSingle::printsLaterStarts_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestSingle::printsLaterStarts()
{
    QFETCH(const int, number);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(u"XDG_ACTIVATION_TOKEN"_s);
    environment.remove(u"DESKTOP_STARTUP_ID"_s);
    const QString folder = QDir(m_folder->path()).canonicalPath();
    m_primary = std::make_unique<Tool>(single({u"--"_s, u"own"_s}), folder, environment);
    QCOMPARE(m_primary->nextLine(),
             R"({"event":"ready","arguments":["own"],"workingDirectory":")" + folder.toUtf8()
                 + "\"}");

    environment.insert(u"XDG_ACTIVATION_TOKEN"_s, u"token"_s);
    environment.insert(u"DESKTOP_STARTUP_ID"_s, u"startup"_s);
    Tool later(single({u"--payload"_s, u"{\"a\":1}"_s, u"--"_s, u"x"_s, u"y"_s}), folder,
               environment);
    const qint64 pid = later.process().processId();
    QCOMPARE(later.exitStatus(), 0);
    QCOMPARE(later.remainingOutput(), QByteArray());
    QCOMPARE(later.errors(), QByteArray());
    QByteArray expected = R"({"event":"activated","arguments":["x","y"],"workingDirectory":")"
        + folder.toUtf8()
        + R"(","activationToken":"token","startupId":"startup","payload":{"a":1})";
#ifndef QIPC_PORTABLE_TRANSPORT
    expected +=
        ",\"pid\":" + QByteArray::number(pid) + ",\"uid\":" + QByteArray::number(::getuid());
#else
    Q_UNUSED(pid);
#endif
    QCOMPARE(m_primary->nextLine(), expected + '}');

    m_primary->sendSignal(number);
    QCOMPARE(m_primary->nextLine(), QByteArray(R"({"event":"closed"})"));
    QCOMPARE(m_primary->exitStatus(), 0);
    QCOMPARE(m_primary->remainingOutput(), QByteArray());
    QCOMPARE(m_primary->errors(), QByteArray());
}

void TestSingle::handsArgumentsOverWhole_data()
{
    addArgumentRows();
}

void TestSingle::handsArgumentsOverWhole()
{
    QFETCH(const QStringList, arguments);
    start({});
    const Outcome later = runTool(single(QStringList{u"--"_s} + arguments));
    QCOMPARE(later.status, 0);
    const QByteArray line = m_primary->nextLine();
    QCOMPARE(QJsonDocument::fromJson(line).object().value("arguments"_L1).toArray(),
             QJsonArray::fromStringList(arguments));
}

void TestSingle::runsTheCommandWithTheArguments_data()
{
    addArgumentRows();
}

void TestSingle::runsTheCommandWithTheArguments()
{
    QFETCH(const QStringList, arguments);
    const QString file = m_folder->filePath(u"arguments"_s);
    start({u"--on-activate"_s, u"for a; do printf '%s\\0' \"$a\"; done > '%1'"_s.arg(file)});
    const Outcome later = runTool(single(QStringList{u"--wait"_s, u"--"_s} + arguments));
    QCOMPARE(later.status, 0);
    QByteArray expected;
    for (const QString &argument : arguments)
        expected += argument.toUtf8() + '\0';
    QVERIFY(QFile::exists(file));
    QCOMPARE(contentsOf(file), expected);
}

void TestSingle::runsTheCommandWhereTheStartWas()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_ACTIVATION_TOKEN"_s, u"of the primary"_s);
    environment.insert(u"DESKTOP_STARTUP_ID"_s, u"of the primary"_s);
    const QString command =
        u"echo \"$(pwd) ${XDG_ACTIVATION_TOKEN-none} ${DESKTOP_STARTUP_ID-none}\""_s;
    m_primary = std::make_unique<Tool>(single({u"--on-activate"_s, command}), u"/"_s, environment);
    QVERIFY(!m_primary->nextLine().isEmpty());

    const QString folder = QDir(m_folder->path()).canonicalPath();
    environment.insert(u"XDG_ACTIVATION_TOKEN"_s, u"token"_s);
    environment.insert(u"DESKTOP_STARTUP_ID"_s, u"startup"_s);
    Tool later(single({}), folder, environment);
    QCOMPARE(m_primary->nextErrorLine(), QByteArray(folder.toUtf8() + " token startup"));
    QCOMPARE(later.exitStatus(), 0);

    environment.remove(u"XDG_ACTIVATION_TOKEN"_s);
    environment.remove(u"DESKTOP_STARTUP_ID"_s);
    Tool plain(single({}), folder, environment);
    QCOMPARE(m_primary->nextErrorLine(), QByteArray(folder.toUtf8() + " none none"));
    QCOMPARE(plain.exitStatus(), 0);
}

// In the primary's folder, relative names would be other files.
void TestSingle::runsTheCommandInTheRootFolderWhereItsOwnIsGone()
{
    m_primary = std::make_unique<Tool>(single({u"--on-activate"_s, u"pwd"_s}), u"/usr"_s,
                                       QProcessEnvironment::systemEnvironment());
    QVERIFY(!m_primary->nextLine().isEmpty());
    QProcess shell;
    shell.setWorkingDirectory(m_folder->path());
    shell.start(u"sh"_s,
                {u"-c"_s, u"rmdir \"$PWD\" && exec \"$0\" \"$@\""_s, QStringLiteral(QIPC_TOOL),
                 u"single"_s, m_id, u"--wait"_s});
    QCOMPARE(m_primary->nextErrorLine(), QByteArray("/"));
    QTRY_COMPARE(shell.state(), QProcess::NotRunning);
    QCOMPARE(shell.exitCode(), 0);
}

QByteArray TestSingle::makeOddFolder() const
{
    QProcess shell;
    shell.setWorkingDirectory(m_folder->path());
    shell.start(u"sh"_s,
                {u"-c"_s,
                 u"d=\"$(printf 'd\\377')\" && mkdir \"$d\" &&"
                 " echo text > \"$d/$(printf 'caf\\351')\""_s});
    const bool isMade = shell.waitForFinished() && shell.exitCode() == 0;
    return isMade ? QFile::encodeName(QDir(m_folder->path()).canonicalPath()) + "/d\377"
                  : QByteArray();
}

void TestSingle::startInOddFolder(QProcess &shell, const QStringList &rest) const
{
    const QString script = u"cd \"$(printf 'd\\377')\" &&"
                           " exec \"$0\" \"$@\" \"$(printf 'caf\\351')\""_s;
    shell.setWorkingDirectory(m_folder->path());
    shell.start(u"sh"_s,
                QStringList{u"-c"_s, script, QStringLiteral(QIPC_TOOL)}
                    + single(rest + QStringList{u"--"_s, u"plain"_s}));
}

void TestSingle::handsOverNamesThatAreNotUtf8()
{
    const QByteArray folder = makeOddFolder();
    if (folder.isEmpty())
        QSKIP("The file system takes names in UTF-8 only.");
    start({u"--on-activate"_s, u"pwd -P; cat -- \"$2\""_s});
    QProcess shell;
    startInOddFolder(shell, {u"--wait"_s});
    QCOMPARE(m_primary->nextErrorLine(), folder);
    QCOMPARE(m_primary->nextErrorLine(), QByteArray("text"));
    QTRY_COMPARE(shell.state(), QProcess::NotRunning);
    QCOMPARE(shell.exitCode(), 0);
    // The text shows what is not UTF-8 as U+FFFD; the bytes stand beside it.
    const auto line = QJsonDocument::fromJson(m_primary->nextLine()).object();
    QCOMPARE(line.value("arguments"_L1).toArray(), (QJsonArray{u"plain"_s, u"caf\uFFFD"_s}));
    const QJsonArray bytes = line.value("argumentBytes"_L1).toArray();
    QCOMPARE(bytes.size(), 2);
    QCOMPARE(bytes.at(1).toObject().value("data"_L1).toArray(), (QJsonArray{99, 97, 102, 0xe9}));
    QVERIFY(line.contains("workingDirectoryBytes"_L1));
}

void TestSingle::runsTheCommandForItsOwnNamesThatAreNotUtf8()
{
    const QByteArray folder = makeOddFolder();
    if (folder.isEmpty())
        QSKIP("The file system takes names in UTF-8 only.");
    QProcess shell;
    startInOddFolder(shell, {u"--on-activate"_s, u"pwd -P; cat -- \"$2\""_s});
    shell.setReadChannel(QProcess::StandardError);
    QTRY_VERIFY(shell.canReadLine());
    QCOMPARE(shell.readLine(), folder + '\n');
    QTRY_VERIFY(shell.canReadLine());
    QCOMPARE(shell.readLine(), QByteArray("text\n"));
    shell.terminate();
    QTRY_COMPARE(shell.state(), QProcess::NotRunning);
}

void TestSingle::runsTheCommandForItsOwnArguments_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("first");
    QTest::newRow("some") << QStringList{u"--"_s, u"a b"_s, u"c"_s} << QByteArray("2 a b c");
    QTest::newRow("without dashes") << QStringList{u"a"_s} << QByteArray("1 a");
    QTest::newRow("only dashes") << QStringList{u"--"_s} << QByteArray("0 ");
    QTest::newRow("none") << QStringList() << QByteArray("1 later");
}

void TestSingle::runsTheCommandForItsOwnArguments()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QByteArray, first);
    start(QStringList{u"--on-activate"_s, u"echo \"$# $*\""_s} + arguments);
    if (arguments.isEmpty())
        QCOMPARE(runTool(single({u"later"_s})).status, 0);
    QCOMPARE(m_primary->nextErrorLine(), first);
}

void TestSingle::keepsItsOutputFreeOfTheCommands()
{
    start({u"--on-activate"_s, u"echo output; echo errors >&2; cat"_s}); // cat has nothing to wait
    QCOMPARE(runTool(single({u"--wait"_s})).status, 0);
    QCOMPARE(m_primary->nextErrorLine(), QByteArray("output"));
    QCOMPARE(m_primary->nextErrorLine(), QByteArray("errors"));
    QVERIFY(m_primary->nextLine().startsWith(R"({"event":"activated",)"));
    m_primary->sendSignal(SIGTERM);
    QCOMPARE(m_primary->nextLine(), QByteArray(R"({"event":"closed"})"));
    QCOMPARE(m_primary->exitStatus(), 0);
}

void TestSingle::givesTheStatusOfTheCommand_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<int>("status");
    QTest::newRow("0") << u"true"_s << 0;
    QTest::newRow("1") << u"false"_s << 1;
    QTest::newRow("42") << u"exit 42"_s << 42;
    QTest::newRow("255") << u"exit 255"_s << 255;
    QTest::newRow("SIGTERM") << u"kill -TERM $$"_s << 128 + SIGTERM;
    QTest::newRow("SIGKILL") << u"kill -KILL $$"_s << 128 + SIGKILL;
    QTest::newRow("SIGPIPE") << u"kill -PIPE $$"_s << 128 + SIGPIPE;
    QTest::newRow("its child was killed") << u"sh -c 'kill -KILL $$'; exit $?"_s << 128 + SIGKILL;
    QTest::newRow("not found") << u"exec /no/such/program"_s << 127;
    QTest::newRow("nonsense") << u"("_s << 2;
}

void TestSingle::givesTheStatusOfTheCommand()
{
    QFETCH(const QString, command);
    QFETCH(const int, status);
    start({u"--on-activate"_s, command});
    const Outcome later = runTool(single({u"--wait"_s}));
    QCOMPARE(later.status, status);
    QCOMPARE(later.errors, QByteArray());
    QCOMPARE(runTool(single({})).status, 0);
}

void TestSingle::waitsForTheCommandOnlyWhenTold()
{
    const QString fifo = makeFifo(u"fifo"_s);
    start({u"--on-activate"_s, u"read -r status < '%1'; exit $status"_s.arg(fifo)});
    QCOMPARE(runTool(single({u"hurried"_s})).status, 0);
    QVERIFY(m_primary->nextLine().contains("hurried"));
    release(fifo, "1\n"); // its command, which nobody waits for

    // Longer than the timeout, which is for the primary to respond.
    QElapsedTimer time;
    time.start();
    Tool patient(single({u"--wait"_s, u"--timeout"_s, u"100"_s, u"patient"_s}));
    QVERIFY(m_primary->nextLine().contains("patient"));
    QTRY_VERIFY(time.hasExpired(300));
    QCOMPARE(patient.process().state(), QProcess::Running);
    release(fifo, "7\n");
    QCOMPARE(patient.exitStatus(), 7);
}

void TestSingle::runsManyCommandsAtOnce()
{
    constexpr int count = 8;
    start({u"--on-activate"_s, u"read -r status < \"$1\"; exit $status"_s});
    QStringList fifos;
    std::vector<std::unique_ptr<Tool>> starts;
    for (int i = 0; i < count; ++i) {
        fifos.append(makeFifo(QString::number(i)));
        starts.push_back(std::make_unique<Tool>(single({u"--wait"_s, u"--"_s, fifos.last()})));
    }
    for (int i = 0; i < count; ++i)
        QVERIFY(m_primary->nextLine().startsWith(R"({"event":"activated",)"));
    for (int i = count - 1; i >= 0; --i) {
        release(fifos.at(i), QByteArray::number(i + 1) + '\n');
        QCOMPARE(starts.at(size_t(i))->exitStatus(), i + 1);
    }
}

void TestSingle::runsTheCommandWithTheLocaleThatItGot_data()
{
    QTest::addColumn<QString>("locale");
    QTest::addColumn<QByteArray>("seen");
    QTest::newRow("none") << QString() << QByteArray("unset");
    QTest::newRow("empty") << u""_s << QByteArray();
    QTest::newRow("C") << u"C"_s << QByteArray("C");
    QTest::newRow("UTF-8") << u"C.UTF-8"_s << QByteArray("C.UTF-8");
}

void TestSingle::runsTheCommandWithTheLocaleThatItGot()
{
    QFETCH(const QString, locale);
    QFETCH(const QByteArray, seen);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LANG"_s, u"C"_s);
    environment.remove(u"LC_CTYPE"_s);
    if (locale.isNull())
        environment.remove(u"LC_ALL"_s);
    else
        environment.insert(u"LC_ALL"_s, locale);
    m_primary = std::make_unique<Tool>(
        single({u"--on-activate"_s, u"echo \"${LC_ALL-unset} $1\""_s, u"--"_s, u"grüße"_s}), u"/"_s,
        environment);
    QVERIFY(m_primary->nextLine().contains("grüße"));
    QCOMPARE(m_primary->nextErrorLine(), seen + " grüße");
}

void TestSingle::aStoppedPrimaryIsUnresponsive()
{
    start({});
    m_primary->sendSignal(SIGSTOP);
    QElapsedTimer time;
    time.start();
    const Outcome later = runTool(single({u"--timeout"_s, u"300"_s, u"--wait"_s, u"lost"_s}));
    const qint64 elapsed = time.elapsed(); // Qt's timers may come 5 % early
    m_primary->sendSignal(SIGCONT); // before a check fails: a stopped one would not end
    QCOMPARE(later.status, 6);
    QVERIFY2(elapsed >= 270 && elapsed < 5000, qPrintable(QString::number(elapsed)));
    QCOMPARE(later.output, QByteArray());
    QVERIFY2(later.errors.startsWith("qipc: there is a primary at \"")
                 && later.errors.endsWith("did not answer within 300 ms; "
                                          "end that process, or wait longer with --timeout\n"),
             later.errors.constData());

    QCOMPARE(runTool(single({u"after it"_s})).status, 0);
    QVERIFY(m_primary->nextLine().contains("after it")); // what it did not take in time is not here
}

void TestSingle::aPrimaryThatDoesNotTakeIsUnresponsive()
{
    start({});
    const QString address = filesOf(m_id).first(); // the lock beside it has a longer name
    m_primary->sendSignal(SIGTERM);
    QCOMPARE(m_primary->exitStatus(), 0);

    IPCServer server(address);
    std::optional<IPCResponder> pending;
    connect(&server, &IPCServer::requestReceived, this,
            [&](const QVariant &, const IPCResponder &respond) { pending = respond; });
    QVERIFY(server.listen());
    const Outcome later = runTool(single({u"--timeout"_s, u"300"_s}));
    QCOMPARE(later.status, 6);
    QCOMPARE(later.errors,
             "qipc: the primary of '" + m_id.toUtf8()
                 + "' did not take over within 300 ms; "
                   "end that process, or wait longer with --timeout\n");
    QVERIFY(pending);
}

void TestSingle::reportsAPrimaryOfAnotherKind_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("status");
    QTest::newRow("no answer") << QStringList() << 1;
    QTest::newRow("no exit code") << QStringList{u"--reply"_s, u"\"7\""_s} << 5;
}

void TestSingle::reportsAPrimaryOfAnotherKind()
{
    QFETCH(const QStringList, options);
    QFETCH(const int, status);
    start({});
    const QString address = filesOf(m_id).first();
    m_primary->sendSignal(SIGTERM);
    QCOMPARE(m_primary->exitStatus(), 0);

    m_primary = std::make_unique<Tool>(QStringList{u"serve"_s, address} + options);
    QVERIFY(m_primary->nextLine().startsWith(R"({"event":"ready",)"));
    const Outcome later = runTool(single({}));
    QCOMPARE(later.status, status);
    QVERIFY2(later.errors.startsWith("qipc: ") && later.errors.count('\n') == 1,
             later.errors.constData());
}

void TestSingle::leavesNothingButItsCommandsBehind()
{
    const QStringList command{u"--on-activate"_s,
                              u"read -r text < \"$1\"; echo \"$text\" > \"$1.read\""_s};
    start(command);
    QStringList fifos; // one each: of one for all, each would read some bytes
    std::vector<std::unique_ptr<Tool>> waiting;
    for (int i = 0; i < 3; ++i) {
        fifos.append(makeFifo(QString::number(i)));
        waiting.push_back(std::make_unique<Tool>(
            single(QStringList{u"--wait"_s} + command + QStringList{u"--"_s, fifos.last()})));
        QVERIFY(m_primary->nextLine().startsWith(R"({"event":"activated",)"));
    }
    m_primary->sendSignal(SIGTERM);
    QCOMPARE(m_primary->nextLine(), QByteArray(R"({"event":"closed"})"));
    QCOMPARE(filesOf(m_id), QStringList());
    QCOMPARE(m_primary->exitStatus(), 0);
    for (const auto &start : waiting) {
        QCOMPARE(start->exitStatus(), 5);
        QCOMPARE(start->remainingOutput(), QByteArray()); // it is not the next primary
    }

    start({});
    for (const QString &fifo : std::as_const(fifos)) {
        release(fifo, "text\n");
        QTRY_COMPARE(contentsOf(fifo + u".read"_s), QByteArray("text\n"));
    }
}

void TestSingle::ctrlCLeavesItsCommandsBehind()
{
    const QString fifo = makeFifo(u"fifo"_s);
    const QString file = m_folder->filePath(u"file"_s);
    QProcess primary;
    primary.setChildProcessModifier([] { ::setpgid(0, 0); }); // as a shell does
    primary.start(
        QStringLiteral(QIPC_TOOL),
        single({u"--on-activate"_s, u"read -r text < '%1'; echo \"$text\" > '%2'"_s.arg(fifo, file),
                u"--"_s}));
    QTRY_VERIFY(primary.canReadLine());
    QFile command(fifo);
    QVERIFY(command.open(QIODevice::WriteOnly | QIODevice::Unbuffered)); // once it runs
    QCOMPARE(::kill(-pid_t(primary.processId()), SIGINT), 0);
    QTRY_COMPARE(primary.state(), QProcess::NotRunning);
    QCOMPARE(primary.exitStatus(), QProcess::NormalExit);
    QCOMPARE(primary.exitCode(), 0);
    QCOMPARE(command.write("text\n"), 5);
    QTRY_COMPARE(contentsOf(file), QByteArray("text\n"));
}

void TestSingle::aKilledPrimaryIsSucceededByWhoWaits()
{
    const QString fifo = makeFifo(u"fifo"_s);
    start({u"--on-activate"_s, u"exec cat '%1'"_s.arg(fifo)});
    auto waiting = std::make_unique<Tool>(
        single({u"--wait"_s, u"--on-activate"_s, u"echo \"$1\""_s, u"--"_s, u"mine"_s}));
    QVERIFY(m_primary->nextLine().contains("mine"));
    QFile command(fifo); // of the one that is killed; it reads until this closes
    QVERIFY(command.open(QIODevice::WriteOnly)); // once it runs
    m_primary->kill();
    QVERIFY(waiting->nextLine().startsWith(R"({"event":"ready","arguments":["mine"],)"));
    QCOMPARE(waiting->nextErrorLine(), QByteArray("mine"));
    m_primary = std::move(waiting);
}

void TestSingle::theScopeSeparates()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(u"WAYLAND_DISPLAY"_s);
    environment.insert(u"DISPLAY"_s, u":1"_s);
    const QStringList arguments = single({u"--scope"_s, u"display"_s});
    Tool one(arguments, u"/"_s, environment);
    QVERIFY(one.nextLine().startsWith(R"({"event":"ready",)"));
    Tool sameDisplay(arguments, u"/"_s, environment);
    QCOMPARE(sameDisplay.exitStatus(), 0);
    environment.insert(u"DISPLAY"_s, u":2"_s);
    Tool two(arguments, u"/"_s, environment);
    QVERIFY(two.nextLine().startsWith(R"({"event":"ready",)"));
    start({u"--scope"_s, u"user"_s});
    for (Tool *tool : {&one, &two}) {
        tool->sendSignal(SIGTERM);
        QCOMPARE(tool->exitStatus(), 0);
    }
}

void TestSingle::theDirectorySeparates()
{
    start({});
    const QString directory = m_folder->filePath(u"profile"_s);
    const QStringList profile = single({u"--directory"_s, directory});
    Tool other(profile);
    QCOMPARE(stringIn(other.nextLine(), u"event"_s), u"ready"_s);
    QVERIFY(!QDir(directory).entryList(QDir::System).isEmpty());
    QCOMPARE(runTool(profile).status, 0);
    QCOMPARE(stringIn(other.nextLine(), u"event"_s), u"activated"_s);
    QCOMPARE(m_primary->remainingOutput(), QByteArray());
    other.sendSignal(SIGTERM);
    QCOMPARE(other.exitStatus(), 0);
    QCOMPARE(QDir(directory).entryList(QDir::System | QDir::Files), QStringList());
}

void TestSingle::refusesADirectoryThatIsNone_data()
{
    QTest::addColumn<QString>("directory");
    QTest::addColumn<int>("status");
    QTest::newRow("empty") << QString() << 2;
    QTest::newRow("a file") << u"/etc/passwd"_s << 3;
    QTest::newRow("in none") << u"/nowhere/profile"_s << 3;
    QTest::newRow("everybody's") << u"/tmp"_s << 3;
}

void TestSingle::refusesADirectoryThatIsNone()
{
    QFETCH(const QString, directory);
    const Outcome outcome = runTool(single({u"--directory"_s, directory}));
    QTEST(outcome.status, "status");
    QVERIFY2(outcome.errors.contains(directory.toUtf8()), outcome.errors.constData());
}

void TestSingle::endsQuietlyWhenNobodyReads()
{
    QProcess head;
    Tool primary(single({}), head);
    head.start(u"head"_s, {u"-n"_s, u"1"_s});
    QTRY_COMPARE(head.state(), QProcess::NotRunning); // it has read of the readiness
#ifdef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(runTool(single({})).status, 0); // there it is noticed when there is something to print
#endif
    QCOMPARE(primary.exitStatus(), 0);
    QCOMPARE(primary.errors(), QByteArray());
}

QTEST_GUILESS_MAIN(TestSingle)
#include "tst_single.moc"
