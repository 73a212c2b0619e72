// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Qt Remote Objects over its local: transport, with the classes that repc makes of echo.rep.

#include "peer.h"

#include "exchange.h"
#include "failure.h"
#include "payload.h"

#include "rep_echo_replica.h"
#include "rep_echo_source.h"

#include <QtCore/QEventLoop>
#include <QtCore/QUrl>
#include <QtRemoteObjects/QRemoteObjectHost>
#include <QtRemoteObjects/QRemoteObjectNode>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

//! It tells nobody how much it has queued, so so much is sent before the other end has to answer.
constexpr qsizetype mostQueued = 4 * 1024 * 1024;

QUrl url(const QString &address)
{
    return QUrl(u"local:"_s + address);
}

class Echo : public EchoSimpleSource
{
public:
    QString echoText(const QString &text) override { return text; }
    QByteArray echoBytes(const QByteArray &bytes) override { return bytes; }
    void postText(const QString & /*text*/) override { ++m_received; }
    void postBytes(const QByteArray & /*bytes*/) override { ++m_received; }
    void postMap(const QVariantMap & /*map*/) override { ++m_received; }
    qlonglong finish() override { return std::exchange(m_received, 0); }

private:
    qlonglong m_received = 0;
};

class RemoteObjectsServer : public Server
{
public:
    void listen(const QString &address) override
    {
        if (!m_host.setHostUrl(url(address)) || !m_host.enableRemoting(&m_echo))
            fail(u"qtro: cannot listen"_s);
    }

private:
    Echo m_echo;
    QRemoteObjectHost m_host;
};

class RemoteObjectsClient : public Client
{
public:
    void connectToServer(const QString &address) override;
    void exchange(const Payload &payload, Exchange &exchange) override;
    void oneWay(const Payload &payload, qsizetype count) override;

private:
    void request(const Payload &payload, Exchange &exchange, QEventLoop &loop);
    [[nodiscard]] QRemoteObjectPendingCall echo(const Payload &payload);
    void post(const Payload &payload);

    QRemoteObjectNode m_node;
    std::unique_ptr<EchoReplica> m_echo;
};

void RemoteObjectsClient::connectToServer(const QString &address)
{
    m_node.connectToNode(url(address));
    m_echo.reset(m_node.acquire<EchoReplica>());
    if (!m_echo->waitForSource(10'000))
        fail(u"qtro: there is no source"_s);
}

QRemoteObjectPendingCall RemoteObjectsClient::echo(const Payload &payload)
{
    if (payload.kind() == Payload::Kind::Text)
        return m_echo->echoText(payload.value().toString());
    return m_echo->echoBytes(payload.value().toByteArray());
}

void RemoteObjectsClient::request(const Payload &payload, Exchange &exchange, QEventLoop &loop)
{
    auto *watcher = new QRemoteObjectPendingCallWatcher(echo(payload), &m_node);
    QObject::connect(watcher, &QRemoteObjectPendingCallWatcher::finished, &loop, [&, watcher] {
        if (watcher->error() != QRemoteObjectPendingCall::NoError)
            fail(u"qtro: no answer"_s);
        watcher->deleteLater();
        exchange.answered();
        while (exchange.start())
            request(payload, exchange, loop);
        if (exchange.isDone())
            loop.quit();
    });
}

void RemoteObjectsClient::exchange(const Payload &payload, Exchange &exchange)
{
    QEventLoop loop;
    while (exchange.start())
        request(payload, exchange, loop);
    loop.exec();
}

void RemoteObjectsClient::post(const Payload &payload)
{
    switch (payload.kind()) {
    case Payload::Kind::Text:
        m_echo->postText(payload.value().toString());
        return;
    case Payload::Kind::Bytes:
        m_echo->postBytes(payload.value().toByteArray());
        return;
    case Payload::Kind::Map:
        m_echo->postMap(payload.value().toMap());
        return;
    }
}

void RemoteObjectsClient::oneWay(const Payload &payload, qsizetype count)
{
    const qsizetype most = std::max<qsizetype>(1, mostQueued / payload.size());
    for (qsizetype left = count; left > 0;) {
        const qsizetype some = std::min(left, most);
        for (qsizetype i = 0; i < some; ++i)
            post(payload);
        auto finished = m_echo->finish();
        if (!finished.waitForFinished() || finished.returnValue() != some)
            fail(u"qtro: messages were lost"_s);
        left -= some;
    }
}

} // namespace

Peer qtroPeer()
{
    Peer peer;
    peer.name = u"qtro"_s;
    peer.abilities = Peer::CarriesMaps | Peer::ManyClients | Peer::HasTimers;
    peer.isQt = true;
    peer.makeServer = [] { return std::make_unique<RemoteObjectsServer>(); };
    peer.makeClient = [] { return std::make_unique<RemoteObjectsClient>(); };
    return peer;
}

} // namespace compare
