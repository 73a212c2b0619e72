// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "guest.h"

#include "places.h"
#include "report.h"

#include <QtCore/QMetaEnum>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace {

constexpr int encodings = 3;
constexpr auto betweenActs = 20ms;
constexpr auto betweenVisits = 100ms;
constexpr auto longestPause = 1500ms;

} // namespace

Guest::Guest(const QString &path, const QString &name, Dice *dice, QObject *parent)
    : QObject(parent)
    , m_path(path)
    , m_name(name)
    , m_dice(dice)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Guest::act);
}

Guest::~Guest() = default;

void Guest::go()
{
    m_isResting = false;
    m_timer.start(m_dice->upTo(betweenVisits));
}

void Guest::rest()
{
    m_isResting = true;
    m_timer.start(m_dice->upTo(betweenActs));
}

void Guest::enter()
{
    makeClient();
    m_isWelcome = !m_dice->oneIn(20);
    m_doom = m_dice->oneIn(4) ? Doom(m_dice->below(dooms)) : Doom::None;
    m_waitsForAnswers = false;
    converse();
    const auto connecting = m_client->connectToServer();
    m_conversation->ledger().follow<void>(
        u"connectToServer()"_s, connecting,
        [this](const IPCResult<void> &result) { checkConnecting(result); });
    m_conversation->act(); // into the outbox
}

void Guest::makeClient()
{
    m_client = std::make_unique<IPCClient>(m_path);
    m_client->setEncoding(IPCPeer::Encoding(m_dice->below(encodings)));
    m_client->setCompression(m_dice->oneIn(2));
    m_client->setAutoReconnect(m_dice->oneIn(2));
    m_client->setRetryInterval(1ms + m_dice->upTo(20ms));
    m_client->setRequestTimeout(0ms);
    if (m_dice->oneIn(4))
        m_client->setHeartbeatInterval(5s);
    connect(m_client.get(), &IPCClient::statusChanged, this, &Guest::followStatus);
    connect(m_client.get(), &IPCClient::ready, this, &Guest::becomeReady);
    connect(m_client.get(), &IPCPeer::disconnected, this, [this] { meet(Doom::Disconnected); });
    connect(m_client.get(), &IPCClient::closed, this, &Guest::comeAgain);
    connect(m_client.get(), &IPCClient::published, this,
            [this](const QString &topic, const QVariant &message) {
                if (m_conversation)
                    m_conversation->takePublication(topic, message);
                meet(Doom::Publication);
            });
}

// What is said from now on, until the next connection ends.
void Guest::converse()
{
    ++m_conversations;
    m_attempts = 0;
    m_published = 0;
    const QString name = m_name + u'.' + QString::number(m_conversations);
    m_conversation =
        new Conversation(m_client.get(), Conversation::Side::Guest, name, m_dice, this);
    connect(m_conversation, &Conversation::ended, m_conversation, &QObject::deleteLater);
    tellWhoComes();
    // Behind the conversation's own.
    const auto doomed = [this](Doom doom) { return [this, doom] { meet(doom); }; };
    connect(m_client.get(), &IPCPeer::messageReceived, m_conversation, doomed(Doom::Message));
    connect(m_client.get(), &IPCPeer::requestReceived, m_conversation, doomed(Doom::Request));
    connect(m_client.get(), &IPCPeer::errorOccurred, m_conversation, doomed(Doom::Error));
}

void Guest::tellWhoComes()
{
    m_client->setPayload(QVariantMap{{u"guest"_s, m_conversation->guest()},
                                     {u"attempt"_s, qlonglong(++m_attempts)},
                                     {u"welcome"_s, m_isWelcome}});
}

void Guest::becomeReady()
{
    m_conversation->begin(tokenOf(m_conversation->guest(), m_attempts));
    count(u"connections"_s);
    const auto encoding =
        QMetaEnum::fromType<IPCPeer::Encoding>().valueToKey(int(m_client->encoding()));
    count(u"asked for: "_s + QString::fromLatin1(encoding)
          + (m_client->compression() ? u", compressed"_s : u""_s));
    m_timer.start(m_dice->upTo(betweenActs));
    meet(Doom::Ready);
}

