// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "tool.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace Qt::StringLiterals;

//! What the tool makes of its command line, before it talks to anybody.
class TestUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void helpListsTheCommands();
    void helpOfACommandShowsOptionsAndExamples_data();
    void helpOfACommandShowsOptionsAndExamples();
    void helpOfSingleShowsWhereItsArgumentsStand();
    void printsItsVersion();
    void refusesBadUsage_data();
    void refusesBadUsage();
    void refusesValuesFromInputThatAreNone_data();
    void refusesValuesFromInputThatAreNone();
    void reportsThatOutputCannotBeWritten();
    void isSilentAboutTheLocale();
};

namespace {

const QStringList commandNames = {u"serve"_s, u"listen"_s,    u"send"_s,   u"request"_s,
                                  u"ping"_s,  u"subscribe"_s, u"publish"_s};

void verifyFitsTheTerminal(const QByteArray &text)
{
    for (const QByteArray &line : text.split('\n'))
        QVERIFY2(line.size() <= 80, line.constData());
}

} // namespace

void TestUsage::helpListsTheCommands()
{
    const Outcome outcome = runTool({u"--help"_s});
    QCOMPARE(outcome.status, 0);
    QCOMPARE(outcome.errors, QByteArray());
    QVERIFY(outcome.output.startsWith("Usage: qipc COMMAND PATH"));
    for (const QString &name : commandNames)
        QVERIFY2(outcome.output.contains(QByteArray("\n  " + name.toUtf8() + " PATH")),
                 qPrintable(name));
    QVERIFY(outcome.output.contains("\n  single ID [-- ARG...]"));
    QVERIFY(outcome.output.contains("\nExit status:\n"));
    QVERIFY(outcome.output.contains("\nExamples:\n"));
    verifyFitsTheTerminal(outcome.output);
    QCOMPARE(runTool({u"-h"_s}).output, outcome.output);
    QCOMPARE(runTool({u"help"_s}).output, outcome.output);
    QCOMPARE(runTool({u"help"_s, u"help"_s}).output, outcome.output);
}

void TestUsage::helpOfACommandShowsOptionsAndExamples_data()
{
    QTest::addColumn<QString>("command");
    for (const QString &name : commandNames)
        QTest::newRow(qPrintable(name)) << name;
}

void TestUsage::helpOfACommandShowsOptionsAndExamples()
{
    QFETCH(const QString, command);
    const Outcome outcome = runTool({command, u"--help"_s});
    QCOMPARE(outcome.status, 0);
    QCOMPARE(outcome.errors, QByteArray());
    QVERIFY(outcome.output.startsWith(QByteArray("Usage: qipc " + command.toUtf8() + " PATH")));
    QVERIFY(outcome.output.contains("\n  --codec json|msgpack|auto "));
    QVERIFY(outcome.output.contains("\nExamples:\n  "));
    QVERIFY(outcome.output.contains(QByteArray("qipc " + command.toUtf8())));
    verifyFitsTheTerminal(outcome.output);
    QCOMPARE(runTool({u"help"_s, command}).output, outcome.output);
    QCOMPARE(runTool({u"--help"_s, command}).output, outcome.output);
}

void TestUsage::helpOfSingleShowsWhereItsArgumentsStand()
{
    const Outcome outcome = runTool({u"single"_s, u"--help"_s});
    QCOMPARE(outcome.status, 0);
    QVERIFY(outcome.output.startsWith("Usage: qipc single ID [OPTION...] [-- ARG...]\n"));
    QVERIFY(outcome.output.contains("\n  --on-activate CMD "));
    QVERIFY(outcome.output.contains("\nExamples:\n  "));
    verifyFitsTheTerminal(outcome.output);
}

void TestUsage::printsItsVersion()
{
    const Outcome outcome = runTool({u"--version"_s});
    QCOMPARE(outcome.status, 0);
    QCOMPARE(outcome.output, QByteArray("qipc " QIPC_VERSION "\n"));
    QCOMPARE(outcome.errors, QByteArray());
    QCOMPARE(runTool({u"-V"_s}).output, outcome.output);
    QCOMPARE(runTool({u"ping"_s, u"--version"_s}).output, outcome.output);
    QCOMPARE(runTool({u"ping"_s, u"-V"_s}).output, outcome.output);
}

