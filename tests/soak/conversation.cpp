// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "conversation.h"

#include "report.h"

#include <QIpc/IPCConnection>

#include <QtCore/QJsonObject>
#include <QtCore/QMetaEnum>
#include <QtCore/QTimer>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace {

constexpr int mostAtOnce = 6; // messages
constexpr int mostInFlight = 48; // requests: more than the house answers at a time
constexpr size_t mostKept = 24;
constexpr auto shortTime = 150ms; // for an answer that never comes
constexpr auto lateness = 100ms;

QString nameOf(Code code)
{
    return QString::fromLatin1(QMetaEnum::fromType<Code>().valueToKey(int(code)));
}

} // namespace

Conversation::Conversation(IPCPeer *peer, Side side, const QString &guest, Dice *dice,
                           QObject *parent)
    : QObject(parent)
    , m_peer(peer)
    , m_side(side)
    , m_guest(guest)
    , m_speaker(guest + (side == Side::Guest ? u" (guest)"_s : u" (house)"_s))
    , m_other(guest + (side == Side::Guest ? u" (house)"_s : u" (guest)"_s))
    , m_dice(dice)
{
    connect(peer, &IPCPeer::messageReceived, this, &Conversation::takeMessage);
    connect(peer, &IPCPeer::requestReceived, this, &Conversation::takeRequest);
    connect(peer, &IPCPeer::errorOccurred, this, &Conversation::takeError);
    connect(peer, &IPCPeer::disconnected, this, &Conversation::takeEnd);
    connect(peer, &QObject::destroyed, this, [this] { finish(End::Deleted); });
}

void Conversation::begin(const QString &token)
{
    m_token = token;
}

void Conversation::act()
{
    if (!m_peer || m_isOver || m_hasEnded || m_ownEnd)
        return;
    for (int i = m_dice->below(mostAtOnce); i > 0; --i)
        say();
    if (m_inFlight < mostInFlight && m_dice->oneIn(2))
        ask();
    if (m_dice->oneIn(30)) {
        for (int i = m_inFlight; i < mostInFlight; ++i)
            ask();
    }
    if (m_dice->oneIn(16))
        m_ledger.follow(u"ping()"_s, m_peer->ping({}, 0ms));
}

// What is refused at once is not said, and its number not used.
void Conversation::say()
{
    const QVariant message = messageOf(m_speaker, m_sent);
    IPCError error;
    if (m_dice->oneIn(4)) {
        const auto future = m_peer->send(message);
        if (future.isFinished())
            error = future.result().error();
        m_ledger.follow(u"send()"_s, future);
    } else {
        error = m_peer->post(message).error();
    }
    if (!error)
        ++m_sent;
    else if (!mayEndWith(error.code())) // as when the other side's farewell has come
        complainHere(u"a message was refused: "_s + error.message());
}

void Conversation::ask()
{
    using Wish = Question::Wish;
    const Question question{m_speaker, m_asked++, Wish(m_dice->below(Question::wishes))};
    // For ever where it has to be answered: one that gets lost keeps the conversation from its end.
    const auto timeout = question.wish == Wish::Never ? 1ms + m_dice->upTo(shortTime) : 0ms;
    ++m_inFlight;
    m_ledger.follow<QVariant>(u"request()"_s, m_peer->request(question.toVariant(), timeout),
                              [this, question](const IPCResult<QVariant> &answer) {
                                  --m_inFlight;
                                  checkAnswer(question, answer);
                              });
}

void Conversation::checkAnswer(const Question &question, const IPCResult<QVariant> &answer)
{
    using Wish = Question::Wish;
    const Code code = answer.error().code();
    const QString remote = answer.error().remoteCode();
    if (answer)
        count(u"answered"_s);
    else
        count(u"not answered: "_s + (remote.isEmpty() ? nameOf(code) : remote));
    if (mayEndWith(code) || remote == u"qipc.too-many-requests")
        return;

    bool fits = false;
    switch (question.wish) {
    case Wish::Answer:
    case Wish::AnswerTwice:
    case Wish::AnswerLate:
        fits = answer && *answer == question.answer();
        break;
    case Wish::Refuse:
        fits = code == Code::RemoteError && remote == refusal();
        break;
    case Wish::Drop:
        fits = code == Code::NoAnswer;
        break;
    case Wish::Never:
        fits = code == Code::TimedOut || code == Code::NoAnswer;
        break;
    }
    if (!fits) {
        complainHere(u"a request with the wish %1 was answered by %2 %3"_s.arg(int(question.wish))
                         .arg(nameOf(code), answer.error().message()));
    }
}

// Whether all that is pending may settle with this because the connection ends, or never was.
bool Conversation::mayEndWith(Code code) const
{
    switch (code) {
    case Code::ConnectionLost:
    case Code::Closed:
    case Code::Aborted:
    case Code::QueueFull:
        return true;
    case Code::Rejected:
    case Code::TooManyConnections:
    case Code::TimedOut:
    case Code::NotSupported:
        return !hasBegun();
    default:
        return false;
    }
}

void Conversation::takeMessage(const QVariant &message)
{
    if (const auto broadcast = broadcastNumber(message))
        takeBroadcast(*broadcast, message);
    else if (message != messageOf(m_other, m_received++))
        complainHere(u"instead of message %1 came something else"_s.arg(m_received - 1));
}

