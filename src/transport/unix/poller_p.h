// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_POLLER_P_H
#define QIPC_POLLER_P_H

#include "filedescriptor_p.h"

#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

#include <memory>
#include <vector>

namespace qipc {

/*!
 * Watches many descriptors for one thread, behind one epoll descriptor that one notifier watches.
 *
 * Qt's own event dispatcher hands all descriptors to poll() in each turn: with thousands of idle
 * ones beside it, an active one becomes slower in proportion. Here a turn costs what is active.
 */
class Poller final : public QObject, public std::enable_shared_from_this<Poller>
{
    Q_OBJECT

public:
    //! Whom it tells. Not told of anything after Poller::unwatch().
    class Client
    {
    public:
        //! \a events of epoll have come up; they come again for as long as they hold. May do
        //! anything, delete clients and run an event loop too.
        virtual void onPolled(quint32 events) = 0;

    protected:
        ~Client() = default;
    };

    //! That of the calling thread, which lives as long as somebody holds it.
    [[nodiscard]] static std::shared_ptr<Poller> ofThisThread();

    //! Makes sure that it can watch: takes the one descriptor that it needs, where it has none yet.
    //! Returns the system's error, or 0. To be called before connections are made, so that it is
    //! not they that fail when descriptors run out.
    [[nodiscard]] int open();

    //! Watches \a socket for \a events and, as epoll always does, for a hang-up; in place of what
    //! it was watched for before. Returns the system's error, or 0.
    [[nodiscard]] int watch(const FileDescriptor &socket, Client *client, quint32 events,
                            bool isWatched);
    //! To be called before the socket is closed.
    void unwatch(const FileDescriptor &socket, Client *client);

private:
    struct Ready
    {
        Client *client; // null where it has gone meanwhile
        quint32 events;
    };

    Poller() = default;
    void startNotifier();
    void forget(const Client *client);
    void fetch();
    void dispatch();

    FileDescriptor m_epoll;
    std::unique_ptr<QSocketNotifier> m_notifier;
    std::vector<Ready> m_ready; // that was fetched
    size_t m_next = 0; // of m_ready, to be told
};

} // namespace qipc

#endif
