// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pendingrequests_p.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <limits>
#include <utility>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc {

PendingRequests::PendingRequests(TimedOut timedOut, QObject *parent)
    : QObject(parent)
    , m_timedOut(std::move(timedOut))
{
}

PendingRequests::~PendingRequests()
{
    failAll({IPCError::Code::ConnectionLost, u"the connection is gone"_s});
}

void PendingRequests::add(Kind kind, RequestId id, milliseconds timeout, AnswerCallback callback)
{
    const QDeadlineTimer deadline =
        timeout.count() > 0 ? QDeadlineTimer(timeout) : QDeadlineTimer(QDeadlineTimer::Forever);
    m_entries.insert(id, {kind, deadline, timeout, std::move(callback)});
    if (deadline < m_armedFor)
        arm(deadline);
}

bool PendingRequests::resolve(Kind kind, RequestId id, IPCResult<QVariant> answer)
{
    const auto entry = m_entries.find(id);
    if (entry == m_entries.end() || entry->kind != kind)
        return false;
    const AnswerCallback callback = std::move(entry->callback);
    m_entries.erase(entry);
    callback(std::move(answer));
    return true;
}

void PendingRequests::failAll(const IPCError &error)
{
    for (const AnswerCallback &callback : takeAll())
        callback(error);
}

QList<AnswerCallback> PendingRequests::takeAll()
{
    arm(QDeadlineTimer::Forever);
    QList<AnswerCallback> callbacks;
    for (Entry &entry : std::exchange(m_entries, {}))
        callbacks.append(std::move(entry.callback));
    return callbacks;
}

qsizetype PendingRequests::count(Kind kind) const
{
    return std::count_if(m_entries.cbegin(), m_entries.cend(),
                         [kind](const Entry &entry) { return entry.kind == kind; });
}

void PendingRequests::timerEvent(QTimerEvent *)
{
    expire();
}

void PendingRequests::expire()
{
    m_armedFor = QDeadlineTimer::Forever;
    QList<Entry> expired;
    QDeadlineTimer next = QDeadlineTimer::Forever;
    for (auto it = m_entries.begin(); it != m_entries.end();) {
        if (it->deadline.hasExpired()) {
            expired.append(std::move(*it));
            it = m_entries.erase(it);
        } else {
            next = std::min(next, it->deadline);
            ++it;
        }
    }
    arm(next);

    const QPointer<PendingRequests> alive(this);
    for (const Entry &entry : std::as_const(expired)) {
        entry.callback(IPCError(IPCError::Code::TimedOut,
                                u"no answer within %1 ms"_s.arg(entry.timeout.count())));
        if (alive && m_timedOut)
            m_timedOut(entry.kind);
    }
}

// One timer for all, for the earliest deadline. An answer does not stop it, for that would cost
// each request more than the one turn in vain that is left when no other follows.
void PendingRequests::arm(const QDeadlineTimer &deadline)
{
    m_armedFor = deadline;
    if (deadline.isForever()) {
        m_timer.stop();
        return;
    }
    // Rounded up, so that it does not fire just before.
    const auto left = std::chrono::ceil<milliseconds>(deadline.remainingTimeAsDuration());
    constexpr milliseconds longest{std::numeric_limits<int>::max()};
    m_timer.start(int(std::min(left, longest).count()), this);
}

} // namespace qipc
