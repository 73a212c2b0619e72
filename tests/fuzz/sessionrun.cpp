// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "sessionrun.h"

#include "memoryconnector.h"
#include "preamble_p.h"
#include "values.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QCoreApplication>
#include <QtCore/QThread>
#include <QtCore/QTimerEvent>

#include <algorithm>
#include <limits>
#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using namespace std::chrono_literals;
using Code = IPCError::Code;
using Kind = PendingRequests::Kind;

namespace {

constexpr qsizetype KiB = 1024;

// Nothing ever goes on for longer, nor do slots nest deeper.
constexpr int mostTurns = 100'000;
constexpr int mostNested = 4;
constexpr int calmTurns = 3;

constexpr int mostLargeValues = 2;

constexpr int mostQuestions = 9;

// The ids of our questions, which inputs can know: sessions give others.
void reserveIds()
{
    static const bool once = [] {
        for (int i = 0; i < mostQuestions; ++i)
            static_cast<void>(RequestId::next());
        return true;
    }();
    Q_UNUSED(once)
}

RequestId idOfQuestion(int index)
{
    return RequestId::of(QString::number(1 + index % mostQuestions));
}

// A farewell, a filler, and what compression adds.
constexpr qsizetype roomBesides = 4 * KiB;

// What cannot be compressed, and nearly fills the smallest message.
QByteArray noise()
{
    QByteArray bytes(1010, '\0');
    quint32 state = 1;
    for (char &byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = char(state >> 24);
    }
    return bytes;
}

QVariant valueFor(quint8 choice)
{
    switch (choice % 14) {
    case 0:
        return {};
    case 1:
        return QVariant::fromValue(nullptr);
    case 2:
        return 42;
    case 3:
        return u"text \u00fc\U0001f600"_s;
    case 4:
        return QByteArray(2000, 'b');
    case 5: {
        QVariant value = 1.5;
        for (int i = 0; i < 9; ++i)
            value = QVariantList{value};
        return value;
    }
    case 6:
        return QVariantList{1, QVariantMap{{u"key"_s, 2}}};
    case 7:
        return QVariantMap{{u"sub"_s, u"topic"_s}};
    case 8:
        return QVariantMap{{u"t"_s, 6}, {u"d"_s, QVariantMap{{u"a"_s, false}}}};
    case 9:
        return QString(500, u'x');
    case 10:
        return QVariant::fromValue(static_cast<QObject *>(nullptr)); // cannot be encoded
    case 11:
        return std::numeric_limits<qlonglong>::max();
    case 12:
        return noise();
    default:
        return QString(u"\ufeff"_s + QChar(0xd800)); // half a pair
    }
}

QCoreApplication *theApplication()
{
    static const auto make = [] {
        qputenv("QT_NO_GLIB", "1"); // the plainest event loop is the fastest
        static char name[] = "fuzz";
        static char *arguments[] = {name, nullptr};
        static int count = 1;
        return new QCoreApplication(count, arguments);
    };
    static QCoreApplication *application = make();
    return application;
}

} // namespace

SessionOptions SessionRun::optionsFrom(quint8 byte)
{
    using Wish = SessionOptions::Wish;
    SessionOptions options;
    constexpr Wish wishes[] = {Wish::Auto, Wish::Json, Wish::MessagePack, Wish::Auto};
    options.encoding = wishes[byte & 3];
    options.compression = byte & 4;
    options.heartbeat = byte & 8 ? 1h : 0h;
    const bool isSmall = byte & 16;
    options.limits.setMessageSize(isSmall ? KiB : 256 * KiB);
    options.limits.setQueuedBytes(isSmall ? 2 * KiB : 512 * KiB);
    options.limits.setNesting(isSmall ? 4 : 16);
    options.limits.setRequests(isSmall ? 2 : 64);
    // Time passes where the input says so.
    options.limits.setHandshakeTime(1h);
    options.limits.setCloseTime(1h);
    return options;
}

SessionRun::SessionRun(Session::Role role, Input input)
    : m_role(role)
    , m_input(input)
    , m_options(optionsFrom(m_input.byte()))
    , m_more(m_input.byte())
    , m_counterpart(role, m_options.limits.messageSize(), m_options.limits.nesting(),
                    [this] { onDismissed(); })
{
    theApplication();
    reserveIds();
}

SessionRun::~SessionRun() = default;

