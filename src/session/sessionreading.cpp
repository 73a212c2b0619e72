// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// What comes in: from the stream to frames, packets and signals.

#include "logging_p.h"
#include "session_p.h"
#include "stream_p.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <cstdlib>
#include <utility>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

// How much is handled before the event loop has its turn: a flood neither freezes the program nor
// starves another peer.
struct Share
{
    int packets;
    qsizetype bytes;
};
constexpr Share usualShare{128, 1024 * 1024};
constexpr Share leastShare{8, 64 * 1024}; // where many peers have had theirs in the same turn

// How many slots may run event loops in one another, for each message that comes in one is one
// deeper. What comes in the innermost loop waits for its slot.
constexpr int deepestReaders = 16;

// What a connection keeps to inflate into.
constexpr qsizetype largestIdleBuffer = 64 * 1024;

// Our extension `c` of END: the peer broke the protocol (wire.md, "CONNECTION and what follows
// it").
constexpr auto violationCode = "protocol-violation"_L1;

// The limit that one of our own codes is about, or an empty name.
QString limitOf(const QString &code)
{
    if (code == QLatin1String(tooManyRequestsCode))
        return u"requests"_s;
    if (code == QLatin1String(tooManyTopicsCode))
        return u"topics"_s;
    if (code == QLatin1String(topicTooLongCode))
        return u"maxTopicSize"_s;
    return {};
}

IPCResult<QVariant> answerOf(Packet &&packet)
{
    if (!packet.fault)
        return std::move(packet.data);
    if (packet.fault->code == QLatin1String(unhandledCode))
        return IPCError(IPCError::Code::NoAnswer, u"nobody answered the request"_s);
    const QString message =
        packet.fault->message.isEmpty() ? packet.fault->code : packet.fault->message;
    return IPCError(IPCError::Code::RemoteError, message)
        .withRemoteCode(packet.fault->code)
        .withLimit(limitOf(packet.fault->code));
}

} // namespace

void Session::onStreamEnded(const IPCError &error)
{
    m_streamEnd = error;
    readSome();
}

void Session::readLater()
{
    if (std::exchange(m_readPosted, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_readPosted = false;
            readSome();
        },
        Qt::QueuedConnection);
}

// A turn that ends while a batch is being handled is that of an event loop in a slot: it gets the
// rest, of which the stream does not tell again.
void Session::turnEnded()
{
    m_awaitsTurnEnd = false;
    if (m_readers > 0)
        readLater();
}

// Handles a bounded batch of what has come. Answers to it are gathered and go out behind it. A slot
// may run an event loop of its own, so this may be entered again from inside itself.
void Session::readSome()
{
    if (!m_stream || m_state == State::Ended)
        return;
    if (m_readers == deepestReaders) {
        warnOfDepth();
        return;
    }
    const QPointer<Session> alive(this);
    const Share &share = m_clock->isLong() ? leastShare : usualShare;
    m_queue->beginBatch();
    ++m_readers;
    qsizetype bytes = 0;
    bool drained = false;
    for (int packets = 0; mayHandle() && !drained; ++packets) {
        if (packets == share.packets || bytes >= share.bytes) {
            readLater();
            break;
        }
        const auto before = m_reader.buffered().size();
        m_inflatedSize = 0;
        drained = !handleNext();
        if (!alive || m_state == State::Ended)
            return;
        // Read or handled.
        bytes += std::max(std::abs(before - m_reader.buffered().size()), m_inflatedSize);
    }
    --m_readers;
    m_reader.release();
    m_queue->endBatch();

    if (m_streamEnd && (drained || m_state == State::Deciding))
        finishWithStream();
    else if (m_state == State::Leaving && drained)
        finishWriting(); // all that it asked before it left is answered
}

// Once for a connection, whose peer decides how often that happens.
void Session::warnOfDepth()
{
    if (std::exchange(m_warnedOfDepth, true))
        return;
    qCWarning(logSession).noquote()
        << name() << "slots run event loops inside each other," << deepestReaders
        << "deep: what comes now waits until the innermost one has returned";
}

// A pause holds up messages, not the handshake or the farewell; and the peer's end ends it: what
// the peer had sent before is delivered.
bool Session::mayHandle() const
{
    if (m_state == State::Ended || m_state == State::Deciding)
        return false;
    return !m_paused || m_state != State::Ready || m_streamEnd;
}

// Handles one packet, and reads more where none is whole. False where there is no more for now, or
// the session has ended.
bool Session::handleNext()
{
    if (!m_preambleRead && !passPreamble())
        return false;
    QByteArrayView payload;
    switch (m_reader.next(payload)) {
    case FrameReader::Status::Frame:
        if (!std::exchange(m_awaitsTurnEnd, true))
            m_clock->tellAtEnd(this);
        m_heard = true; // also of what was read long ago, where the slots are slow
        handleFrame(payload);
        return true;
    case FrameReader::Status::Incomplete:
        return pull();
    case FrameReader::Status::Malformed:
        protocolError({IPCError::Code::ProtocolViolation, u"the peer sent no valid frame"_s});
        return false;
    case FrameReader::Status::TooLarge:
        protocolError(IPCError(IPCError::Code::MessageTooLarge,
                               u"the peer announced a message above the %1 bytes that are allowed "
                               "(limits.messageSize)"_s.arg(m_options.limits.messageSize()))
                          .withLimit(u"messageSize"_s));
        return false;
    }
    return false;
}

bool Session::pull()
{
    const FrameReader::Space space = m_reader.space();
    const qint64 size = m_stream->read(space.data, space.size);
    if (size <= 0)
        return false;
    m_reader.commit(qsizetype(size));
    m_heard = true;
    return true;
}

