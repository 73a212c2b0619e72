// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_CLI_TOOL_H
#define QIPC_TESTS_CLI_TOOL_H

#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QProcess>
#include <QtCore/QStringList>
#include <QtTest/QTest>

#include <functional>

//! A running `qipc`. Everything waits in an event loop, so that a peer may live in the test itself.
class Tool
{
public:
    explicit Tool(const QStringList &arguments);
    //! As a shell's pipe into \a reader, which is still to be started.
    Tool(const QStringList &arguments, QProcess &reader);
    //! With \a modifier called in the process that becomes it, between fork() and exec().
    Tool(const QStringList &arguments, const std::function<void()> &modifier);
    //! In \a folder, with the variables of \a environment.
    Tool(const QStringList &arguments, const QString &folder,
         const QProcessEnvironment &environment);
    ~Tool();
    Q_DISABLE_COPY_MOVE(Tool)

    //! Writes a line to its standard input.
    void write(const QByteArray &line);
    //! Ends its standard input.
    void endInput() { m_process.closeWriteChannel(); }
    //! Sends it a signal of the system.
    void sendSignal(int number);
    void kill() { m_process.kill(); }

    //! The next line that it prints; where none comes, none.
    [[nodiscard]] QByteArray nextLine();
    //! As nextLine(), of standard error.
    [[nodiscard]] QByteArray nextErrorLine();

    //! Its exit status, once it has ended; -1 where a signal ended it, -2 where it did not end.
    [[nodiscard]] int exitStatus();
    //! What else it printed.
    [[nodiscard]] QByteArray remainingOutput() { return m_process.readAllStandardOutput(); }
    [[nodiscard]] QByteArray errors() { return m_process.readAllStandardError(); }

    [[nodiscard]] QProcess &process() { return m_process; }

private:
    void start(const QStringList &arguments);
    [[nodiscard]] QByteArray nextLine(QProcess::ProcessChannel channel);

    QProcess m_process;
};

//! What a `qipc` did that ran to its end.
struct Outcome
{
    int status;
    QByteArray output;
    QByteArray errors;
};

//! Runs `qipc` with \a arguments, and with \a input at its standard input.
[[nodiscard]] Outcome runTool(const QStringList &arguments, const QByteArray &input = QByteArray());

//! A member of the JSON object that \a line is.
[[nodiscard]] QString stringIn(const QByteArray &line, const QString &key);

#endif
