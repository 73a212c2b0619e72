// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SOCKETWATCH_P_H
#define QIPC_SOCKETWATCH_P_H

#include "poller_p.h"

#include <QtCore/QSocketNotifier>

#include <memory>

namespace qipc {

/*!
 * Watches one socket, in the thread that made it: behind the poller of all, except for the few that
 * have a notifier of their own while they only read. That saves a program with a few connections
 * one system call in five.
 */
class SocketWatch
{
public:
    //! Tells \a client. Both have to outlive it.
    SocketWatch(const FileDescriptor &socket, Poller::Client *client);
    ~SocketWatch();
    Q_DISABLE_COPY_MOVE(SocketWatch)

    //! What the client is told of from now on, in epoll's words; where that is anything, of a
    //! hang-up too. With a notifier of its own it is told EPOLLIN for all of that. Returns the
    //! system's error, or 0.
    [[nodiscard]] int setEvents(quint32 events);
    //! Nothing more, not even of what has come up by now. To be called before the socket is closed.
    void stop();

private:
    [[nodiscard]] bool mayWatchDirectly();
    [[nodiscard]] int watchByPoller(quint32 events);

    const FileDescriptor &m_socket;
    Poller::Client *const m_client;
    const std::shared_ptr<Poller> m_poller;
    std::unique_ptr<QSocketNotifier> m_notifier;
    quint32 m_events = 0;
    quint32 m_polledFor = 0; // by the poller
};

} // namespace qipc

#endif
