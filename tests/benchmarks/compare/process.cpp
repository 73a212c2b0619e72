// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "process.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

//! The number in the line `key: number …` of a file in /proc.
double statusOf(const QString &folder, const char *key)
{
    QFile file(folder + u"/status");
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray start = QByteArray(key) + ':';
    const auto lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(start))
            return line.mid(start.size()).simplified().split(' ').constFirst().toDouble();
    }
    return 0;
}

QProcessEnvironment environment(Dispatcher dispatcher)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    switch (dispatcher) {
    case Dispatcher::Qt:
        environment.insert(u"QT_NO_GLIB"_s, u"1"_s);
        break;
    case Dispatcher::GLib:
        environment.remove(u"QT_NO_GLIB"_s);
        break;
    }
    environment.insert(u"NODE_PATH"_s, QStringLiteral(COMPARE_NODE_MODULES));
    return environment;
}

} // namespace

Process::Process(const QStringList &program, Dispatcher dispatcher)
{
    m_process.setProcessEnvironment(environment(dispatcher));
    m_process.setProcessChannelMode(QProcess::SeparateChannels);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process.start(program.constFirst(), program.mid(1));
    m_error = hear(10s).error;
}

Process::~Process()
{
    m_process.kill();
    m_process.waitForFinished();
}

Answer Process::ask(const QJsonObject &command, std::chrono::milliseconds patience)
{
    tell(command);
    return hear(patience);
}

void Process::tell(const QJsonObject &command)
{
    m_process.write(QJsonDocument(command).toJson(QJsonDocument::Compact) + '\n');
    m_process.waitForBytesWritten(0); // there is no event loop to do it
}

Answer Process::hear(std::chrono::milliseconds patience)
{
    if (!m_error.isEmpty())
        return {{}, m_error};
    const QDeadlineTimer deadline(patience);
    while (!m_process.canReadLine()) {
        if (m_process.waitForReadyRead(int(deadline.remainingTime())))
            continue;
        if (m_process.state() != QProcess::NotRunning)
            return {{}, u"hangs"_s};
        const auto said = QString::fromLocal8Bit(m_process.readAllStandardError()).trimmed();
        return {{}, said.isEmpty() ? m_process.errorString() : said};
    }
    return {QJsonDocument::fromJson(m_process.readLine()).object(), {}};
}

QStringList Process::tasks() const
{
    const QString folder = u"/proc/%1/task"_s.arg(m_process.processId());
    QStringList tasks;
    const auto ids = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &id : ids)
        tasks << folder + u'/' + id;
    return tasks;
}

void Process::pin(int core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    const int available = int(::sysconf(_SC_NPROCESSORS_ONLN));
    for (int i = 0; i < available; ++i) {
        if (core < 0 || i == core % available)
            CPU_SET(i, &cores);
    }
    const auto all = tasks();
    for (const QString &task : all)
        ::sched_setaffinity(task.section(u'/', -1).toInt(), sizeof(cores), &cores);
}

double Process::residentBytes() const
{
    return 1024 * statusOf(u"/proc/%1"_s.arg(m_process.processId()), "VmRSS");
}

double Process::sleeps() const
{
    double sum = 0;
    const auto all = tasks();
    for (const QString &task : all)
        sum += statusOf(task, "voluntary_ctxt_switches");
    return sum;
}

} // namespace compare
