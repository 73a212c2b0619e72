// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "session_p.h"

#include "applications_p.h"
#include "connector_p.h"
#include "logging_p.h"
#include "refusal_p.h"
#include "stream_p.h"
#include "timerinterval_p.h"

#include <QtCore/QPointer>
#include <QtCore/QTimerEvent>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc {

namespace {
// An isdk receiver can stall behind a frame from this size on (wire.md, "Frame").
constexpr qsizetype stallingSize = 64 * 1024;
} // namespace

Session::Session(Role role, const SessionOptions &options)
    : m_role(role)
    , m_options(options)
    , m_reader(options.limits.messageSize())
    , m_pending([this](PendingRequests::Kind kind) {
        if (kind == PendingRequests::Kind::Request)
            ++m_givenUp;
    })
    , m_mailbox(std::make_shared<Mailbox>(this))
    , m_clock(TurnClock::ofThisThread())
{
    m_format.values = {options.limits.nesting(), options.limits.values()};
    m_format.maxSize = options.limits.messageSize();
}

Session::~Session()
{
    if (m_clock)
        m_clock->forget(this);
    m_mailbox->close();
    if (m_state == State::Ready && !holdsBackFarewell())
        sayFarewell({});
    if (m_state >= State::Ready && m_state != State::Ended)
        warnOfBytesLeftBehind();
    endLogs();
    if (m_stream)
        m_stream->disconnect(this);
    const IPCError closed(IPCError::Code::Closed, u"the connection was closed"_s);
    m_pending.failAll(closed);
    if (m_queue)
        m_queue->failAll(closed);
    if (m_unsent)
        std::exchange(m_unsent, {})(closed);
}

// Nobody can be told of messages without a future any more.
void Session::warnOfBytesLeftBehind() const
{
    const qsizetype left = queuedBytes();
    const bool hasPeerGone = m_streamEnd || (m_queue && m_queue->unsentBytes() > 0);
    if (left > m_farewellSize && !hasPeerGone) {
        qCWarning(logSession).noquote()
            << name() << left - m_farewellSize
            << "bytes were not sent, since the object was deleted while they waited; close() it, "
               "and delete it when that is done";
    }
}

QString Session::name() const
{
    const QString id = m_id.isEmpty() ? QString() : u" (id %1)"_s.arg(m_id);
    if (m_role == Role::Client)
        return u"client of \"%1\"%2:"_s.arg(m_address, id);
    const QString who =
        m_credentials.isValid() ? u" with pid %1"_s.arg(m_credentials.pid()) : QString();
    return u"server's connection to a client%1%2:"_s.arg(who, id);
}

qsizetype Session::queuedBytes() const
{
    return m_queue ? m_queue->queuedBytes() : 0;
}

IPCError Session::send(const Frame &frame, SentCallback sent)
{
    if (m_state != State::Ready)
        return notReady();
    if (IPCError error = checkQueue(frame.size()))
        return error;
    put(frame, std::move(sent));
    return {};
}

IPCError Session::ask(PendingRequests::Kind kind, const Frame &frame, RequestId id,
                      milliseconds timeout, AnswerCallback callback)
{
    if (IPCError error = send(frame))
        return error;
    m_pending.add(kind, id, timeout, std::move(callback));
    return {};
}

IPCError Session::close(const QVariant &reason, bool mayReconnect)
{
    return close(reason, mayReconnect, m_options.limits.closeTime());
}