void TestUsage::refusesBadUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");

    const auto row = [](const char *name, const QStringList &arguments, const QByteArray &says) {
        QTest::newRow(name) << arguments << says;
    };
    row("nothing", {}, "COMMAND is missing; see 'qipc --help'");
    row("unknown command", {u"talk"_s, u"x"_s}, "there is no command 'talk'; see 'qipc --help'");
    row("a letter is missing", {u"lsten"_s, u"x"_s},
        "there is no command 'lsten'; did you mean 'listen'?");
    row("letters are swapped", {u"reqeust"_s, u"x"_s},
        "there is no command 'reqeust'; did you mean 'request'?");
    row("a command cut short", {u"pub"_s, u"x"_s},
        "there is no command 'pub'; did you mean 'publish'?");
    row("a beginning of two commands", {u"se"_s, u"x"_s},
        "there is no command 'se'; see 'qipc --help'");
    row("help of an unknown command", {u"help"_s, u"serv"_s},
        "there is no command 'serv'; did you mean 'serve'?");
    row("an option before the command", {u"--timeout=5"_s, u"ping"_s, u"x"_s},
        "options stand behind the command: qipc COMMAND PATH --timeout=5");
    row("a misspelt option alone", {u"--hepl"_s},
        "there is no option --hepl; did you mean --help?");
    row("an unknown option alone", {u"--fast"_s}, "there is no option --fast; see 'qipc --help'");
    row("no path", {u"ping"_s}, "PATH is missing; see 'qipc ping --help'");
    row("no value", {u"request"_s, u"x"_s}, "JSON is missing; see 'qipc request --help'");
    row("no values", {u"send"_s, u"x"_s}, "JSON is missing; see 'qipc send --help'");
    row("no topic", {u"subscribe"_s, u"x"_s}, "TOPIC is missing; see 'qipc subscribe --help'");
    row("no topic and value", {u"publish"_s, u"x"_s},
        "TOPIC is missing; see 'qipc publish --help'");
    row("no value behind the topic", {u"publish"_s, u"x"_s, u"t"_s},
        "JSON is missing; see 'qipc publish --help'");
    row("one value too many", {u"request"_s, u"x"_s, u"1"_s, u"2"_s},
        "'2' is one argument too many (are quotes missing?); see 'qipc request --help'");
    row("a value where there is none", {u"serve"_s, u"x"_s, u"1"_s},
        "'1' is one argument too many (are quotes missing?); see 'qipc serve --help'");
    row("unknown option", {u"send"_s, u"x"_s, u"1"_s, u"--fast"_s},
        "'send' has no option --fast; see 'qipc send --help'");
    row("unknown short option", {u"send"_s, u"x"_s, u"1"_s, u"-f"_s},
        "'send' has no option -f; see 'qipc send --help'");
    row("a misspelt option", {u"ping"_s, u"x"_s, u"--tmeout=5"_s},
        "'ping' has no option --tmeout; did you mean --timeout?");
    row("an option behind one dash", {u"ping"_s, u"x"_s, u"-timeout"_s, u"5"_s},
        "'ping' has no option -t; did you mean --timeout?");
    row("another command's option", {u"send"_s, u"x"_s, u"1"_s, u"--echo"_s},
        "'send' has no option --echo; see 'qipc send --help'");
    row("a negative number", {u"send"_s, u"x"_s, u"-1"_s},
        "a value that starts with a dash needs -- before it: qipc send PATH -- -1");
    row("option without its value", {u"send"_s, u"x"_s, u"1"_s, u"--codec"_s},
        "missing value after '--codec'; see 'qipc send --help'");
    row("unknown codec", {u"send"_s, u"x"_s, u"1"_s, u"--codec"_s, u"xml"_s},
        "--codec is json, msgpack or auto, not 'xml'");
    row("no timeout", {u"ping"_s, u"x"_s, u"--timeout"_s, u"soon"_s},
        "--timeout is a whole number, 0 or more, not 'soon'");
    row("negative timeout", {u"ping"_s, u"x"_s, u"--timeout=-1"_s},
        "--timeout is a whole number, 0 or more, not '-1'");
    row("no count", {u"ping"_s, u"x"_s, u"-c"_s, u"0"_s},
        "--count is a whole number, 1 or more, not '0'");
    row("two ways to answer", {u"serve"_s, u"x"_s, u"--echo"_s, u"--reply"_s, u"1"_s},
        "--echo and --reply exclude each other");
    row("no id", {u"single"_s}, "ID is missing; see 'qipc single --help'");
    row("empty id", {u"single"_s, QString()},
        "ID is empty; it is the name of a program, such as org.example.viewer");
    row("argument with a dash", {u"single"_s, u"x"_s, u"-1"_s},
        "a value that starts with a dash needs -- before it: qipc single ID -- -1");
    row("unknown scope", {u"single"_s, u"x"_s, u"--scope"_s, u"world"_s},
        "--scope is user, session or display, not 'world'");
    row("empty command", {u"single"_s, u"x"_s, u"--on-activate"_s, QString()},
        "--on-activate is a command for the shell, not ''");
    row("bad JSON", {u"send"_s, u"x"_s, u"1"_s, u"{\"a\""_s},
        "'{\"a\"': invalid JSON at byte 4: expected ':', but the text ends");
    row("an unquoted word", {u"request"_s, u"x"_s, u"hello"_s},
        "'hello': invalid JSON at byte 0: expected a value; --string takes it as text");
    row("bad payload", {u"ping"_s, u"x"_s, u"--payload"_s, u"[1"_s},
        "--payload '[1': invalid JSON at byte 2: expected ',' or ']', but the text ends");
    row("bad reply", {u"serve"_s, u"x"_s, u"--reply"_s, u"{]"_s},
        "--reply '{]': invalid JSON at byte 1: expected a key in quotes");
    row("standard input twice", {u"send"_s, u"x"_s, u"-"_s, u"-"_s, u"--string"_s},
        "standard input is one value: - can stand only once");
}

