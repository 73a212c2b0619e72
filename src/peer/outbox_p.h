// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_OUTBOX_P_H
#define QIPC_OUTBOX_P_H

#include "session_p.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QObject>
#include <QtCore/QVariant>

#include <chrono>
#include <deque>
#include <functional>

namespace qipc {

/*!
 * What a client was given to send while it was not connected, in order, in bounded memory. Each
 * callback is called exactly once, never from inside the call that got it, and may do anything.
 */
class Outbox : public QObject
{
    Q_OBJECT

public:
    explicit Outbox(const IPCLimits &limits, QObject *parent = nullptr);
    //! Fails what is left with Closed.
    ~Outbox() override;

    void setLimits(const IPCLimits &limits);
    //! Goes on under a new application, see Applications.
    void revive() { m_requests.revive(); }

    //! Takes a message; \a sent may be empty. Returns EncodingError, MessageTooLarge or QueueFull.
    IPCError addMessage(const QVariant &message, SentCallback sent);
    //! Takes a request, whose time runs from now on. As addMessage().
    IPCError addRequest(const QVariant &data, std::chrono::milliseconds timeout,
                        AnswerCallback callback);

    //! Sends everything through \a session, which has to be ready. What it does not take fails.
    void sendThrough(Session *session);

    //! Empties it. What it returns fails all that was in it, with the error that it is given.
    [[nodiscard]] std::function<void(const IPCError &)> takeAll();

    [[nodiscard]] qsizetype queuedBytes() const { return m_bytes; }

Q_SIGNALS:
    //! A message could not be sent, and nobody waits for it.
    void messageFailed(const IPCError &error);

private:
    struct Entry
    {
        QVariant data;
        SentCallback sent; // of a message
        RequestId id; // of a request: its place in m_requests
        QDeadlineTimer deadline;
        qsizetype size;
    };

    [[nodiscard]] IPCResult<qsizetype> measure(const QVariant &data) const;
    void add(Entry &&entry);
    [[nodiscard]] IPCError sendMessage(Session *session, const Entry &entry);
    [[nodiscard]] IPCError sendRequest(Session *session, const Entry &entry);
    void fail(const Entry &entry, const IPCError &error);

    IPCLimits m_limits;
    std::deque<Entry> m_entries;
    PendingRequests m_requests; // also those sent by now, until they are answered
    qsizetype m_bytes = 0;
};

} // namespace qipc

#endif
