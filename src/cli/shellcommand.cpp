// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "shellcommand_p.h"

#include "output_p.h"

#include <QtCore/QFileInfo>
#include <QtCore/QProcess>

#ifdef Q_OS_UNIX
#include <csignal>

#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

#ifdef Q_OS_UNIX
constexpr auto shell = "/bin/sh"_L1;
#else
constexpr auto shell = "sh"_L1;
#endif

constexpr int notFound = 127; // as a shell says it
constexpr int killed = 128;

//! A QProcess kills what it runs when it is deleted. So one that runs at the end is never deleted;
//! it stays in this list, where a leak checker finds it.
[[nodiscard]] QList<QProcess *> &running()
{
    static auto *const list = new QList<QProcess *>;
    return *list;
}

void setOrUnset(QProcessEnvironment &environment, const QString &name, const QByteArray &value)
{
    if (value.isEmpty())
        environment.remove(name);
    else
        environment.insert(name, QString::fromUtf8(value));
}

[[nodiscard]] QProcessEnvironment environmentFor(const StartContext &start)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    setOrUnset(environment, u"XDG_ACTIVATION_TOKEN"_s, start.activationToken);
    setOrUnset(environment, u"DESKTOP_STARTUP_ID"_s, start.startupId);
    return environment;
}

void setFolder(QProcess &process, const QString &folder)
{
    const QFileInfo info(folder);
    if (info.isDir() && info.isExecutable())
        process.setWorkingDirectory(folder);
}

// Standard output is for the lines of the tool, and so is the terminal.
void detach(QProcess &process)
{
    process.setStandardInputFile(QProcess::nullDevice());
    process.setProcessChannelMode(QProcess::ForwardedChannels);
#ifdef Q_OS_UNIX
    process.setChildProcessModifier([] {
        ::setsid(); // Ctrl+C at our terminal is for us alone
        ::dup2(STDERR_FILENO, STDOUT_FILENO);
        std::signal(SIGPIPE, SIG_DFL); // which the tool ignores
    });
#endif
}

void dispose(QProcess *process)
{
    running().removeOne(process);
    process->deleteLater();
}

} // namespace

void runByShell(const QString &command, const StartContext &start,
                const std::function<void(int)> &finished)
{
    auto *process = new QProcess;
    running().append(process);
    setFolder(*process, start.workingDirectory);
    process->setProcessEnvironment(environmentFor(start));
    detach(*process);
    QObject::connect(process, &QProcess::finished, process,
                     [process, finished](int number, QProcess::ExitStatus how) {
                         dispose(process);
                         // Of one that was killed, QProcess tells the number of the signal.
                         finished(how == QProcess::NormalExit ? number : killed + number);
                     });
    QObject::connect(process, &QProcess::errorOccurred, process,
                     [process, finished](QProcess::ProcessError error) {
                         if (error != QProcess::FailedToStart)
                             return;
                         dispose(process);
                         complain("cannot run "_L1 % shell % ": "_L1 % process->errorString());
                         finished(notFound);
                     });
    process->start(shell, QStringList{u"-c"_s, command, shell} + start.arguments);
}

} // namespace qipc::cli