void TestUsage::refusesBadUsage()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QByteArray, says);
    const Outcome outcome = runTool(arguments);
    QCOMPARE(outcome.errors, "qipc: " + says + '\n');
    QCOMPARE(outcome.output, QByteArray());
    QCOMPARE(outcome.status, 2);
}

void TestUsage::refusesValuesFromInputThatAreNone_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray() << QByteArray("expected a value, but the text ends");
    QTest::newRow("two values") << QByteArray("1\n2\n") << QByteArray("expected nothing more");
    QTest::newRow("too deep") << QByteArray(200, '[') << QByteArray("nested deeper");
}

void TestUsage::refusesValuesFromInputThatAreNone()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QByteArray, says);
    const Outcome outcome = runTool({u"send"_s, u"x"_s, u"-"_s}, input);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.errors.startsWith("qipc: standard input: "), outcome.errors.constData());
    QVERIFY2(outcome.errors.contains(says), outcome.errors.constData());
    QCOMPARE(outcome.errors.count('\n'), 1);
}

void TestUsage::reportsThatOutputCannotBeWritten()
{
    const QString full = u"/dev/full"_s;
    if (!QFile::exists(full))
        QSKIP("there is no /dev/full");
    QProcess process;
    process.setStandardOutputFile(full);
    process.start(QStringLiteral(QIPC_TOOL), {u"--version"_s});
    QVERIFY(process.waitForFinished());
    QVERIFY(process.readAllStandardError().startsWith("qipc: cannot write to standard output: "));
    QCOMPARE(process.exitCode(), 2);
}

void TestUsage::isSilentAboutTheLocale()
{
#ifndef Q_OS_LINUX
    QSKIP("a matter of the system");
#endif
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LC_ALL"_s, u"C"_s);
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(QIPC_TOOL), {u"--version"_s});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.readAllStandardError(), QByteArray());
}

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
