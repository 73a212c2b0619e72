// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "peer.h"

#include "exchange.h"
#include "failure.h"
#include "payload.h"

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

constexpr qsizetype mostQueued = 4 * 1024 * 1024;
constexpr qsizetype betweenMarks = 1024 * 1024;

[[noreturn]] void fail(const IPCError &error)
{
    compare::fail(u"qipc: "_s + error.message());
}

class QIpcServer : public Server
{
public:
    QIpcServer();
    void listen(const QString &address) override;
    std::chrono::nanoseconds broadcast(const Payload &payload) override;

private:
    IPCServer m_server;
    qlonglong m_received = 0;
};

QIpcServer::QIpcServer()
{
    m_server.setMaxConnections(0);
    QObject::connect(&m_server, &IPCServer::messageReceived, &m_server, [this] { ++m_received; });
    QObject::connect(&m_server, &IPCServer::requestReceived, &m_server,
                     [this](const QVariant &request, const IPCResponder &respond) {
                         if (request.isValid())
                             respond(request);
                         else
                             respond(std::exchange(m_received, 0));
                     });
}

void QIpcServer::listen(const QString &address)
{
    m_server.setPath(address);
    if (!m_server.listen())
        fail(m_server.error());
}

std::chrono::nanoseconds QIpcServer::broadcast(const Payload &payload)
{
    const auto begin = Exchange::Clock::now();
    const auto taken = m_server.broadcast(payload.value());
    if (!taken)
        fail(taken.error());
    const auto elapsed = Exchange::Clock::now() - begin;
    const auto connections = m_server.connections();
    if (taken.value() != connections.size())
        compare::fail(u"qipc: not all took the broadcast"_s);
    for (const IPCConnection *connection : connections) {
        if (connection->queuedBytes() != 0) // it would have to be waited for
            compare::fail(u"qipc: a broadcast was queued"_s);
    }
    return elapsed;
}

class QIpcClient : public Client
{
public:
    void connectToServer(const QString &address) override;
    void exchange(const Payload &payload, Exchange &exchange) override;
    void oneWay(const Payload &payload, qsizetype count) override;
    void listen(std::function<void()> received) override;

private:
    void request(const Payload &payload, Exchange &exchange, QEventLoop &loop);
    void fill(const Payload &payload);
    [[nodiscard]] qlonglong received();

    IPCClient m_client;
    qsizetype m_left = 0;
    qsizetype m_unmarked = 0;
};

void QIpcClient::connectToServer(const QString &address)
{
    m_client.setPath(address);
    m_client.connectToServer();
    const auto ready = m_client.waitForReady(10s);
    if (!ready)
        fail(ready.error());
}

void QIpcClient::request(const Payload &payload, Exchange &exchange, QEventLoop &loop)
{
    m_client.request(payload.value()).then([&](const IPCResult<QVariant> &answer) {
        if (!answer)
            fail(answer.error());
        exchange.answered();
        while (exchange.start())
            request(payload, exchange, loop);
        if (exchange.isDone())
            loop.quit();
    });
}

void QIpcClient::exchange(const Payload &payload, Exchange &exchange)
{
    QEventLoop loop;
    while (exchange.start())
        request(payload, exchange, loop);
    loop.exec();
}

//! Posts as long as little is queued; the future of a send() among them says when to go on.
void QIpcClient::fill(const Payload &payload)
{
    while (m_left > 0 && m_client.queuedBytes() < mostQueued) {
        --m_left;
        m_unmarked += payload.size();
        if (m_unmarked < betweenMarks) {
            const auto taken = m_client.post(payload.value());
            if (!taken)
                fail(taken.error());
        } else {
            m_unmarked = 0;
            m_client.send(payload.value()).then([this, &payload](const IPCResult<void> &sent) {
                if (!sent)
                    fail(sent.error());
                fill(payload);
            });
        }
    }
}

qlonglong QIpcClient::received()
{
    qlonglong count = 0;
    QEventLoop loop;
    m_client.request(IPCValue(), 0ms).then([&](const IPCResult<QVariant> &answer) {
        if (!answer)
            fail(answer.error());
        count = answer.value().toLongLong();
        loop.quit();
    });
    loop.exec();
    return count;
}

void QIpcClient::oneWay(const Payload &payload, qsizetype count)
{
    m_left = count;
    m_unmarked = 0;
    fill(payload);
    while (m_left > 0)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    if (received() != count)
        compare::fail(u"qipc: messages were lost"_s);
}

void QIpcClient::listen(std::function<void()> received)
{
    QObject::connect(&m_client, &IPCClient::messageReceived, &m_client,
                     [received = std::move(received)] { received(); });
}

} // namespace

Peer qipcPeer()
{
    Peer peer;
    peer.name = u"qipc"_s;
    peer.abilities = Peer::CarriesMaps | Peer::ManyClients | Peer::CheapClients | Peer::Broadcasts
        | Peer::HasTimers;
    peer.isQt = true;
    peer.makeServer = [] { return std::make_unique<QIpcServer>(); };
    peer.makeClient = [] { return std::make_unique<QIpcClient>(); };
    return peer;
}

} // namespace compare