std::unique_ptr<MemoryStream> SessionRun::makeStream()
{
    const qsizetype largestRead = m_more & 1 ? 1 + m_more / 16 : 64 * KiB;
    auto stream = std::make_unique<MemoryStream>(largestRead, [this](QByteArrayView bytes) {
        ++m_events;
        m_counterpart.take(bytes);
    });
    if (!(m_more & 2))
        stream->makeRoom(std::numeric_limits<qint64>::max());
    m_stream = stream.get();
    return stream;
}

void SessionRun::start()
{
    if (m_role == Session::Role::Server) {
        m_session = Session::serve(makeStream(), m_options);
    } else {
        const bool isThere = !(m_more & 4);
        MemoryConnector::setNext(
            [this, isThere] { return isThere ? makeStream() : std::unique_ptr<MemoryStream>(); });
        Greeting greeting;
        greeting.payload = valueFor(m_more / 16);
        m_session = Session::connectTo(u"/server"_s, m_options, greeting);
    }
    watch();
}

void SessionRun::watch()
{
    Session *const session = m_session.get();
    QObject::connect(session, &Session::streamConnected, &m_context, [this] {
        require(m_role == Session::Role::Client && !m_wasReady && !m_hasEnded,
                "a client's stream is connected first");
        react();
    });
    QObject::connect(session, &Session::handshakeReceived, &m_context,
                     [this](const QVariant &payload, const QString &) { onHandshake(payload); });
    QObject::connect(session, &Session::ready, &m_context, [this] { onReady(); });
    session->setReceiver(this);
    QObject::connect(session, &Session::errorOccurred, &m_context, [this] {
        require(!m_hasEnded, "no error behind the end");
        react();
    });
    QObject::connect(session, &Session::ended, &m_context,
                     [this](const SessionEnd &end) { onEnded(end); });
}

void SessionRun::play()
{
    start();
    while (!m_input.atEnd())
        step();
    settle();
    m_armed = Deed::Nothing;
    m_session.reset();
    checkAllSettled();
    m_answers.clear();
    settle();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    checkAllSettled();
    require(!m_stream, "the stream goes with its session");
}

void SessionRun::step()
{
    const quint8 byte = m_input.byte();
    const quint8 argument = byte >> 4;
    switch (Step(byte & 0xf)) {
    case Step::Bytes:
        feedBytes(m_input.counted());
        break;
    case Step::Payload:
        feedPayload(m_input.counted());
        break;
    case Step::Settle:
        settle();
        break;
    case Step::Turn:
        QCoreApplication::processEvents();
        break;
    case Step::Send:
        send(argument);
        break;
    case Step::Ask:
        ask(Kind::Request, argument);
        break;
    case Step::Ping:
        ask(Kind::Ping, argument);
        break;
    case Step::Close:
        close(argument);
        break;
    case Step::Abort:
        if (m_session)
            m_session->abort(valueFor(argument));
        break;
    case Step::Pause:
        if (m_session)
            m_session->setPaused(argument & 1);
        break;
    case Step::MakeRoom:
        if (m_stream)
            m_stream->makeRoom(qint64(1) << argument);
        break;
    case Step::Answer:
        answer(argument);
        break;
    case Step::EndStream:
        endStream(argument);
        break;
    case Step::PassTime:
        passTime(argument);
        break;
    case Step::Decide:
        decide(argument);
        break;
    case Step::Arm:
        m_armed = Deed(argument);
        m_armedArgument = m_input.byte();
        break;
    }
    checkQueue();
    if (m_hasEnded && m_depth == 0)
        checkAllSettled();
}

void SessionRun::feedBytes(QByteArrayView bytes)
{
    // What is no frame may look like the beginning of any.
    const bool isPreamble = bytes == clientPreamble && m_role == Session::Role::Server;
    if (!isPreamble || m_hasBegun)
        m_mayBeTooLarge = true;
    m_hasBegun = true;
    feed(bytes);
}

void SessionRun::feedPayload(QByteArrayView payload)
{
    const bool isBehindPreamble = m_hasBegun || m_role == Session::Role::Client;
    if (!isBehindPreamble || payload.size() > m_options.limits.messageSize())
        m_mayBeTooLarge = true;
    feed(m_counterpart.frameOf(payload));
}

void SessionRun::feed(QByteArrayView bytes)
{
    if (!m_stream)
        return;
    m_counterpart.note(bytes);
    m_stream->feed(bytes);
}

void SessionRun::settle()
{
    int calm = 0;
    for (int turns = 0; calm < calmTurns; ++turns) {
        require(turns < mostTurns, "there is an end to what is done");
        const quint64 before = m_events;
        QCoreApplication::processEvents();
        calm = m_events == before ? calm + 1 : 0;
    }
}