IPCError Session::close(const QVariant &reason, bool mayReconnect, milliseconds time)
{
    if (m_state == State::Closing || m_state == State::Leaving || m_state == State::Ended)
        return {};
    if (m_state != State::Ready) {
        m_closeReason = reason;
        QMetaObject::invokeMethod(
            this,
            [this, reason, mayReconnect] {
                // It may have become ready meanwhile.
                const bool wasReady = m_state >= State::Ready;
                if (wasReady && !close(reason, mayReconnect))
                    return;
                finish({IPCError(IPCError::Code::Closed, u"closed before it was ready"_s), reason,
                        wasReady});
            },
            Qt::QueuedConnection);
        return {};
    }
    auto frame = encodeFarewell(m_format, {reason, mayReconnect, {}});
    if (!frame)
        return refused(frame.error());

    setPaused(false); // the peer's own farewell has to be read
    m_state = State::Closing;
    m_closeReason = reason;
    m_mayComeBack = mayReconnect;
    m_farewellFrame = std::move(frame).value();
    m_heartbeat.stop();
    wait(time);
    sendFarewellIfFree();
    return {};
}

void Session::abort(const QVariant &reason)
{
    const bool wasReady = m_state >= State::Ready;
    finish({IPCError(IPCError::Code::Aborted, u"aborted by this side"_s), reason, wasReady});
}

void Session::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    if (m_state != State::Ready) // the handshake and the farewell are read all the same
        return;
    m_stream->setReading(!paused);
    setHeartbeat(m_options.heartbeat);
    if (!paused)
        readLater();
}

void Session::setHeartbeat(milliseconds interval)
{
    m_options.heartbeat = interval;
    m_heard = true;
    m_probing = false;
    m_excused = false;
    m_sinceBeat.start();
    if (interval.count() > 0 && m_state == State::Ready && !m_paused)
        m_heartbeat.start(timerInterval(interval), this);
    else
        m_heartbeat.stop();
}

// Whether \a size bytes more may wait. Nothing follows what a peer that is cut off did not get: it
// would see a gap, or be told that nobody answered.
IPCError Session::checkQueue(qsizetype size)
{
    if (m_dropping)
        return m_dropping;
    IPCError error = m_queue->check(size);
    if (error && !m_options.dropSlowReader) {
        noteFullQueue(error);
    } else if (error) {
        m_dropping = error;
        // Later, for we are inside a caller's send(), perhaps to many.
        QMetaObject::invokeMethod(
            this,
            [this, error] {
                finish({error, {}, true});
            },
            Qt::QueuedConnection);
    }
    return error;
}

void Session::noteFullQueue(const IPCError &error)
{
    const auto myName = [this] { return name(); };
    if (!m_queueLog.noteRefusal(error, myName))
        return;
    m_queue->tellWhenEmpty();
    connect(m_queue.get(), &SendQueue::emptied, this,
            [this, myName] { m_queueLog.noteRoom(myName); });
}

// What the limits have refused since the last that the log says of it.
void Session::endLogs()
{
    m_queueLog.noteEnd([this] { return name(); });
    m_requestLog.noteEnd([this] { return name(); });
}

IPCError Session::takeAnswer(const Frame &frame)
{
    if (IPCError error = sendBack(frame))
        return error;
    --m_answers;
    return {};
}

void Session::answerLost(const IPCError &why)
{
    --m_answers;
    if (why.code() == IPCError::Code::ConnectionLost) // then the end is told of
        return;
    // Later, for the last copy of a responder may go anywhere.
    QMetaObject::invokeMethod(
        this, [this, why] { Q_EMIT errorOccurred(why); }, Qt::QueuedConnection);
}

// While either side leaves, what was asked before may still be answered, until our farewell is out.
IPCError Session::sendBack(const Frame &frame)
{
    const bool open = m_state == State::Ready || (m_state == State::Leaving && !m_writingFinished)
        || (m_state == State::Closing && m_farewellFrame);
    if (!open)
        return {IPCError::Code::ConnectionLost, u"the peer that asked has gone"_s};
    if (IPCError error = checkQueue(frame.size()))
        return error;
    put(frame, {});
    return {};
}

qsizetype Session::put(const Frame &frame, SentCallback sent)
{
    const qsizetype size = append(frame, std::move(sent));
    if (size > stallingSize && m_format.dialect == Dialect::Node) {
        if (const auto filler = encodePacket(m_format, PacketType::Filler, QVariant()))
            append(*filler, {});
    }
    return size;
}