void Conversation::takeBroadcast(int number, const QVariant &message)
{
    if (m_nextBroadcast >= 0 && number != m_nextBroadcast)
        complainHere(u"broadcast %1 instead of %2"_s.arg(number).arg(m_nextBroadcast));
    if (message != broadcastOf(number))
        complainHere(u"broadcast %1 is not what was sent"_s.arg(number));
    m_nextBroadcast = number + 1;
    count(u"broadcasts received"_s);
}

void Conversation::takeRequest(const QVariant &request, const IPCResponder &respond)
{
    using Wish = Question::Wish;
    const Question question = Question::fromVariant(request);
    switch (question.wish) {
    case Wish::Answer:
        (void)respond(question.answer());
        break;
    case Wish::AnswerTwice:
        (void)respond(question.answer());
        if (respond(question.answer()))
            complainHere(u"a request was answered twice"_s);
        break;
    case Wish::AnswerLate:
        answerLate(question, respond);
        break;
    case Wish::Refuse:
        (void)respond.fail(refusal(), u"no"_s);
        break;
    case Wish::Drop:
        break;
    case Wish::Never:
        m_kept.push_back(respond);
        if (m_kept.size() > mostKept)
            m_kept.pop_front();
        break;
    }
}

void Conversation::answerLate(const Question &question, const IPCResponder &respond)
{
    QTimer::singleShot(m_dice->upTo(lateness), this,
                       [question, respond] { (void)respond(question.answer()); });
}

void Conversation::forgetTopic(const QString &topic)
{
    m_publications.remove(topic);
}

// What the house publishes comes without a gap. A guest's own may have one: the house refuses what
// is above its limit of requests.
void Conversation::takePublication(const QString &topic, const QVariant &message)
{
    const QVariantMap map = message.toMap();
    const QString speaker = map.value(u"speaker"_s).toString();
    const int number = map.value(u"number"_s).toInt();
    auto &numbers = m_publications[topic];
    const auto last = numbers.constFind(speaker);
    const bool fits =
        last == numbers.constEnd() || (speaker.isEmpty() ? number == *last + 1 : number > *last);
    if (!fits)
        complainHere(u"%1 of %2 behind %3"_s.arg(topic).arg(number).arg(*last));
    numbers[speaker] = number;
    count(u"publications received"_s);
}

void Conversation::takeError(const IPCError &error)
{
    count(u"errors: "_s + nameOf(error.code()));
    switch (error.code()) {
    case Code::QueueFull:
        m_ownEnd = End::CutOff;
        break;
    case Code::TimedOut:
        if (hasBegun() && !m_ownEnd)
            m_ownEnd = End::Silent;
        break;
    default:
        if (!mayEndWith(error.code()))
            complainHere(u"an error: "_s + error.message());
    }
}

void Conversation::close()
{
    m_ownEnd = End::Closed;
    m_isClosing = true;
    const QVariant farewell = farewellOf(m_speaker, m_sent);
    auto *const connection = qobject_cast<IPCConnection *>(m_peer);
    const auto closing = connection && m_dice->oneIn(2) ? connection->closeForRestart(farewell)
                                                        : m_peer->close(farewell);
    m_ledger.follow<void>(u"close()"_s, closing,
                          [this](const IPCResult<void> &result) { takeClosed(result); });
}

void Conversation::abort()
{
    m_ownEnd = End::Aborted;
    m_peer->abort();
}

void Conversation::takeEnd(const QVariant &reason)
{
    m_farewell = farewellCount(reason, m_other);
    m_hasEnded = true;
    if (!m_isClosing) // else that settles next
        finish(m_ownEnd.value_or(m_farewell ? End::Farewell : End::Lost));
}

void Conversation::takeClosed(const IPCResult<void> &result)
{
    if (m_ownEnd == End::Closed && result.error().code() == Code::TimedOut)
        m_ownEnd = End::Overdue;
    if (m_hasEnded)
        finish(*m_ownEnd);
}

void Conversation::giveUp()
{
    finish(m_ownEnd.value_or(End::Lost));
}

void Conversation::finish(End end)
{
    if (std::exchange(m_isOver, true))
        return;
    if (m_peer)
        m_peer->disconnect(this);
    if (const QString what = complaintAtTheEnd(); !what.isEmpty())
        complainHere(what);
    count(u"messages sent"_s, m_sent);
    count(u"messages received"_s, m_received);
    if (hasBegun()) {
        const QString name = QString::fromLatin1(QMetaEnum::fromType<End>().valueToKey(int(end)));
        count(u"ends: "_s + name);
        report("life"_L1,
               {{"token"_L1, m_token},
                {"house"_L1, m_side == Side::House},
                {"end"_L1, int(end)},
                {"sent"_L1, m_sent},
                {"received"_L1, m_received},
                {"farewell"_L1, m_farewell.value_or(-1)}});
    }
    Q_EMIT ended();
}

QString Conversation::complaintAtTheEnd()
{
    if (const QString what = m_ledger.complaint(); !what.isEmpty())
        return what;
    for (const IPCResponder &respond : m_kept) {
        if (respond.isPending() || respond(0).error().code() == Code::NoError)
            return u"a request could still be answered"_s;
    }
    return {};
}

void Conversation::complainHere(const QString &what) const
{
    complain((m_token.isEmpty() ? m_speaker : m_speaker + u' ' + m_token) + u": "_s + what);
}
