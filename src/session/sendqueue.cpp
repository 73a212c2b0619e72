// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "sendqueue_p.h"

#include "stream_p.h"

#include <QtCore/QPointer>

#include <utility>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {
// From this size on, gathering saves nothing and would only copy.
constexpr qsizetype largeSize = 64 * 1024;

// What a connection keeps between two turns.
constexpr qsizetype mostIdleMemory = 1024;
} // namespace

SendQueue::SendQueue(Stream *stream, qsizetype limit, QObject *parent)
    : QObject(parent)
    , m_stream(stream)
    , m_limit(limit)
{
    connect(stream, &Stream::bytesWritten, this, &SendQueue::settle);
}

SendQueue::~SendQueue()
{
    failAll({IPCError::Code::ConnectionLost, u"the connection is gone"_s});
}

IPCError SendQueue::check(qsizetype size) const
{
    const auto queued = queuedBytes();
    if (queued == 0 || size <= m_limit - queued)
        return {};
    return IPCError(
               IPCError::Code::QueueFull,
               u"%1 bytes wait to be sent, %2 are allowed (limits.queuedBytes)"_s.arg(queued).arg(
                   m_limit))
        .withLimit(u"queuedBytes"_s);
}

void SendQueue::append(const QByteArray &bytes, qsizetype start, SentCallback sent)
{
    const auto size = bytes.size() - start;
    m_total += size;
    if (sent)
        m_waiting.push_back({m_total, std::move(sent)});

    const bool gathering = m_batches > 0 || m_turnOpen;
    if (gathering && size < largeSize) {
        m_gathered.append(QByteArrayView(bytes).sliced(start));
        if (m_gathered.size() >= largeSize)
            sendGathered();
    } else {
        sendGathered(); // what came before goes before
        m_stream->send(bytes, start);
    }
    openTurn();
}

void SendQueue::beginBatch()
{
    ++m_batches;
}

void SendQueue::endBatch()
{
    if (--m_batches == 0)
        sendGathered();
}

void SendQueue::flush()
{
    sendGathered();
    // What the stream says of it meanwhile has to wait: we may be inside a caller's send().
    const bool outer = std::exchange(m_flushing, true);
    m_stream->flush();
    m_flushing = outer;
}

void SendQueue::sendGathered()
{
    if (m_gathered.isEmpty())
        return;
    m_stream->send(m_gathered, 0);
    m_gathered.resize(0); // keeps its memory for the next turn, where the stream does not need it
}

qsizetype SendQueue::queuedBytes() const
{
    return m_gathered.size() + qsizetype(m_stream->bytesToWrite());
}

void SendQueue::failAll(const IPCError &error)
{
    for (const Waiting &waiting : std::exchange(m_waiting, {}))
        waiting.sent(error);
}

void SendQueue::openTurn()
{
    if (std::exchange(m_turnOpen, true))
        return;
    QMetaObject::invokeMethod(this, &SendQueue::endTurn, Qt::QueuedConnection);
}

void SendQueue::endTurn()
{
    m_turnOpen = false;
    sendGathered();
    if (m_gathered.capacity() > mostIdleMemory)
        m_gathered = QByteArray();
    settle();
}

void SendQueue::settle()
{
    if (m_flushing)
        return;
    const QPointer<SendQueue> alive(this);
    while (alive && !m_waiting.empty() && m_waiting.front().end <= m_total - queuedBytes()) {
        const SentCallback sent = std::move(m_waiting.front().sent);
        m_waiting.pop_front();
        sent(IPCResult<void>());
    }
}

} // namespace qipc
