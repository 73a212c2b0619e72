// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "turnclock_p.h"

#include "applications_p.h"

#include <QtCore/QThread>

#include <algorithm>

namespace qipc {

namespace {
constexpr qint64 longTurn = 3; // ms
} // namespace

std::shared_ptr<TurnClock> TurnClock::ofThisThread()
{
    static thread_local std::weak_ptr<TurnClock> current;
    std::shared_ptr<TurnClock> clock = current.lock();
    if (!clock) {
        clock.reset(new TurnClock);
        current = clock;
    }
    clock->listenToDispatcher(); // there may have been none before
    return clock;
}

TurnClock::TurnClock()
{
    listenToDispatcher();
    connect(Applications::instance(), &Applications::changed, this, &TurnClock::listenToDispatcher);
}

void TurnClock::listenToDispatcher()
{
    const auto *const dispatcher = QAbstractEventDispatcher::instance();
    if (!dispatcher || dispatcher == m_dispatcher)
        return;
    m_dispatcher = dispatcher;
    m_dispatcherTells = false;
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, &TurnClock::onDispatcher);
    connect(dispatcher, &QAbstractEventDispatcher::awake, this, &TurnClock::onDispatcher);
}

bool TurnClock::isLong()
{
    if (!m_sinceAsked.isValid())
        m_sinceAsked.start();
    return m_sinceAsked.hasExpired(longTurn);
}

void TurnClock::tellAtEnd(Client *client)
{
    m_clients.push_back(client);
    // The loop that runs may be none of Qt's.
    if (!m_dispatcherTells || QThread::currentThread()->loopLevel() == 0)
        QMetaObject::invokeMethod(this, &TurnClock::endTurn, Qt::QueuedConnection);
}

void TurnClock::forget(Client *client)
{
    m_clients.erase(std::remove(m_clients.begin(), m_clients.end(), client), m_clients.end());
}

void TurnClock::onDispatcher()
{
    m_dispatcherTells = true;
    endTurn();
}

void TurnClock::endTurn()
{
    const auto alive = shared_from_this(); // the last client may go
    ++m_turn;
    m_sinceAsked.invalidate();
    while (!m_clients.empty()) {
        Client *client = m_clients.back();
        m_clients.pop_back();
        client->turnEnded();
    }
}

} // namespace qipc
