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
#include <memory>

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

    //! Sends everything through \a session, which has to be ready. What it returns fails all that
    //! the session did not take; call it when the caller's own state is up to date.
    [[nodiscard]] std::function<void()> sendThrough(Session *session);

    //! Empties it. What it returns fails all that was in it, with the error that it is given.
    [[nodiscard]] std::function<void(const IPCError &)> takeAll();

    //! Why the last try to connect failed; for the texts of what could not be sent in its time.
    void setObstacle(const IPCError &error) { m_obstacle = error; }
    //! What keeps it from being sent, in words.
    [[nodiscard]] QString obstacle() const;

    [[nodiscard]] qsizetype queuedBytes() const { return m_bytes; }
    //! How many messages and requests wait, without the requests whose time is over.
    [[nodiscard]] qsizetype count() const;
    //! How many of these nobody waits for: post()ed messages.
    [[nodiscard]] qsizetype postCount() const;

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
        std::shared_ptr<bool> waits; // of a request: it has not left the outbox
    };

    [[nodiscard]] IPCResult<qsizetype> measure(const QVariant &data) const;
    void add(Entry &&entry);
    [[nodiscard]] IPCError sendMessage(Session *session, const Entry &entry);
    [[nodiscard]] IPCError sendRequest(Session *session, const Entry &entry);
    void fail(const Entry &entry, const IPCError &error);
    [[nodiscard]] IPCError notSentWithin(std::chrono::milliseconds timeout) const;

    IPCLimits m_limits;
    std::deque<Entry> m_entries;
    PendingRequests m_requests; // also those sent by now, until they are answered
    IPCError m_obstacle;
    qsizetype m_bytes = 0;
};

} // namespace qipc

#endif
