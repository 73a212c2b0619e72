// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "intake_p.h"

#include "homethread_p.h"
#include "ipcpeer_p.h"

#include <QtCore/QMutexLocker>

#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

// How many are sent before others of the event loop have their turn.
constexpr int mostPerTurn = 512;

IPCError peerGone()
{
    return {IPCError::Code::ConnectionLost,
            u"the object that this sender posted through is gone"_s};
}

} // namespace

Intake::Intake(IPCPeerPrivate *peer)
    : m_d(peer)
    , m_peer(peer->q)
{
    update();
}

IPCError Intake::post(const QVariant &message)
{
    State state;
    {
        const QMutexLocker locker(&m_mutex);
        if (!m_peer)
            return peerGone();
        state = m_state;
        if (!isElsewhere(m_peer)) // so it stays
            state.limit = -1;
    }
    if (state.limit < 0)
        return m_d->send(message, {});
    if (state.refusal)
        return state.refusal;
    // Without a connection only the size is wanted: its format may become another one.
    const auto frame = encodePacket(state.format, PacketType::Message, message);
    if (!frame)
        return frame.error();
    if (state.connection == 0)
        return add({{}, 0, message, frame->size()});
    return add({*frame, state.connection, {}, frame->size()});
}

IPCError Intake::add(Item &&item)
{
    const QMutexLocker locker(&m_mutex);
    if (!m_peer) // it has gone meanwhile
        return peerGone();
    wake(); // also where it is full: to look whether it still is
    const qsizetype waiting = m_bytes + m_queued;
    if (waiting > 0 && item.size > m_state.limit - waiting) {
        return IPCError(
                   IPCError::Code::QueueFull,
                   u"%1 bytes wait to be sent, %2 are allowed (limits.queuedBytes)"_s.arg(waiting)
                       .arg(m_state.limit))
            .withLimit(u"queuedBytes"_s);
    }
    m_bytes += item.size;
    m_items.push_back(std::move(item));
    return {};
}

// With the mutex held, so that the peer is there; the call goes with it.
void Intake::wake()
{
    if (std::exchange(m_woken, true))
        return;
    QMetaObject::invokeMethod(
        m_peer, [self = shared_from_this()] { self->sendSome(); }, Qt::QueuedConnection);
}

Intake::State Intake::currentState()
{
    State state;
    const IPCLimits limits = m_d->currentLimits();
    state.limit = limits.queuedBytes();
    if (m_d->isReady()) {
        if (m_session != m_d->session.get()) {
            m_session = m_d->session.get();
            ++m_connection;
        }
        state.connection = m_connection;
        state.format = m_session->format();
    } else {
        state.refusal = m_d->whyNoOutbox();
        state.format.encoding = Encoding::MessagePack;
        state.format.dialect = Dialect::Ours;
        state.format.values = {limits.nesting(), limits.values()};
        state.format.maxSize = limits.messageSize();
    }
    return state;
}

void Intake::update()
{
    State state = currentState();
    const qsizetype queued = m_d->queuedBytes();
    const QMutexLocker locker(&m_mutex);
    m_state = std::move(state);
    m_queued = queued;
}

std::optional<Intake::Item> Intake::take()
{
    const QMutexLocker locker(&m_mutex);
    if (m_items.empty())
        return std::nullopt;
    std::optional<Item> item = std::move(m_items.front());
    m_items.pop_front();
    m_bytes -= item->size;
    m_queued += item->size;
    return item;
}

// What was meant for a connection that has ended meanwhile was lost with it.
IPCError Intake::send(const Item &item)
{
    if (!item.frame)
        return m_d->send(item.message, {});
    if (!m_d->isReady() || m_session != m_d->session.get() || item.connection != m_connection)
        return {};
    return m_session->send(*item.frame);
}

void Intake::sendSome()
{
    tell(m_peer, send(mostPerTurn));
}

// A caller goes on with the peer.
void Intake::sendAll()
{
    const auto errors = send(std::numeric_limits<int>::max());
    if (!errors.empty())
        QMetaObject::invokeMethod(
            m_peer, [peer = m_peer, errors] { tell(peer, errors); }, Qt::QueuedConnection);
}

void Intake::tell(IPCPeer *peer, const std::vector<IPCError> &errors)
{
    const QPointer<IPCPeer> alive(peer); // a slot may delete it
    for (const IPCError &error : errors) {
        if (alive)
            Q_EMIT alive->errorOccurred(error);
    }
}

std::vector<IPCError> Intake::send(int most)
{
    std::vector<IPCError> errors;
    {
        const QMutexLocker locker(&m_mutex);
        m_woken = false;
    }
    for (; most > 0; --most) {
        const auto item = take();
        if (!item)
            break;
        const IPCError error = send(*item);
        if (isWorthTelling(error))
            errors.push_back(error);
    }
    update();
    const QMutexLocker locker(&m_mutex);
    if (!m_items.empty())
        wake();
    return errors;
}

void Intake::startAnew()
{
    const QMutexLocker locker(&m_mutex);
    if (std::exchange(m_woken, false))
        wake();
}

void Intake::close()
{
    const QMutexLocker locker(&m_mutex);
    m_peer = nullptr;
    m_items.clear();
}

} // namespace qipc
