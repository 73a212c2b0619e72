// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_SINGLE_START_H
#define QIPC_TESTS_SINGLE_START_H

#include "reachableprogram.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>

#include <csignal>

constexpr int patience = 20'000; // ms: for machines that are busy with something else

//! One start of the program `instance`.
class Start
{
public:
    Start(const QString &id, const QStringList &arguments,
          const QString &command = QStringLiteral("run"))
        : m_arguments(QStringList{id, command} + arguments)
    {
        m_process.setProgram(QStringLiteral(QIPC_TEST_INSTANCE));
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    }
    ~Start()
    {
        m_process.closeWriteChannel(); // a primary ends then
        if (!m_process.waitForFinished(patience))
            m_process.kill();
        m_process.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Start)

    //! Runs it by another program, such as `unshare --pid`.
    void runBy(const QString &program, const QStringList &options)
    {
        m_arguments = options + QStringList{m_process.program()} + m_arguments;
        m_process.setProgram(program);
    }
    //! As runBy(), a copy that another user can run.
    void runBy(const QString &program, const QStringList &options, const ReachableProgram &copy)
    {
        m_process.setProgram(copy.path());
        runBy(program, options);
    }
    void setEnvironment(const QProcessEnvironment &environment)
    {
        m_process.setProcessEnvironment(environment);
    }
    void setFolder(const QString &folder) { m_process.setWorkingDirectory(folder); }

    void begin()
    {
        m_process.setArguments(m_arguments);
        m_process.start();
    }
    [[nodiscard]] QStringList lines()
    {
        m_output += m_process.readAllStandardOutput();
        return QString::fromUtf8(m_output).split(u'\n', Qt::SkipEmptyParts);
    }
    [[nodiscard]] bool says(const QString &line) { return lines().contains(line); }
    //! Whether it is the primary, or has handed over.
    [[nodiscard]] bool isDecided() { return isOver() || says(QStringLiteral("role Primary")); }
    [[nodiscard]] bool isPrimary() { return !isOver() && says(QStringLiteral("role Primary")); }
    [[nodiscard]] bool isOver() const { return m_process.state() == QProcess::NotRunning; }
    [[nodiscard]] int exitCode() const { return m_process.exitCode(); }
    //! The arguments of each start that it got.
    [[nodiscard]] QList<QJsonArray> activations()
    {
        const QString prefix = QStringLiteral("activated ");
        QList<QJsonArray> all;
        for (const QString &line : lines()) {
            if (line.startsWith(prefix))
                all.append(QJsonDocument::fromJson(line.mid(prefix.size()).toUtf8()).array());
        }
        return all;
    }
    //! How long its start() took, in ms.
    [[nodiscard]] int startTime()
    {
        static const QRegularExpression pattern(QStringLiteral("^started after (\\d+) ms$"),
                                                QRegularExpression::MultilineOption);
        return pattern.match(lines().join(u'\n')).captured(1).toInt();
    }
    void signal(int number) { ::kill(pid_t(m_process.processId()), number); }
    [[nodiscard]] QProcess &process() { return m_process; }

private:
    QStringList m_arguments;
    QProcess m_process;
    QByteArray m_output;
};

#endif