//! A large one now and then, for they take the most time.
QVariant SessionRun::nextValue(quint8 argument)
{
    constexpr quint8 large = 14;
    if (argument < large || m_largeValues == mostLargeValues)
        return valueFor(argument);
    ++m_largeValues;
    if (m_session && m_session->format().encoding == Encoding::Json)
        return QString(66'000, u'X');
    // The one is copied, the other is shared.
    return QByteArray(argument == large ? 65'000 : 66'000, 'B');
}

void SessionRun::send(quint8 argument)
{
    if (!m_session)
        return;
    const PacketFormat &format = m_session->format();
    const auto frame = encodePacket(format, PacketType::Message, nextValue(argument));
    if (!frame)
        return;
    const bool isReady = m_session->isReady();
    const auto callback = newCallback(false);
    const IPCError error =
        m_session->send(*frame, [this, callback](const IPCResult<void> &) { called(*callback); });
    require(isReady || error, "nothing is sent before the session is ready, nor behind its end");
    require(!isReady || !error || error.code() == Code::QueueFull, "a full queue or no error");
    returned(*callback, error);
}

void SessionRun::ask(Kind kind, quint8 argument)
{
    if (!m_session)
        return;
    const auto type = kind == Kind::Request ? PacketType::Request : PacketType::Ping;
    const auto id = idOfQuestion(m_asked++);
    const PacketFormat &format = m_session->format();
    const auto frame = encodePacket(format, type, nextValue(argument), id.nonce());
    if (!frame || m_asked > mostQuestions)
        return;
    const auto callback = newCallback(kind == Kind::Request);
    const auto patience = argument == 15 ? 1ms : 0ms;
    const IPCError error =
        m_session->ask(kind, *frame, id, patience,
                       [this, callback](const IPCResult<QVariant> &) { called(*callback); });
    returned(*callback, error);
}

void SessionRun::close(quint8 argument)
{
    if (!m_session)
        return;
    const IPCError error = m_session->close(valueFor(argument), argument & 1);
    require(!error || error.code() == Code::EncodingError || error.code() == Code::MessageTooLarge,
            "a session can be closed for any reason that can be said");
}

void SessionRun::answer(quint8 argument)
{
    if (m_answers.empty())
        return;
    const auto oldest = m_answers.front();
    m_answers.erase(m_answers.begin());
    if (argument == 0)
        return;
    const bool wasPending = oldest->isPending();
    require(!wasPending || (m_session && !m_hasEnded), "no answer is awaited by who has gone");
    const IPCError error =
        argument == 1 ? oldest->fail({u"code"_s, u"message"_s}) : oldest->give(nextValue(argument));
    require(error || wasPending, "an answer is taken while it is awaited");
    require(error || oldest->give({}).code() == Code::InvalidState, "one answer is taken");
}

void SessionRun::endStream(quint8 argument)
{
    if (!m_stream)
        return;
    if (argument & 1)
        m_stream->breakInFlush();
    else
        m_stream->end(argument & 2 ? IPCError(Code::ConnectionLost, u"broken"_s) : IPCError());
}

//! One of the session's timers fires.
void SessionRun::passTime(quint8 argument)
{
    if (!m_session)
        return;
    if (argument == 15 && !std::exchange(m_hasSlept, true))
        QThread::msleep(2);
    const auto timers = QAbstractEventDispatcher::instance()->registeredTimers(m_session.get());
    if (timers.isEmpty())
        return;
    QTimerEvent event(timers.at(argument % timers.size()).timerId);
    QCoreApplication::sendEvent(m_session.get(), &event);
}

void SessionRun::decide(quint8 argument)
{
    if (!m_session || !std::exchange(m_isDeciding, false))
        return;
    if (argument & 1)
        m_session->reject({Code::Rejected, u"not you"_s}, u"rejected"_s);
    else
        m_session->accept(QString(argument, u'i'));
}

// Once, so that there is an end to it.
void SessionRun::react()
{
    ++m_events;
    const Deed deed = std::exchange(m_armed, Deed::Nothing);
    if (deed == Deed::Nothing || m_depth >= mostNested)
        return;
    ++m_depth;
    act(deed, m_armedArgument);
    --m_depth;
}

void SessionRun::act(Deed deed, quint8 argument)
{
    switch (deed) {
    case Deed::Nothing:
        break;
    case Deed::Delete:
        m_session.reset();
        break;
    case Deed::Abort:
        if (m_session)
            m_session->abort({});
        break;
    case Deed::Close:
        close(argument);
        break;
    case Deed::RunEventLoop:
        settle();
        break;
    case Deed::Pause:
        if (m_session)
            m_session->setPaused(argument & 1);
        break;
    case Deed::Send:
        send(argument);
        break;
    case Deed::Ask:
        ask(Kind::Request, argument);
        break;
    case Deed::Answer:
        answer(argument);
        break;
    case Deed::Decide:
        decide(argument);
        break;
    case Deed::Feed:
        // More, from inside: what else the input says.
        if (!m_input.atEnd())
            step();
        break;
    }
}

std::shared_ptr<SessionRun::Callback> SessionRun::newCallback(bool isQuestion)
{
    m_callbacks.push_back(std::make_shared<Callback>());
    m_callbacks.back()->isQuestion = isQuestion;
    return m_callbacks.back();
}

void SessionRun::called(Callback &callback)
{
    require(!callback.isInCall, "no callback from inside the call that got it");
    require(callback.isTaken, "no callback for what was not taken");
    require(++callback.calls == 1, "one call of a callback");
    react();
}

void SessionRun::returned(Callback &callback, const IPCError &error)
{
    callback.isInCall = false;
    callback.isTaken = !error;
}

void SessionRun::onHandshake(const QVariant &payload)
{
    require(m_role == Session::Role::Server && !m_wasReady && !m_hasEnded, "a server's handshake");
    require(!std::exchange(m_hadHandshake, true), "one handshake");
    require(depthOf(payload) <= m_options.limits.nesting(), "a payload no deeper than allowed");
    m_isDeciding = true;
    react();
    if (m_more & 8)
        decide(m_more >> 4);
}

void SessionRun::onReady()
{
    require(!m_hasEnded && !std::exchange(m_wasReady, true), "ready once");
    require(m_role == Session::Role::Client || m_hadHandshake, "ready behind the handshake");
    require(m_session && m_session->isReady(), "ready is ready");
    m_counterpart.becomeReady(m_session->format().encoding);
    react();
}

void SessionRun::handleMessage(const QVariant &message)
{
    require(m_wasReady && !m_hasEnded, "messages between ready and the end");
    require(depthOf(message) <= m_options.limits.nesting(), "a message no deeper than allowed");
    react();
}

void SessionRun::handleRequest(const QVariant &request, const std::shared_ptr<Answer> &answer)
{
    require(m_wasReady && !m_hasEnded, "requests between ready and the end");
    require(depthOf(request) <= m_options.limits.nesting(), "a request no deeper than allowed");
    require(answer->isPending(), "an answer that is awaited");
    m_answers.push_back(answer);
    require(qsizetype(m_answers.size()) <= m_options.limits.requests(),
            "no more requests than allowed");
    react();
}

void SessionRun::onEnded(const SessionEnd &end)
{
    require(!std::exchange(m_hasEnded, true), "one end");
    require(end.wasReady == m_wasReady, "the end knows whether there was a beginning");
    require(!m_wasReady || end.error.code() != Code::MessageTooLarge || m_mayBeTooLarge,
            "what is no larger than allowed is taken, also compressed");
    require(!m_session->isReady(), "what has ended is not ready");
    require(m_session->queuedBytes() == 0, "nothing waits behind the end");
    m_isDeciding = false;
    if (m_depth == 0)
        checkAllSettled();
    react();
}

// A Node program whose handler answers behind such an END ends (wire.md, "END and reconnecting").
void SessionRun::onDismissed() const
{
    if (m_role == Session::Role::Client || !m_session
        || m_session->format().dialect == Dialect::Ours)
        return;
    const bool asks = std::any_of(m_callbacks.begin(), m_callbacks.end(), [](const auto &callback) {
        return callback->isQuestion && callback->isTaken && callback->calls == 0;
    });
    require(!asks, "no request is open where a Node client is dismissed");
}

void SessionRun::checkQueue() const
{
    if (!m_session)
        return;
    const IPCLimits &limits = m_options.limits;
    require(m_session->queuedBytes()
                <= std::max(limits.queuedBytes(), limits.messageSize()) + roomBesides,
            "no more waits to be sent than allowed");
}

void SessionRun::checkAllSettled() const
{
    for (const auto &callback : m_callbacks)
        require(callback->calls == (callback->isTaken ? 1 : 0), "each callback is called once");
}