// Does what only this connection's state can: the compression. Returns how many bytes go.
qsizetype Session::append(const Frame &frame, SentCallback sent)
{
    if (!m_deflater) {
        m_queue->append(frame, std::move(sent));
        return frame.size();
    }
    QByteArray storage = frameStorage();
    if (IPCError error = m_deflater->deflate(frame.joined().payload(), storage)) {
        // The peer could make nothing of what follows.
        m_queue->appendLost(std::move(sent));
        QMetaObject::invokeMethod(
            this,
            [this, error] {
                finish({error, {}, true});
            },
            Qt::QueuedConnection);
        return 0;
    }
    const Frame compressed = sealFrame(std::move(storage));
    m_queue->append(compressed, std::move(sent));
    return compressed.size();
}

IPCError Session::notReady() const
{
    switch (m_state) {
    case State::Connecting:
    case State::Greeting:
    case State::Deciding:
        return {IPCError::Code::InvalidState, u"not connected yet"_s};
    case State::Closing:
    case State::Leaving:
    case State::Ended:
        return {IPCError::Code::Closed, u"the connection is closed"_s};
    case State::Ready:
        break;
    }
    return {};
}

// A net-ipc client whose handler answers behind an END without `a` ends its process (wire.md, "END
// and reconnecting").
bool Session::holdsBackFarewell() const
{
    return !m_mayComeBack && m_role == Role::Server && m_format.dialect == Dialect::Node
        && (m_givenUp > 0 || m_pending.count(PendingRequests::Kind::Request) > 0);
}

void Session::sendFarewellIfFree()
{
    if (!m_farewellFrame || holdsBackFarewell())
        return;
    m_farewellSize = put(*std::exchange(m_farewellFrame, {}), {});
    finishWriting();
}

// Says it once, without waiting for anything.
void Session::sayFarewell(const Farewell &farewell)
{
    if (!m_stream || !m_queue || m_streamEnd || !m_process.isHere()) // a child's parent stays
        return;
    if (const auto frame = encodeFarewell(m_format, farewell)) {
        m_farewellSize = put(*frame, {});
        finishWriting();
    }
}

// How much of what was given to be sent never left, when the stream has ended. The farewell is
// ours, and a peer that goes at the same time need not get it.
qint64 Session::lostBytes() const
{
    return m_queue ? std::max<qint64>(m_queue->unsentBytes() - m_farewellSize, 0) : 0;
}

void Session::finishWriting()
{
    if (std::exchange(m_writingFinished, true))
        return;
    m_queue->flush();
    m_stream->finishWriting();
}

// As long as the state may last at most.
void Session::wait(milliseconds time)
{
    m_patience.start(timerInterval(time), this);
}

void Session::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_heartbeat.timerId()) {
        beat();
    } else {
        m_patience.stop();
        patienceEnded();
    }
}

void Session::patienceEnded()
{
    switch (m_state) {
    case State::Connecting:
    case State::Greeting:
    case State::Deciding:
        failHandshake(
            IPCError(IPCError::Code::TimedOut,
                     u"no handshake with %1 within %2 ms (limits.handshakeTime)"_s.arg(
                         m_role == Role::Client ? u"\"%1\""_s.arg(m_address) : u"the client"_s,
                         QString::number(m_options.limits.handshakeTime().count())))
                .withLimit(u"handshakeTime"_s));
        break;
    case State::Closing:
        finish({IPCError(IPCError::Code::TimedOut,
                         u"the peer did not close within %1 ms (limits.closeTime)"_s.arg(
                             m_options.limits.closeTime().count()))
                    .withLimit(u"closeTime"_s),
                m_closeReason, true});
        break;
    case State::Leaving: // it said farewell and forgot to go
        finishWithStream();
        break;
    case State::Ready:
    case State::Ended:
        break;
    }
}

