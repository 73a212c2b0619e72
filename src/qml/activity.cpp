// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "activity_p.h"

#include <QtCore/QPointer>

#include <utility>

namespace qipc {

Activity::Activity(QObject *owner, Actions actions)
    : m_owner(owner)
    , m_actions(std::move(actions))
{
}

void Activity::setWanted(bool wanted)
{
    const QPointer<QObject> alive(m_owner);
    change(wanted);
    if (alive)
        apply();
}

void Activity::complete()
{
    m_complete = true;
    apply();
}

void Activity::restart()
{
    m_stale = true;
    apply();
}

void Activity::noteStarted()
{
    m_stale = false;
    change(true);
}

bool Activity::noteStopping()
{
    const QPointer<QObject> alive(m_owner);
    m_stopping = isRunning();
    change(false);
    return !alive.isNull();
}

void Activity::noteNotStopped()
{
    m_stopping = false;
    change(true);
}

void Activity::handleStopped(const std::function<void()> &tell)
{
    const QPointer<QObject> alive(m_owner);
    const bool asWished = std::exchange(m_stopping, false);
    m_stale = false;
    if (!asWished)
        change(false);
    if (alive)
        tell();
    if (alive)
        apply();
}

void Activity::change(bool wanted)
{
    if (std::exchange(m_wanted, wanted) != wanted)
        m_actions.wantedChanged();
}

void Activity::apply()
{
    if (!m_complete || m_applying)
        return;
    const QPointer<QObject> alive(m_owner);
    m_applying = true;
    if (hasToStop()) {
        m_stopping = true;
        m_actions.stop();
    } else if (hasToStart()) {
        m_stale = false;
        m_actions.start();
    }
    if (!alive)
        return;
    m_applying = false;
    // From the event loop: a handler that insists on what fails, each time anew, does not end else.
    if (hasToStart() || hasToStop())
        QMetaObject::invokeMethod(
            m_owner, [this] { apply(); }, Qt::QueuedConnection);
}

} // namespace qipc
