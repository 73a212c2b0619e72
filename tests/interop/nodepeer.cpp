// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "nodepeer.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStandardPaths>
#include <QtCore/QTimer>

#include <chrono>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr auto patience = 20s; // far beyond what anything takes: a build with sanitizers is slow

}

NodePeer::NodePeer()
{
    m_process.setWorkingDirectory(QStringLiteral(QIPC_INTEROP_DIR));
    QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &m_process,
                     [this] { readEvents(); });
    m_process.start(u"node"_s, {u"peer.js"_s});
}

NodePeer::~NodePeer()
{
    m_process.kill();
    m_process.waitForFinished();
}

QString NodePeer::missing()
{
    if (QStandardPaths::findExecutable(u"node"_s).isEmpty())
        return u"Node is not installed (package nodejs)"_s;
    const QString folder = QStringLiteral(QIPC_INTEROP_DIR);
    if (!QFileInfo::exists(folder + u"/node_modules/net-ipc"))
        return u"net-ipc is not installed: run `npm ci --ignore-scripts` in "_s + folder;
    return {};
}

void NodePeer::start(const QString &source)
{
    Q_ASSERT(!source.contains(u'\n'));
    m_process.write(source.toUtf8() + '\n');
}

QString NodePeer::run(const QString &source)
{
    start(source);
    return next(u"result"_s);
}

QString NodePeer::next(const QString &event)
{
    const QString thrown = u"thrown"_s;
    waitUntil([&] { return has(event) || has(thrown); });
    if (has(event))
        return m_events[event].takeFirst();
    return u"nothing: no %1; Node said: %2%3"_s.arg(event, m_events.take(thrown).join(u' '),
                                                    errorOutput());
}

bool NodePeer::has(const QString &event) const
{
    return !m_events.value(event).isEmpty();
}

QString NodePeer::finish()
{
    m_process.closeWriteChannel();
    waitUntil([] { return false; }); // returns when the process has ended
    if (m_process.state() != QProcess::NotRunning)
        return u"Node does not end"_s;
    if (m_process.exitStatus() != QProcess::NormalExit || m_process.exitCode() != 0)
        return u"Node ended with %1: %2"_s.arg(m_process.exitCode()).arg(errorOutput());
    return {};
}

QString NodePeer::errorOutput()
{
    return QString::fromUtf8(m_process.readAllStandardError());
}

void NodePeer::readEvents()
{
    while (m_process.canReadLine()) {
        const QJsonObject line = QJsonDocument::fromJson(m_process.readLine()).object();
        m_events[line.value(u"event").toString()].append(line.value(u"value").toString());
    }
}

//! False where the process ended, or took too long, before \a condition held.
template <typename Condition>
bool NodePeer::waitUntil(Condition condition)
{
    const QDeadlineTimer deadline(patience);
    while (!condition()) {
        if (m_process.state() == QProcess::NotRunning || deadline.hasExpired())
            return false;
        QEventLoop loop;
        QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &loop, &QEventLoop::quit);
        QObject::connect(&m_process, &QProcess::stateChanged, &loop, &QEventLoop::quit);
        QTimer::singleShot(int(deadline.remainingTime()), &loop, &QEventLoop::quit);
        loop.exec();
    }
    return true;
}
