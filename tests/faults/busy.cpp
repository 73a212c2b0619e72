// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "busy.h"

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace {

constexpr int messagesPerTurn = 16;
constexpr int mostInFlight = 32; // requests
constexpr size_t mostUnanswered = 8;
constexpr qsizetype mostQueued = 1024 * 1024;
constexpr int everyNthIsLarge = 100;
constexpr qsizetype largeSize = 300'000;

QVariant messageOf(int number)
{
    const bool large = number % everyNthIsLarge == everyNthIsLarge - 1;
    const qsizetype size = large ? largeSize : number * 37 % 200;
    return QVariantMap{{u"number"_s, qlonglong(number)},
                       {u"body"_s, QByteArray(size, char('a' + number % 26))}};
}

QVariant answerTo(int request)
{
    return qlonglong(request) * 2;
}

} // namespace

Busy::Busy(IPCPeer *peer)
    : QObject(peer)
    , m_peer(peer)
    , m_timer(this)
{
    connect(peer, &IPCPeer::messageReceived, this, &Busy::takeMessage);
    connect(peer, &IPCPeer::requestReceived, this, &Busy::takeRequest);
    if (auto *const client = qobject_cast<IPCClient *>(peer)) {
        connect(client, &IPCClient::published, this,
                [this](const QString &, const QVariant &message) { takePublication(message); });
        m_ledger.follow(u"subscribe()"_s, client->subscribe(u"t"_s));
    }
    connect(&m_timer, &QTimer::timeout, this, &Busy::act);
    m_timer.start(1ms);
}

void Busy::act()
{
    sendSome();
    askSome();
    publishNext();
}

void Busy::sendSome()
{
    for (int i = 0; i < messagesPerTurn && m_peer->queuedBytes() < mostQueued; ++i) {
        const QVariant message = messageOf(m_sent++);
        if (i == 0)
            m_ledger.follow(u"send()"_s, m_peer->send(message));
        else if (!m_peer->post(message))
            complain(u"a post was refused"_s);
    }
}

void Busy::askSome()
{
    while (m_inFlight < mostInFlight) {
        ++m_inFlight;
        const int number = m_asked++;
        m_ledger.follow<QVariant>(u"request()"_s, m_peer->request(number, 0ms),
                                  [this, number](const IPCResult<QVariant> &answer) {
                                      --m_inFlight;
                                      if (!answer)
                                          return;
                                      ++m_answered;
                                      if (*answer != answerTo(number))
                                          complain(u"a wrong answer"_s);
                                  });
    }
    m_ledger.follow(u"ping()"_s, m_peer->ping({}, 0ms));
}

void Busy::publishNext()
{
    if (const auto *const connection = qobject_cast<IPCConnection *>(m_peer)) {
        if (connection->server()->publish(u"t"_s, m_published).valueOr(0) > 0)
            ++m_published;
    }
}

void Busy::takeMessage(const QVariant &message)
{
    if (message != messageOf(m_received++))
        complain(u"not the message with the number %1"_s.arg(m_received - 1));
}

void Busy::takePublication(const QVariant &message)
{
    const int number = message.toInt();
    if (m_nextPublication >= 0 && number != m_nextPublication)
        complain(u"the publication %1 instead of %2"_s.arg(number).arg(m_nextPublication));
    m_nextPublication = number + 1;
}

// Answers all of them, but late.
void Busy::takeRequest(const QVariant &request, const IPCResponder &respond)
{
    m_unanswered.emplace_back(request.toInt(), respond);
    if (m_unanswered.size() <= mostUnanswered)
        return;
    const auto [number, late] = m_unanswered.front();
    m_unanswered.pop_front();
    if (!late(answerTo(number)))
        complain(u"an answer was refused"_s);
}

void Busy::complain(const QString &what)
{
    if (m_complaint.isEmpty())
        m_complaint = what;
}

QString Busy::complaintAtTheEnd()
{
    m_timer.stop();
    if (const QString what = m_ledger.complaint(); !what.isEmpty())
        complain(what);
    for (const auto &entry : m_ledger.entries()) {
        if (entry->error && entry->error.code() != Code::ConnectionLost)
            complain(entry->name + u" settled with "_s + entry->error.message());
    }
    for (const auto &[number, respond] : m_unanswered) {
        if (respond.isPending() || respond(0).error().code() != Code::ConnectionLost)
            complain(u"a request could still be answered"_s);
    }
    return m_complaint;
}

bool Busy::hasSeenAll() const
{
    const bool published = !qobject_cast<IPCClient *>(m_peer) || m_nextPublication > 0;
    return m_received > everyNthIsLarge && m_answered > 0 && published;
}

qsizetype Busy::failures() const
{
    return std::count_if(m_ledger.entries().begin(), m_ledger.entries().end(),
                         [](const auto &entry) { return bool(entry->error); });
}
