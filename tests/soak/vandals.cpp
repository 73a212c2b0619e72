// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "vandals.h"

#include "places.h"
#include "report.h"

#include <QtCore/QMetaEnum>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Deed = Vandals::Deed;

namespace {

constexpr auto betweenActs = 5ms;
constexpr auto longestVisit = 1500ms;
constexpr auto patience = 20s;
constexpr size_t mostAtATime = 10;

QByteArray frame(const QByteArray &payload)
{
    QByteArray tag(1, char((payload.size() & 0x7f) | 0x80));
    for (qsizetype rest = payload.size() >> 7; rest > 0; rest >>= 7)
        tag.prepend(char(rest & 0x7f));
    return tag + payload;
}

QByteArray hello()
{
    return "IPC" + frame(R"({"t":0,"d":{}})");
}

QByteArray request(const QByteArray &data, int number)
{
    return frame(R"({"t":2,"n":")" + QByteArray::number(number) + R"(","d":)" + data + '}');
}

QByteArray decentSession()
{
    return hello() + frame(R"({"t":1,"d":"before"})") + request(R"({"sub":"news"})", 1)
        + request("[1,2,3]", 2) + frame(R"({"t":4,"n":"3"})")
        + frame(R"({"t":6,"d":{"m":"bye","a":false}})");
}

QByteArray subscriptions()
{
    QByteArray all = hello();
    for (int i = 0; i < vandalTopics; ++i)
        all += request(R"({"sub":")" + vandalTopic(i).toLatin1() + R"("})", i);
    return all;
}

QByteArray questions()
{
    QByteArray all = hello() + request(R"({"sub":"news"})", 0);
    const QByteArray body = '"' + QByteArray(4000, 'q') + '"';
    for (int i = 1; i < 400; ++i)
        all += request(body, i);
    return all;
}

// Whether it is the server that has to end this.
bool isOutrageous(Deed deed)
{
    switch (deed) {
    case Deed::Noise:
    case Deed::HalfHandshake:
    case Deed::Garbage:
    case Deed::WrongZip:
    case Deed::Giant:
    case Deed::DeepNesting:
    case Deed::ManyValues:
        return true;
    case Deed::HitAndRun:
    case Deed::HalfFrame:
    case Deed::Mutation:
    case Deed::GreedySubscriber:
    case Deed::StoppedReader:
        break;
    }
    return false;
}

} // namespace

Vandals::Vandals(const QString &path, uint seed)
    : m_path(path)
    , m_dice(seed)
{
    connect(&m_timer, &QTimer::timeout, this, &Vandals::act);
    begin();
}

void Vandals::go()
{
    m_isResting = false;
    m_timer.start(betweenActs);
}

void Vandals::rest()
{
    m_isResting = true;
}

void Vandals::act()
{
    if (!m_isResting && m_visits.size() < mostAtATime && m_dice.oneIn(3))
        visit();
    const auto over = std::remove_if(m_visits.begin(), m_visits.end(),
                                     [this](Visit &visit) { return !goesOn(visit); });
    m_visits.erase(over, m_visits.end());
    if (m_isResting && m_visits.empty())
        m_timer.stop();
}

void Vandals::visit()
{
    const auto deed = Deed(m_dice.below(deeds));
    Visit visit{deed, raw::socket(), words(deed), QDeadlineTimer(m_dice.upTo(longestVisit)),
                QDeadlineTimer(patience)};
    if (!raw::connectTo(visit.socket, m_path)) {
        count(u"hostile visits that found the queue full"_s);
        return;
    }
    count(u"hostile: "_s + QString::fromLatin1(QMetaEnum::fromType<Deed>().valueToKey(int(deed))));
    if (deed != Deed::HitAndRun)
        m_visits.push_back(std::move(visit));
}

bool Vandals::goesOn(Visit &visit)
{
    visit.rest.remove(0, raw::write(visit.socket, visit.rest));
    if (visit.deed != Deed::StoppedReader)
        (void)raw::read(visit.socket);
    char byte = 0;
    const bool isOver = ::recv(visit.socket.get(), &byte, 1, MSG_PEEK) == 0
        || (::send(visit.socket.get(), "", 0, MSG_NOSIGNAL) < 0 && errno != EAGAIN);
    if (isOver) {
        count(u"hostile visits ended by the server"_s);
        return false;
    }
    if (!isOutrageous(visit.deed))
        return !visit.end.hasExpired();
    if (!visit.patience.hasExpired())
        return true;
    complain(u"the server puts up with %1"_s.arg(
        QString::fromLatin1(QMetaEnum::fromType<Deed>().valueToKey(int(visit.deed)))));
    return false;
}

QByteArray Vandals::words(Deed deed)
{
    switch (deed) {
    case Deed::HitAndRun:
        return {};
    case Deed::Noise:
        return "no preamble" + noise(3000);
    case Deed::HalfHandshake:
        return decentSession().first(m_dice.below(int(hello().size())));
    case Deed::Garbage:
        return hello() + frame('!' + noise(2000));
    case Deed::WrongZip:
        return "IPC" + frame(R"({"t":0,"d":{"compress":true,"messagepack":true}})")
            + frame("\xff" + noise(2000)) + frame("\xff" + noise(2000));
    case Deed::Giant:
        return hello() + QByteArray::fromHex("7f7f7f7fff");
    case Deed::HalfFrame:
        return hello() + frame(QByteArray(900'000, 'h')).first(200'000);
    case Deed::DeepNesting:
        return hello()
            + frame(R"({"t":1,"d":)" + QByteArray(400, '[') + QByteArray(400, ']') + '}');
    case Deed::ManyValues:
        return hello() + frame(R"({"t":1,"d":[0)" + QByteArray(",0").repeated(20'000) + "]}");
    case Deed::Mutation: {
        QByteArray session = decentSession();
        for (int i = 1 + m_dice.below(4); i > 0; --i)
            session[m_dice.below(int(session.size()))] = char(m_dice.below(256));
        return session;
    }
    case Deed::GreedySubscriber:
        return subscriptions();
    case Deed::StoppedReader:
        return questions();
    }
    return {};
}

QByteArray Vandals::noise(int most)
{
    QByteArray bytes(1 + m_dice.below(most), Qt::Uninitialized);
    std::generate(bytes.begin(), bytes.end(), [this] { return char(m_dice.below(256)); });
    return bytes;
}
