// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "tool.h"

#include <QtCore/QJsonDocument>

#include <csignal>

using namespace Qt::StringLiterals;

namespace {
constexpr int patience = 20'000; // ms; only a failing test waits for so long
}

Tool::Tool(const QStringList &arguments)
{
    start(arguments);
}

Tool::Tool(const QStringList &arguments, QProcess &reader)
{
    m_process.setStandardOutputProcess(&reader);
    start(arguments);
}

Tool::Tool(const QStringList &arguments, const std::function<void()> &modifier)
{
    m_process.setChildProcessModifier(modifier);
    start(arguments);
}

Tool::Tool(const QStringList &arguments, const QString &folder,
           const QProcessEnvironment &environment)
{
    m_process.setWorkingDirectory(folder);
    m_process.setProcessEnvironment(environment);
    start(arguments);
}

Tool::~Tool()
{
    m_process.kill();
    m_process.waitForFinished();
}

void Tool::start(const QStringList &arguments)
{
    m_process.start(QStringLiteral(QIPC_TOOL), arguments);
}

void Tool::write(const QByteArray &line)
{
    m_process.write(line + '\n');
}

void Tool::sendSignal(int number)
{
    const auto process = pid_t(m_process.processId());
    // A signal to the process 0 would go to the test itself.
    QVERIFY2(process > 0, "the tool has ended already");
    ::kill(process, number);
}

QByteArray Tool::nextLine()
{
    return nextLine(QProcess::StandardOutput);
}

QByteArray Tool::nextErrorLine()
{
    return nextLine(QProcess::StandardError);
}

QByteArray Tool::nextLine(QProcess::ProcessChannel channel)
{
    m_process.setReadChannel(channel);
    const auto isThere = [this] {
        return m_process.canReadLine() || m_process.state() == QProcess::NotRunning;
    };
    if (!QTest::qWaitFor(isThere, patience))
        return QByteArray();
    QByteArray line = m_process.readLine();
    if (line.endsWith('\n'))
        line.chop(1);
    return line;
}

int Tool::exitStatus()
{
    const auto hasEnded = [this] { return m_process.state() == QProcess::NotRunning; };
    if (!QTest::qWaitFor(hasEnded, patience))
        return -2;
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

Outcome runTool(const QStringList &arguments, const QByteArray &input)
{
    Tool tool(arguments);
    tool.process().write(input);
    tool.endInput();
    const int status = tool.exitStatus();
    return {status, tool.remainingOutput(), tool.errors()};
}

QString stringIn(const QByteArray &line, const QString &key)
{
    return QJsonDocument::fromJson(line).object().value(key).toString();
}
