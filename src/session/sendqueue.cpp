// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "sendqueue_p.h"

#include "stream_p.h"

#include <QtCore/QPointer>

#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {
// From this size on, gathering saves nothing and would only copy.
constexpr qsizetype largeSize = 64 * 1024;
} // namespace

SendQueue::SendQueue(Stream *stream, qsizetype limit, QObject *parent)
    : QObject(parent)
    , m_stream(stream)
    , m_clock(TurnClock::ofThisThread())
    , m_limit(limit)
{
    connect(stream, &Stream::bytesWritten, this, &SendQueue::settle);
    connect(stream, &Stream::ended, this, [this] { m_streamEnded = true; });
}

SendQueue::~SendQueue()
{
    m_clock->forget(this);
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
    const quint64 turn = m_clock->turn();
    const bool isFirst = std::exchange(m_turn, turn) != turn;
    if ((isFirst && m_batches == 0) || size >= largeSize) {
        sendGathered(); // what came before goes before
        sendNow([&] { m_stream->send(bytes, start); });
        return;
    }
    gather(bytes, start);
    if (m_gathered.size() - m_gatheredStart >= largeSize)
        sendGathered();
}

void SendQueue::append(const Frame &frame, SentCallback sent)
{
    if (frame.shared.empty()) {
        append(frame.storage, frame.start, std::move(sent));
        return;
    }
    m_total += frame.size();
    if (sent)
        m_waiting.push_back({m_total, std::move(sent)});
    m_turn = m_clock->turn();
    sendGathered();
    sendNow([&] {
        frame.forEachPiece([this](const QByteArray &bytes, qsizetype begin, qsizetype size) {
            m_stream->writeShared(bytes, begin, size);
        });
        m_stream->flush();
    });
}

void SendQueue::appendLost(SentCallback sent)
{
    if (sent)
        m_waiting.push_back({std::numeric_limits<qint64>::max(), std::move(sent)});
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
    const bool outer = std::exchange(m_flushing, true);
    m_stream->flush();
    m_flushing = outer;
    if (!m_waiting.isEmpty())
        settleLater();
}

// One frame alone is not copied.
void SendQueue::gather(const QByteArray &bytes, qsizetype start)
{
    if (m_gathered.isEmpty()) {
        m_gathered = bytes;
        m_gatheredStart = start;
    } else {
        m_gathered.append(QByteArrayView(bytes).sliced(start));
    }
    // In a batch too: a slot may run an event loop of its own.
    if (!std::exchange(m_awaitsEnd, true))
        m_clock->tellAtEnd(this);
}

void SendQueue::sendGathered()
{
    if (!m_gathered.isEmpty())
        sendNow([this] {
            m_stream->send(std::exchange(m_gathered, {}), std::exchange(m_gatheredStart, 0));
        });
}

// What the stream says of it meanwhile has to wait: we may be inside a caller's send().
template <typename Send>
void SendQueue::sendNow(Send send)
{
    const bool outer = std::exchange(m_flushing, true);
    send();
    m_flushing = outer;
    if (!m_waiting.isEmpty())
        settleLater();
}

qsizetype SendQueue::queuedBytes() const
{
    return m_gathered.size() - m_gatheredStart + qsizetype(m_stream->bytesToWrite());
}

qint64 SendQueue::unsentBytes() const
{
    return m_stream->unsentBytes();
}

void SendQueue::failAll(const IPCError &error)
{
    takeAll()(error);
}

std::function<void(const IPCError &)> SendQueue::takeAll()
{
    return [all = std::exchange(m_waiting, {})](const IPCError &error) {
        for (const Waiting &waiting : all)
            waiting.sent(error);
    };
}

void SendQueue::turnEnded()
{
    m_awaitsEnd = false;
    sendGathered();
}

void SendQueue::settleLater()
{
    if (std::exchange(m_settling, true))
        return;
    const auto settleNow = [this] {
        m_settling = false;
        settle();
    };
    QMetaObject::invokeMethod(this, settleNow, Qt::QueuedConnection);
}

void SendQueue::settle()
{
    if (m_flushing || m_streamEnded)
        return;
    const QPointer<SendQueue> alive(this);
    while (alive && !m_waiting.isEmpty() && m_waiting.constFirst().end <= m_total - queuedBytes()) {
        const SentCallback sent = m_waiting.takeFirst().sent;
        sent(IPCResult<void>());
    }
    if (alive && m_tellsEmpty && queuedBytes() == 0) {
        m_tellsEmpty = false;
        Q_EMIT emptied();
    }
}

} // namespace qipc