void Session::handleFrame(QByteArrayView payload)
{
    if (m_inflater) {
        if (IPCError error =
                m_inflater->inflate(payload, m_options.limits.messageSize(), m_inflated)) {
            protocolError(error);
            return;
        }
        payload = m_inflated;
        m_inflatedSize = payload.size();
    }
    // Given away where it is large, for it may become the value.
    QByteArray storage;
    if (!m_inflater)
        storage = m_reader.takeBuffer();
    else if (m_inflated.size() > sharingSize)
        storage = std::exchange(m_inflated, {});
    auto packet = decodePacket(payload, m_format.encoding, m_format.values, std::move(storage));
    if (m_inflated.capacity() > largestIdleBuffer)
        m_inflated = QByteArray();
    if (!packet) {
        protocolError(packet.error());
        return;
    }
    if (m_state != State::Greeting)
        handlePacket(std::move(packet).value());
    else if (m_role == Role::Server)
        handleOffer(*packet);
    else
        handleReply(*packet);
}

void Session::handlePacket(Packet &&packet)
{
    // Any other type is for a later version of the protocol: ignored, as the peers do.
    if (packet.type < 0 || packet.type > qint64(PacketType::End))
        return;
    switch (PacketType(packet.type)) {
    case PacketType::Connection:
        protocolError({IPCError::Code::ProtocolViolation, u"the peer sent a second CONNECTION"_s});
        break;
    case PacketType::Message:
        if (m_receiver)
            m_receiver->handleMessage(packet.data);
        break;
    case PacketType::Request:
        handleRequest(std::move(packet));
        break;
    case PacketType::Response:
        handleResponse(PendingRequests::Kind::Request, std::move(packet));
        break;
    case PacketType::Ping:
        // Where the queue is full the pong is lost: the peer reads nothing as it is.
        if (const auto pong = encodePacket(m_format, PacketType::Pong, packet.data, packet.nonce))
            sendBack(*pong);
        break;
    case PacketType::Pong:
        handleResponse(PendingRequests::Kind::Ping, std::move(packet));
        break;
    case PacketType::End:
        handleFarewell(packet);
        break;
    case PacketType::Filler:
        break;
    }
}

void Session::handleRequest(Packet &&packet)
{
    if (m_answers >= m_options.limits.requests()) {
        const Fault fault{QString::fromLatin1(tooManyRequestsCode),
                          u"more than %1 requests await their answer (limits.requests)"_s.arg(
                              m_options.limits.requests())};
        if (const auto frame = encodeFault(m_format, packet.nonce, fault))
            sendBack(*frame);
        m_requestLog.noteRefusal({IPCError::Code::QueueFull, fault.message},
                                 [this] { return name(); });
        return;
    }
    ++m_answers;
    if (m_requestLog.isRefusing() && m_answers <= m_options.limits.requests() / 2 + 1)
        m_requestLog.noteRoom([this] { return name(); });
    const auto answer = std::make_shared<Answer>(m_mailbox, m_format, std::move(packet.nonce));
    if (m_receiver)
        m_receiver->handleRequest(packet.data, answer);
}

void Session::handleResponse(PendingRequests::Kind kind, Packet &&packet)
{
    const QPointer<Session> alive(this);
    const RequestId id = RequestId::of(packet.nonce);
    const bool awaited = m_pending.resolve(kind, id, answerOf(std::move(packet)));
    if (!alive || m_state == State::Ended)
        return;
    if (!awaited && kind == PendingRequests::Kind::Request && m_givenUp > 0)
        --m_givenUp; // a late one
    sendFarewellIfFree();
}

// The peer leaves. Whole frames behind its farewell still count, so the stream's end is awaited.
void Session::handleFarewell(const Packet &packet)
{
    m_peerSaidEnd = true;
    m_peerFarewell = readFarewell(packet.data);
    if (m_state != State::Ready)
        return;
    m_state = State::Leaving;
    m_heartbeat.stop();
    wait(m_options.limits.closeTime());
}

// The peer broke the protocol: it is told why, as far as the system takes it at once, and left.
void Session::protocolError(const IPCError &error)
{
    const bool wasReady = m_state >= State::Ready;
    const bool ours = m_format.dialect == Dialect::Ours;
    if (!holdsBackFarewell())
        sayFarewell({error.message(), false, ours ? QString(violationCode) : QString(),
                     ours ? error.limit() : QString()});
    finish({error, {}, wasReady});
}

// The stream is over and all that came is handled.
void Session::finishWithStream()
{
    const bool wasReady = m_state >= State::Ready;
    if (!wasReady) {
        failHandshake(
            {IPCError::Code::ConnectionLost, u"the connection was lost during the handshake"_s});
    } else if (m_state == State::Closing && lostBytes() > 0) {
        finish(
            {IPCError(IPCError::Code::ConnectionLost,
                      u"the peer went before the last %1 bytes were sent to it"_s.arg(lostBytes())),
             m_closeReason, true});
    } else if (m_state == State::Closing) {
        finish({{}, m_closeReason, true});
    } else if (m_peerSaidEnd && !m_peerFarewell) {
        finish({{}, {}, true, true});
    } else if (m_peerSaidEnd && m_peerFarewell->code == violationCode) {
        finish({IPCError(IPCError::Code::ProtocolViolation,
                         u"the peer ended the connection: "_s + m_peerFarewell->reason.toString())
                    .withLimit(m_peerFarewell->limit),
                m_peerFarewell->reason, true});
    } else if (m_peerSaidEnd) {
        finish({{}, m_peerFarewell->reason, true, m_peerFarewell->mayReconnect});
    } else {
        const IPCError lost(IPCError::Code::ConnectionLost, u"the peer went without a farewell"_s);
        finish({*m_streamEnd ? *m_streamEnd : lost, {}, true, true});
    }
}

} // namespace qipc
