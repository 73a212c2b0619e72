// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "shellcommand_p.h"

#include "output_p.h"

#include <QtCore/QFileInfo>
#include <QtCore/QProcess>

#include <memory>
#include <vector>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <csignal>
#include <cstring>

#include <unistd.h>

extern char **environ; // which not every system's unistd.h declares
#endif

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

#ifdef Q_OS_UNIX
constexpr auto shell = "/bin/sh";
#else
constexpr auto shell = "sh";
#endif

// As a shell says it.
[[maybe_unused]] constexpr int cannotRun = 126;
constexpr int notFound = 127;
constexpr int killed = 128;

//! A QProcess kills what it runs when it is deleted. So one that runs at the end is never deleted;
//! it stays in this list, where a leak checker finds it.
[[nodiscard]] QList<QProcess *> &running()
{
    static auto *const list = new QList<QProcess *>;
    return *list;
}

#ifdef Q_OS_UNIX
//! What becomes of the child: the shell, in the folder, with arguments that are bytes. A QProcess
//! has text for these. Made before the fork(), after which nothing may be allocated.
class ShellStart
{
public:
    ShellStart(const QString &command, const StartContext &start);
    Q_DISABLE_COPY_MOVE(ShellStart)

    //! In the child. Does not return.
    [[noreturn]] void run() const;

private:
    [[noreturn]] static void fail(const char *text, int status);
    [[nodiscard]] static std::vector<char *> pointersTo(QList<QByteArray> &texts);

    const QByteArray m_folder;
    QList<QByteArray> m_arguments;
    QList<QByteArray> m_environment;
    std::vector<char *> m_argv;
    std::vector<char *> m_envp;
};

ShellStart::ShellStart(const QString &command, const StartContext &start)
    : m_folder(start.workingDirectoryBytes)
    , m_arguments(QList<QByteArray>{shell, "-c", command.toLocal8Bit(), shell}
                  + start.argumentBytes)
{
    const QByteArray token("XDG_ACTIVATION_TOKEN=");
    const QByteArray startupId("DESKTOP_STARTUP_ID=");
    for (char **variable = environ; variable && *variable; ++variable) {
        const QByteArray text(*variable);
        if (!text.startsWith(token) && !text.startsWith(startupId))
            m_environment.append(text);
    }
    if (!start.activationToken.isEmpty())
        m_environment.append(token + start.activationToken);
    if (!start.startupId.isEmpty())
        m_environment.append(startupId + start.startupId);
    m_argv = pointersTo(m_arguments);
    m_envp = pointersTo(m_environment);
}

std::vector<char *> ShellStart::pointersTo(QList<QByteArray> &texts)
{
    std::vector<char *> pointers;
    pointers.reserve(size_t(texts.size()) + 1);
    for (QByteArray &text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

void ShellStart::run() const
{
    ::setsid(); // Ctrl+C at our terminal is for us alone
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    std::signal(SIGPIPE, SIG_DFL); // which the tool ignores
    // Where the folder is gone, not that of this process: relative names would be other files.
    if (::chdir(m_folder.constData()) != 0 && ::chdir("/") != 0)
        fail("qipc: cannot run the command: its folder is gone\n", cannotRun);
    ::execve(shell, m_argv.data(), m_envp.data());
    if (errno == E2BIG)
        fail("qipc: cannot run the command: more arguments than the system allows\n", cannotRun);
    fail("qipc: cannot run the command: there is no /bin/sh\n", notFound);
}

// With what may be called after fork().
void ShellStart::fail(const char *text, int status)
{
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text, std::strlen(text));
    ::_exit(status);
}
#else
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
#endif

// Standard output is for the lines of the tool, and so is the terminal.
void prepare(QProcess &process, const QString &command, const StartContext &start)
{
    process.setStandardInputFile(QProcess::nullDevice());
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.setProgram(QString::fromLatin1(shell));
#ifdef Q_OS_UNIX
    process.setChildProcessModifier(
        [child = std::make_shared<const ShellStart>(command, start)] { child->run(); });
#else
    const QFileInfo folder(start.workingDirectory);
    if (folder.isDir() && folder.isExecutable())
        process.setWorkingDirectory(start.workingDirectory);
    process.setProcessEnvironment(environmentFor(start));
    process.setArguments(QStringList{u"-c"_s, command, QString::fromLatin1(shell)}
                         + start.arguments);
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
    prepare(*process, command, start);
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
                         complain("cannot run "_L1 % QLatin1StringView(shell) % ": "_L1
                                  % process->errorString());
                         finished(notFound);
                     });
    process->start();
}

} // namespace qipc::cli