void Guest::followStatus(IPCClient::Status status)
{
    if (status != IPCClient::Status::Reconnecting)
        return;
    count(u"retries"_s);
    if (!m_conversation || m_conversation->hasBegun())
        converse();
    else
        tellWhoComes();
}

void Guest::act()
{
    if (!m_client) {
        if (!m_isResting)
            enter();
    } else if (m_isResting || m_waitsForAnswers || m_dice->oneIn(30)) {
        leave();
    } else if (m_client->isReady()) {
        m_conversation->act();
        if (m_dice->oneIn(6))
            changeTopics();
        if (m_dice->oneIn(6))
            publish();
        if (m_dice->oneIn(50))
            pauseAWhile();
    }
    if (m_client || !m_isResting)
        m_timer.start(1ms + m_dice->upTo(betweenActs));
}

QString Guest::topic()
{
    return topicNames().at(m_dice->below(int(topicNames().size())));
}

void Guest::changeTopics()
{
    const QString name = topic();
    const bool isMore = m_dice->oneIn(2);
    const auto change = isMore ? m_client->subscribe(name) : m_client->unsubscribe(name);
    m_conversation->ledger().follow<bool>(
        u"subscribe()"_s, change, [conversation = m_conversation, name](const IPCResult<bool> &) {
            if (conversation)
                conversation->forgetTopic(name);
        });
}

void Guest::publish()
{
    const QVariantMap message{{u"speaker"_s, m_conversation->guest()},
                              {u"number"_s, qlonglong(m_published++)}};
    m_conversation->ledger().follow(u"publish()"_s, m_client->publish(topic(), message));
    count(u"publications by guests"_s);
}

void Guest::pauseAWhile()
{
    m_client->pause();
    QTimer::singleShot(m_dice->upTo(longestPause), m_client.get(), &IPCPeer::resume);
}

void Guest::leave()
{
    if (!m_conversation || m_conversation->isLeaving())
        return;
    switch (m_waitsForAnswers ? 0 : m_dice->below(5)) {
    case 0: // politely, with all answered,
        m_waitsForAnswers = true;
        if (m_conversation->isQuiet() || !m_client->isReady())
            m_conversation->close();
        break;
    case 1: // or not
    case 2:
        m_conversation->close();
        break;
    case 3:
        m_conversation->abort();
        break;
    case 4:
        m_doom = Doom::None;
        count(u"clients deleted"_s);
        m_client.reset();
        break;
    }
}

// In a slot of the client.
void Guest::meet(Doom doom)
{
    if (doom != m_doom || !m_client)
        return;
    m_doom = Doom::None;
    count(u"clients deleted in a slot"_s);
    m_client.reset();
    comeAgain();
}

void Guest::comeAgain()
{
    if (m_conversation)
        m_conversation->giveUp();
    if (m_client)
        m_client.release()->deleteLater(); // its signal is being handled
    if (!m_isResting)
        m_timer.start(m_dice->upTo(betweenVisits));
}

void Guest::checkConnecting(const IPCResult<void> &result)
{
    const Code code = result.error().code();
    if (code == Code::NoError && !m_isWelcome)
        complain(m_name + u": who is not welcome came in"_s);
    // Without a reason it is who did not get through its handshake in time.
    const QString reason = result.error().message();
    const bool isLate = reason == u"the server refused the connection";
    if (code == Code::Rejected && !isLate && (m_isWelcome || !reason.endsWith(notWelcome())))
        complain(m_name + u": rejected: "_s + reason);
    if (result)
        return;
    count(u"not connected: "_s
          + QString::fromLatin1(QMetaEnum::fromType<Code>().valueToKey(int(code))));
}
