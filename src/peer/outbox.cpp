// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "outbox_p.h"

#include "refusal_p.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc {

Outbox::Outbox(const IPCLimits &limits, QObject *parent)
    : QObject(parent)
    , m_limits(limits)
    , m_requests({}, this)
{
}

Outbox::~Outbox()
{
    takeAll()({IPCError::Code::Closed, u"the client was deleted"_s});
}

void Outbox::setLimits(const IPCLimits &limits)
{
    m_limits = limits;
}

IPCError Outbox::addMessage(const QVariant &message, SentCallback sent)
{
    const auto size = measure(message);
    if (!size)
        return size.error();
    add({message, std::move(sent), {}, {}, *size, {}});
    return {};
}

IPCError Outbox::addRequest(const QVariant &data, milliseconds timeout, AnswerCallback callback)
{
    const auto size = measure(data);
    if (!size)
        return size.error();
    const auto id = RequestId::next();
    const QDeadlineTimer deadline =
        isLimited(timeout) ? QDeadlineTimer(timeout) : QDeadlineTimer(QDeadlineTimer::Forever);
    const auto waits = std::make_shared<bool>(true);
    m_requests.add(
        PendingRequests::Kind::Request, id, timeout,
        [this, timeout, waits, callback = std::move(callback)](IPCResult<QVariant> &&answer) {
            if (*waits && answer.error().code() == IPCError::Code::TimedOut)
                callback(notSentWithin(timeout));
            else
                callback(std::move(answer));
        });
    add({data, {}, id, deadline, *size, waits});
    return {};
}

std::function<void()> Outbox::sendThrough(Session *session)
{
    m_bytes = 0;
    std::vector<std::pair<Entry, IPCError>> failed;
    for (Entry &entry : std::exchange(m_entries, {})) {
        if (entry.waits)
            *entry.waits = false;
        if (IPCError error = entry.id ? sendRequest(session, entry) : sendMessage(session, entry))
            failed.emplace_back(std::move(entry), std::move(error));
    }
    // Told when all is sent: what somebody sends then goes behind it.
    return [this, alive = QPointer<Outbox>(this), failed = std::move(failed)] {
        for (const auto &[entry, error] : failed) {
            logRefusal(error);
            if (alive)
                fail(entry, error);
            else if (entry.sent)
                entry.sent(error);
        }
    };
}

std::function<void(const IPCError &)> Outbox::takeAll()
{
    m_bytes = 0;
    for (const Entry &entry : m_entries) {
        if (entry.waits)
            *entry.waits = false; // whoever fails it explains it
    }
    return [entries = std::exchange(m_entries, {}),
            requests = m_requests.takeAll()](const IPCError &error) {
        for (const Entry &entry : entries) {
            if (entry.sent)
                entry.sent(error);
        }
        for (const AnswerCallback &callback : requests)
            callback(error);
    };
}

QString Outbox::obstacle() const
{
    return m_obstacle ? m_obstacle.message() : u"the client is still connecting"_s;
}

qsizetype Outbox::count() const
{
    return std::count_if(m_entries.cbegin(), m_entries.cend(), [this](const Entry &entry) {
        return !entry.id || m_requests.isAwaited(entry.id);
    });
}

qsizetype Outbox::postCount() const
{
    return std::count_if(m_entries.cbegin(), m_entries.cend(),
                         [](const Entry &entry) { return !entry.id && !entry.sent; });
}

IPCError Outbox::notSentWithin(milliseconds timeout) const
{
    return {IPCError::Code::TimedOut,
            u"not sent within %1 ms (its timeout, or requestTimeout): %2"_s.arg(timeout.count())
                .arg(obstacle())};
}

// The size as it will most likely be; the encoding is only known once there is a connection.
IPCResult<qsizetype> Outbox::measure(const QVariant &data) const
{
    const PacketFormat format{Encoding::MessagePack,
                              Dialect::Ours,
                              {m_limits.nesting(), m_limits.values()},
                              m_limits.messageSize()};
    const auto frame = encodePacket(format, PacketType::Message, data);
    if (!frame)
        return frame.error();
    const auto size = frame->size();
    if (m_bytes > 0 && size > m_limits.queuedBytes() - m_bytes) {
        return IPCError(IPCError::Code::QueueFull,
                        u"%1 bytes wait for a connection, %2 are allowed (limits.queuedBytes)"_s
                            .arg(m_bytes)
                            .arg(m_limits.queuedBytes()))
            .withLimit(u"queuedBytes"_s);
    }
    return size;
}

void Outbox::add(Entry &&entry)
{
    m_bytes += entry.size;
    m_entries.push_back(std::move(entry));
}

IPCError Outbox::sendMessage(Session *session, const Entry &entry)
{
    const auto frame = encodePacket(session->format(), PacketType::Message, entry.data);
    return frame ? session->send(*frame, entry.sent) : frame.error();
}

IPCError Outbox::sendRequest(Session *session, const Entry &entry)
{
    if (!m_requests.isAwaited(entry.id)) // its time is over
        return {};
    const auto id = RequestId::next();
    const auto frame = encodePacket(session->format(), PacketType::Request, entry.data, id.nonce());
    if (!frame)
        return frame.error();
    // Its time runs here; the session's own ends a little later, unless that timer is earlier by
    // its inaccuracy.
    const auto rest = entry.deadline.isForever()
        ? milliseconds(0)
        : std::chrono::ceil<milliseconds>(entry.deadline.remainingTimeAsDuration())
            + milliseconds(1);
    const QPointer<Outbox> box(this);
    return session->ask(PendingRequests::Kind::Request, *frame, id, rest,
                        [box, inBox = entry.id](IPCResult<QVariant> &&answer) {
                            if (box && answer.error().code() == IPCError::Code::TimedOut)
                                box->m_requests.expire(inBox);
                            else if (box)
                                box->m_requests.resolve(PendingRequests::Kind::Request, inBox,
                                                        std::move(answer));
                        });
}

void Outbox::fail(const Entry &entry, const IPCError &error)
{
    if (entry.id)
        m_requests.resolve(PendingRequests::Kind::Request, entry.id, error);
    else if (entry.sent)
        entry.sent(error);
    else
        Q_EMIT messageFailed(error);
}

} // namespace qipc
