// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "roles.h"

#include "commands.h"
#include "exchange.h"
#include "failure.h"
#include "payload.h"
#include "peers/peer.h"
#include "report/statistics.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace compare {

namespace {

using Clock = Exchange::Clock;

double microseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::micro>(time).count();
}

class Asker
{
public:
    Asker(const Peer &peer, const QString &address)
        : m_peer(peer)
        , m_address(address)
    {
    }

    QJsonObject handle(const QJsonObject &command);

private:
    Client &client();
    QJsonObject exchange(const Payload &payload, int window, milliseconds budget);
    QJsonObject oneWay(const Payload &payload, milliseconds budget);
    QJsonObject connect(milliseconds budget);
    QJsonObject crowd(int count, bool listening);
    QJsonObject awaitBroadcast();

    const Peer &m_peer;
    QString m_address;
    std::unique_ptr<Client> m_client;
    std::vector<std::unique_ptr<Client>> m_crowd;
    size_t m_received = 0;
};

QJsonObject Asker::handle(const QJsonObject &command)
{
    const QString what = command[u"do"].toString();
    const milliseconds budget(command[u"ms"].toInt());
    if (what == u"exchange") {
        return exchange(Payload::named(command[u"payload"].toString()), command[u"window"].toInt(),
                        budget);
    }
    if (what == u"oneWay")
        return oneWay(Payload::named(command[u"payload"].toString()), budget);
    if (what == u"connect")
        return connect(budget);
    if (what == u"crowd")
        return crowd(command[u"count"].toInt(), command[u"listen"].toBool());
    if (what == u"await")
        return awaitBroadcast();
    fail(u"a client cannot "_s + what);
}

Client &Asker::client()
{
    if (!m_client) {
        m_client = m_peer.makeClient();
        m_client->connectToServer(m_address);
    }
    return *m_client;
}

QJsonObject Asker::exchange(const Payload &payload, int window, milliseconds budget)
{
    Exchange warmUp(window, budget / 10);
    client().exchange(payload, warmUp);
    Exchange measured(window, budget);
    client().exchange(payload, measured);

    std::vector<double> times;
    for (const auto time : measured.times())
        times.push_back(microseconds(time));
    return {{u"p50"_s, percentile(times, 0.5)},
            {u"p99"_s, percentile(times, 0.99)},
            {u"perSecond"_s, measured.perSecond()}};
}

QJsonObject Asker::oneWay(const Payload &payload, milliseconds budget)
{
    const auto seconds = [&](qsizetype count) {
        const auto begin = Clock::now();
        client().oneWay(payload, count);
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    const double goal = std::chrono::duration<double>(budget).count();

    // So many that it takes as long as it may; what it takes to find out is the warm-up.
    qsizetype count = std::max<qsizetype>(4, 128 * 1024 / payload.size());
    double taken = seconds(count);
    while (taken < goal / 4) {
        count = qsizetype(double(count) * std::clamp(goal / 2 / taken, 2.0, 16.0));
        taken = seconds(count);
    }
    count = std::max<qsizetype>(4, qsizetype(double(count) * goal / taken));
    taken = seconds(count);
    const double perSecond = double(count) / taken;
    return {{u"perSecond"_s, perSecond}, {u"bytesPerSecond"_s, perSecond * double(payload.size())}};
}

QJsonObject Asker::connect(milliseconds budget)
{
    const Payload payload = Payload::named(u"text:16"_s);
    std::vector<double> ready;
    std::vector<double> answered;
    const auto end = Clock::now() + budget;
    while (Clock::now() < end) {
        const auto begin = Clock::now();
        const auto newcomer = m_peer.makeClient();
        newcomer->connectToServer(m_address);
        ready.push_back(microseconds(Clock::now() - begin));
        Exchange first(1, std::chrono::nanoseconds(1));
        newcomer->exchange(payload, first);
        answered.push_back(microseconds(Clock::now() - begin));
    }
    return {{u"ready"_s, median(ready)}, {u"answered"_s, median(answered)}};
}

QJsonObject Asker::crowd(int count, bool listening)
{
    for (int i = 0; i < count; ++i) {
        m_crowd.push_back(m_peer.makeClient());
        m_crowd.back()->connectToServer(m_address);
    }
    // Some are connected before the server has accepted them. It does so in turn.
    Exchange last(1, std::chrono::nanoseconds(1));
    m_crowd.back()->exchange(Payload::named(u"text:16"_s), last);
    for (const auto &member : m_crowd) {
        if (listening)
            member->listen([this] { ++m_received; });
    }
    return {};
}

QJsonObject Asker::awaitBroadcast()
{
    while (m_received < m_crowd.size())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    m_received = 0;
    return {};
}

} // namespace

void ask(const Peer &peer, const QString &address)
{
    Asker asker(peer, address);
    Commands commands([&asker](const QJsonObject &command) { return asker.handle(command); });
    for (;;)
        commands.answerNext();
}

} // namespace compare
