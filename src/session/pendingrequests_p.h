// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PENDINGREQUESTS_P_H
#define QIPC_PENDINGREQUESTS_P_H

#include "requestid_p.h"

#include <QIpc/ipcresult.h>

#include <QtCore/QBasicTimer>
#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QVariant>

#include <chrono>
#include <functional>
#include <vector>

namespace qipc {

//! Whether a request ever runs out of time. Nobody waits for more than a hundred years, and the
//! clocks overflow not much later.
[[nodiscard]] inline bool isLimited(std::chrono::milliseconds timeout)
{
    constexpr std::chrono::hours longest{24 * 365 * 100};
    return timeout.count() > 0 && timeout < longest;
}

//! Told once what came of a request; may take it away.
using AnswerCallback = std::function<void(IPCResult<QVariant> &&)>;

/*!
 * The questions of one connection that await their answer. Each callback is called exactly once,
 * with the answer or an error, and may do anything, delete this object too.
 */
class PendingRequests : public QObject
{
    Q_OBJECT

public:
    enum class Kind { Request, Ping };
    //! Told that a question of this kind was given up; its answer may still come.
    using TimedOut = std::function<void(Kind)>;

    explicit PendingRequests(TimedOut timedOut = {}, QObject *parent = nullptr);
    //! Fails what is left with ConnectionLost.
    ~PendingRequests() override;

    //! Waits for the answer to \a id, for \a timeout; 0 is for ever.
    void add(Kind kind, RequestId id, std::chrono::milliseconds timeout, AnswerCallback callback);

    //! An answer came. False where nothing, or nothing any more, awaits it.
    bool resolve(Kind kind, RequestId id, IPCResult<QVariant> answer);

    //! Fails the request \a id, whose time is over, now rather than with the timer. Nothing where
    //! nothing awaits its answer.
    void expire(RequestId id);

    //! Fails all with \a error.
    void failAll(const IPCError &error);

    //! Forgets all. The callbacks are the caller's to call.
    [[nodiscard]] QList<AnswerCallback> takeAll();

    //! Lets no time run out any more, for this is moved to another thread: failAll() is to follow.
    void suspend() { arm(never); }
    //! Goes on under a new application, see Applications.
    void revive();

    //! Whether the answer to \a id is still awaited.
    [[nodiscard]] bool isAwaited(RequestId id) const { return m_entries.contains(id); }
    [[nodiscard]] qsizetype count(Kind kind) const;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    using Clock = std::chrono::steady_clock;

    struct Entry
    {
        Kind kind;
        std::chrono::milliseconds timeout;
        AnswerCallback callback;
    };

    struct Deadline
    {
        Clock::time_point time;
        RequestId id;
    };

    [[nodiscard]] static bool isLater(const Deadline &one, const Deadline &other);
    void addDeadline(const Deadline &deadline);
    void expireDue();
    [[nodiscard]] static IPCError timedOut(std::chrono::milliseconds timeout);
    void arm(Clock::time_point deadline);

    static constexpr Clock::time_point never = Clock::time_point::max();

    const TimedOut m_timedOut;
    QHash<RequestId, Entry> m_entries;
    std::vector<Deadline> m_deadlines; // a heap, the earliest first; also some of those answered
    QBasicTimer m_timer;
    Clock::time_point m_armedFor = never;
};

} // namespace qipc

#endif