// Whether there was a sign of life since the last beat.
bool Session::noteBeat()
{
    const bool heard = std::exchange(m_heard, false);
    const qint64 sent = std::exchange(m_sentAtBeat, m_queue->sentBytes());
    const qsizetype queued = std::exchange(m_queuedAtBeat, m_queue->queuedBytes());
    const bool takes = queued > 0 && m_sentAtBeat > sent; // and our ping is behind that
    return heard || takes;
}

// The clock is not wound again for each byte, so a silence is measured in whole intervals.
void Session::beat()
{
    const bool late = m_sinceBeat.restart() > m_options.heartbeat.count() * 3 / 2;
    if (noteBeat()) {
        m_probing = false;
        m_excused = false;
        return;
    }
    // This process was held up itself: what the peer has sent may be still to be read.
    if (m_probing && late && !std::exchange(m_excused, true))
        return;
    if (std::exchange(m_probing, true)) {
        finish({IPCError(IPCError::Code::TimedOut,
                         u"the peer gave no sign of life within %1 ms (heartbeatInterval)"_s.arg(
                             2 * m_options.heartbeat.count()))
                    .withLimit(u"heartbeatInterval"_s),
                {},
                true,
                true});
        return;
    }
    const auto id = RequestId::next();
    if (const auto frame = encodePacket(m_format, PacketType::Ping, QVariant(), id.nonce())) {
        ask(PendingRequests::Kind::Ping, *frame, id, 2 * m_options.heartbeat,
            [](const IPCResult<QVariant> &) {});
    }
}

// The one way to the end.
void Session::finish(const SessionEnd &end)
{
    if (m_state == State::Ended)
        return;
    stop(end);
    tellEnd();
}

void Session::leaveThread(const IPCError &error)
{
    stop({error, {}, m_state >= State::Ready});
    m_pending.suspend();
    if (m_queue)
        m_unsent = m_queue->takeAll();
    m_queue.reset();
    m_stream.reset();
    m_clock->forget(this);
    m_clock.reset();
}

void Session::endWithApplication()
{
    // Only so that they can be stopped.
    constexpr int longTime = 3'600'000;
    reviveTimer(m_patience, longTime, this);
    reviveTimer(m_heartbeat, longTime, this);
    m_pending.revive();
    QMetaObject::invokeMethod(
        this,
        [this] {
            const bool wasReady = m_state >= State::Ready;
            finish({IPCError(IPCError::Code::ConnectionLost,
                             u"the QCoreApplication under which it was made has gone"_s),
                    {},
                    wasReady,
                    true});
        },
        Qt::QueuedConnection);
}

void Session::stop(const SessionEnd &end)
{
    qCDebug(logSession).noquote() << name() << "ended," << end.error;
    m_end = end;
    endLogs();
    m_state = State::Ended;
    m_mailbox->close();
    m_patience.stop();
    m_heartbeat.stop();
    m_connector.reset();
    if (m_stream) {
        m_stream->disconnect(this);
        m_stream->disconnect(m_queue.get());
    }
}

void Session::tellEnd()
{
    const SessionEnd end = m_end; // this may go meanwhile
    const auto code = end.error.code();
    const bool chosen = code == IPCError::Code::NoError || code == IPCError::Code::Aborted
        || code == IPCError::Code::Closed;
    IPCError why = end.error;
    if (code == IPCError::Code::NoError)
        why = {IPCError::Code::Closed, u"the connection was closed"_s};
    else if (!chosen)
        why = {IPCError::Code::ConnectionLost,
               u"the connection was lost: "_s + end.error.message()};

    const QPointer<Session> alive(this);
    m_pending.failAll(why);
    if (alive && m_queue)
        m_queue->failAll(why);
    if (alive && m_unsent)
        std::exchange(m_unsent, {})(why);
    if (!alive)
        return;
    m_queue.reset();
    m_stream.reset();
    Q_EMIT ended(end);
}

} // namespace qipc
