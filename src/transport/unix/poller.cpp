// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "poller_p.h"

#include "applications_p.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>

namespace qipc {

namespace {
// How many are told before others of the event loop have their turn. The system puts who was told
// behind those who wait.
constexpr int mostPerTurn = 64;
} // namespace

std::shared_ptr<Poller> Poller::ofThisThread()
{
    static thread_local std::weak_ptr<Poller> current;
    std::shared_ptr<Poller> poller = current.lock();
    if (!poller) {
        poller.reset(new Poller);
        current = poller;
    }
    return poller;
}

int Poller::open()
{
    if (m_epoll)
        return 0;
    m_epoll = FileDescriptor(::epoll_create1(EPOLL_CLOEXEC));
    if (!m_epoll)
        return errno;
    startNotifier();
    connect(Applications::instance(), &Applications::changed, this, &Poller::startNotifier);
    return 0;
}

void Poller::startNotifier()
{
    m_notifier = std::make_unique<QSocketNotifier>(m_epoll.get(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &Poller::dispatch);
}

int Poller::watch(const FileDescriptor &socket, Client *client, quint32 events, bool isWatched)
{
    forget(client);
    if (const int error = open())
        return error;
    if (!m_epoll.isOfThisProcess())
        return ECHILD;
    epoll_event event{};
    event.events = events;
    event.data.ptr = client;
    const int operation = isWatched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    return ::epoll_ctl(m_epoll.get(), operation, socket.get(), &event) == 0 ? 0 : errno;
}

void Poller::unwatch(const FileDescriptor &socket, Client *client)
{
    // A child has the same epoll as its parent, who goes on watching.
    epoll_event unused{};
    if (m_epoll.isOfThisProcess())
        ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, socket.get(), &unused);
    forget(client);
}

// What has come up for it and is not told yet; if it still matters, it comes up again.
void Poller::forget(const Client *client)
{
    for (size_t i = m_next; i < m_ready.size(); ++i) {
        if (m_ready[i].client == client)
            m_ready[i].client = nullptr;
    }
}

void Poller::fetch()
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the system fills it
    std::array<epoll_event, mostPerTurn> events;
    const int count = ::epoll_wait(m_epoll.get(), events.data(), mostPerTurn, 0);
    m_ready.clear();
    m_next = 0;
    for (int i = 0; i < count; ++i)
        m_ready.push_back(
            {static_cast<Client *>(events[size_t(i)].data.ptr), events[size_t(i)].events});
}

// A client may run an event loop, from which this is entered again: what is left goes on there.
void Poller::dispatch()
{
    const auto alive = shared_from_this();
    if (m_next == m_ready.size())
        fetch();
    while (m_next < m_ready.size()) {
        const Ready ready = m_ready[m_next++];
        if (ready.client)
            ready.client->onPolled(ready.events);
    }
}

} // namespace qipc
