// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pendingrequests_p.h"

#include "applications_p.h"
#include "timerinterval_p.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc {

namespace {

// So many deadlines of requests that are answered are not worth the trouble to remove them.
constexpr size_t fewDeadlines = 64;

} // namespace

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
    const auto deadline = isLimited(timeout) ? Clock::now() + timeout : never;
    m_entries.insert(id, {kind, timeout, std::move(callback)});
    if (deadline != never)
        addDeadline({deadline, id});
    if (deadline < m_armedFor)
        arm(deadline);
}

bool PendingRequests::isLater(const Deadline &one, const Deadline &other)
{
    return one.time > other.time;
}

// An answer leaves its deadline behind, for most come in order and long before. So there are never
// many more than there are entries.
void PendingRequests::addDeadline(const Deadline &deadline)
{
    if (m_deadlines.size() > fewDeadlines + 2 * size_t(m_entries.size())) {
        const auto isAnswered = [this](const Deadline &old) { return !m_entries.contains(old.id); };
        m_deadlines.erase(std::remove_if(m_deadlines.begin(), m_deadlines.end(), isAnswered),
                          m_deadlines.end());
        std::make_heap(m_deadlines.begin(), m_deadlines.end(), isLater);
    }
    m_deadlines.push_back(deadline);
    std::push_heap(m_deadlines.begin(), m_deadlines.end(), isLater);
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

void PendingRequests::expire(RequestId id)
{
    const auto entry = m_entries.constFind(id);
    if (entry != m_entries.cend())
        resolve(Kind::Request, id, timedOut(entry->timeout));
}

void PendingRequests::failAll(const IPCError &error)
{
    for (const AnswerCallback &callback : takeAll())
        callback(error);
}

QList<AnswerCallback> PendingRequests::takeAll()
{
    m_deadlines.clear();
    arm(never);
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

void PendingRequests::revive()
{
    // Which looks what is due.
    if (m_timer.isActive())
        reviveTimer(m_timer, 0, this);
    else if (m_armedFor != never)
        arm(m_armedFor);
}

void PendingRequests::timerEvent(QTimerEvent *)
{
    expireDue();
}

IPCError PendingRequests::timedOut(milliseconds timeout)
{
    return {IPCError::Code::TimedOut,
            u"no answer within %1 ms (its timeout, or requestTimeout)"_s.arg(timeout.count())};
}

void PendingRequests::expireDue()
{
    const auto now = Clock::now();
    QList<Entry> expired;
    while (!m_deadlines.empty()) {
        const Deadline earliest = m_deadlines.front();
        const auto entry = m_entries.find(earliest.id);
        const bool isAnswered = entry == m_entries.end();
        if (!isAnswered && earliest.time > now)
            break;
        std::pop_heap(m_deadlines.begin(), m_deadlines.end(), isLater);
        m_deadlines.pop_back();
        if (isAnswered)
            continue;
        expired.append(std::move(*entry));
        m_entries.erase(entry);
    }
    arm(m_deadlines.empty() ? never : m_deadlines.front().time);

    const QPointer<PendingRequests> alive(this);
    for (const Entry &entry : std::as_const(expired)) {
        entry.callback(timedOut(entry.timeout));
        if (alive && m_timedOut)
            m_timedOut(entry.kind);
    }
}

// One timer for all, for the earliest deadline. An answer does not stop it, for that would cost
// each request more than the one turn in vain that is left when no other follows.
void PendingRequests::arm(Clock::time_point deadline)
{
    m_armedFor = deadline;
    if (deadline == never) {
        m_timer.stop();
        return;
    }
    if (!QAbstractEventDispatcher::instance()) // between two applications
        return;
    // Rounded up, so that it does not fire just before.
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    m_timer.start(timerInterval(left), this);
}

} // namespace qipc
