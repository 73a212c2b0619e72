// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "worker.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

#include <signal.h>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 60'000; // ms: more than a role has with itself

} // namespace

Worker::Worker(const QString &role, const QStringList &arguments, QObject *parent)
    : QProcess(parent)
    , m_role(role)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    // What glibc keeps for each thread would count as in use, up to hundreds of KiB.
    environment.insert(u"GLIBC_TUNABLES"_s, u"glibc.malloc.tcache_count=0"_s);
    setProcessEnvironment(environment);
    setProcessChannelMode(ForwardedErrorChannel);
    connect(this, &QProcess::readyReadStandardOutput, this, &Worker::readLines);
    connect(this, &QProcess::finished, this, [this](int code) {
        if (m_mustLive)
            Q_EMIT complained(u"the process of the %1 has ended, with %2"_s.arg(m_role).arg(code));
    });
    start(QCoreApplication::applicationFilePath(), QStringList(role) + arguments);
}

Worker::~Worker()
{
    m_mustLive = false;
    kill();
    waitForFinished();
}

void Worker::order(const QByteArray &what)
{
    if (what == "rest")
        m_rested = {};
    write(what + '\n');
}

void Worker::readLines()
{
    while (canReadLine())
        takeLine(QJsonDocument::fromJson(readLine()).object());
}

void Worker::takeLine(const QJsonObject &line)
{
    const QString kind = line["kind"_L1].toString();
    if (kind == "life"_L1)
        Q_EMIT lifeTold(line);
    else if (kind == "counts"_L1)
        m_counts = line["counts"_L1].toObject();
    else if (kind == "complaint"_L1)
        Q_EMIT complained(line["what"_L1].toString());
    else if (kind == "there"_L1)
        m_isThere = true;
    else if (kind == "rested"_L1)
        m_rested = line;
}

bool Worker::isThere()
{
    return QTest::qWaitFor([this] { return m_isThere || state() == NotRunning; }, patience)
        && m_isThere;
}

bool Worker::hasRested()
{
    return QTest::qWaitFor([this] { return !m_rested.isEmpty() || state() == NotRunning; },
                           patience)
        && !m_rested.isEmpty();
}

void Worker::killAtOnce()
{
    m_mustLive = false;
    ::kill(pid_t(processId()), SIGKILL);
    (void)QTest::qWaitFor([this] { return state() == NotRunning; }, patience);
}

bool Worker::quits()
{
    m_mustLive = false;
    order("quit");
    return QTest::qWaitFor([this] { return state() == NotRunning; }, patience)
        && exitStatus() == NormalExit && exitCode() == 0;
}
