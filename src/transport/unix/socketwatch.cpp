// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "socketwatch_p.h"

#include <sys/epoll.h>

#include <utility>

namespace qipc {

namespace {
constexpr int mostNotifiers = 4;
thread_local int notifiers = 0; // that watches of this thread have
} // namespace

SocketWatch::SocketWatch(const FileDescriptor &socket, Poller::Client *client)
    : m_socket(socket)
    , m_client(client)
    , m_poller(Poller::ofThisThread())
{
}

SocketWatch::~SocketWatch()
{
    stop();
    if (m_notifier)
        --notifiers;
}

int SocketWatch::setEvents(quint32 events)
{
    if (std::exchange(m_events, events) == events)
        return 0;
    constexpr quint32 reading = EPOLLIN | EPOLLRDHUP;
    const bool directly = events == reading && mayWatchDirectly();
    if (m_notifier)
        m_notifier->setEnabled(directly);
    return watchByPoller(directly ? 0 : events);
}

void SocketWatch::stop()
{
    static_cast<void>(setEvents(0)); // which cannot fail
}

// Whether there is a notifier, or may be one more.
bool SocketWatch::mayWatchDirectly()
{
    if (!m_notifier && notifiers < mostNotifiers) {
        ++notifiers;
        m_notifier = std::make_unique<QSocketNotifier>(m_socket.get(), QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(),
                         [client = m_client] { client->onPolled(EPOLLIN); });
    }
    return bool(m_notifier);
}

int SocketWatch::watchByPoller(quint32 events)
{
    const quint32 before = std::exchange(m_polledFor, events);
    if (events == before)
        return 0;
    if (events != 0)
        return m_poller->watch(m_socket, m_client, events, before != 0);
    m_poller->unwatch(m_socket, m_client);
    return 0;
}

} // namespace qipc
