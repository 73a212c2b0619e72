// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// QtDBus from peer to peer, without a bus between them.

#include "peer.h"

#include "exchange.h"
#include "failure.h"
#include "payload.h"

#include <QtCore/QEventLoop>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusPendingCallWatcher>
#include <QtDBus/QDBusPendingReply>
#include <QtDBus/QDBusServer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

//! It tells nobody how much it has queued, so so much is sent before the other end has to answer.
constexpr qsizetype mostQueued = 4 * 1024 * 1024;

QString objectPath()
{
    return u"/echo"_s;
}

QString interfaceName()
{
    return u"compare.Echo"_s;
}

QString url(const QString &address)
{
    return u"unix:path="_s + address;
}

//! What the server exports.
class Echo : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "compare.Echo")

public Q_SLOTS:
    QString echoText(const QString &text) { return text; }
    QByteArray echoBytes(const QByteArray &bytes) { return bytes; }
    Q_NOREPLY void postText(const QString & /*text*/) { ++m_received; }
    Q_NOREPLY void postBytes(const QByteArray & /*bytes*/) { ++m_received; }
    Q_NOREPLY void postMap(const QVariantMap & /*map*/) { ++m_received; }
    qlonglong finish() { return std::exchange(m_received, 0); }

private:
    qlonglong m_received = 0;
};

class DBusServer : public Server
{
public:
    void listen(const QString &address) override;

private:
    Echo m_echo;
    std::unique_ptr<QDBusServer> m_server;
    std::vector<QDBusConnection> m_connections;
};

void DBusServer::listen(const QString &address)
{
    m_server = std::make_unique<QDBusServer>(url(address));
    if (!m_server->isConnected())
        fail(u"qtdbus: "_s + m_server->lastError().message());
    QObject::connect(
        m_server.get(), &QDBusServer::newConnection, &m_echo, [this](QDBusConnection connection) {
            connection.registerObject(objectPath(), &m_echo, QDBusConnection::ExportAllSlots);
            m_connections.push_back(connection);
        });
}

class DBusClient : public Client
{
public:
    ~DBusClient() override { QDBusConnection::disconnectFromPeer(m_connection.name()); }
    void connectToServer(const QString &address) override;
    void exchange(const Payload &payload, Exchange &exchange) override;
    void oneWay(const Payload &payload, qsizetype count) override;

private:
    void request(const QDBusMessage &call, Exchange &exchange, QEventLoop &loop);
    [[nodiscard]] qlonglong received();

    QDBusConnection m_connection{QString()};
};

QDBusMessage callOf(const QString &method)
{
    return QDBusMessage::createMethodCall({}, objectPath(), interfaceName(), method);
}

QDBusMessage callOf(const QString &verb, const Payload &payload)
{
    static const QStringList kinds{u"Text"_s, u"Bytes"_s, u"Map"_s};
    return callOf(verb + kinds[int(payload.kind())]);
}

void DBusClient::connectToServer(const QString &address)
{
    static int number = 0;
    m_connection = QDBusConnection::connectToPeer(url(address), u"client%1"_s.arg(++number));
    if (!m_connection.isConnected())
        fail(u"qtdbus: "_s + m_connection.lastError().message());
}

void DBusClient::request(const QDBusMessage &call, Exchange &exchange, QEventLoop &loop)
{
    auto *watcher = new QDBusPendingCallWatcher(m_connection.asyncCall(call));
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, &loop, [&, watcher] {
        if (watcher->isError())
            fail(u"qtdbus: "_s + watcher->error().message());
        watcher->deleteLater();
        exchange.answered();
        while (exchange.start())
            request(call, exchange, loop);
        if (exchange.isDone())
            loop.quit();
    });
}

void DBusClient::exchange(const Payload &payload, Exchange &exchange)
{
    QDBusMessage call = callOf(u"echo"_s, payload);
    call << payload.value();
    QEventLoop loop;
    while (exchange.start())
        request(call, exchange, loop);
    loop.exec();
}

qlonglong DBusClient::received()
{
    QEventLoop loop;
    QDBusPendingCallWatcher watcher(m_connection.asyncCall(callOf(u"finish"_s)));
    QObject::connect(&watcher, &QDBusPendingCallWatcher::finished, &loop, &QEventLoop::quit);
    loop.exec();
    const QDBusPendingReply<qlonglong> reply = watcher;
    if (reply.isError())
        fail(u"qtdbus: "_s + reply.error().message());
    return reply.value();
}

void DBusClient::oneWay(const Payload &payload, qsizetype count)
{
    QDBusMessage call = callOf(u"post"_s, payload);
    call << payload.value();
    const qsizetype most = std::max<qsizetype>(1, mostQueued / payload.size());
    for (qsizetype left = count; left > 0;) {
        const qsizetype some = std::min(left, most);
        for (qsizetype i = 0; i < some; ++i)
            m_connection.send(call);
        if (received() != some)
            fail(u"qtdbus: messages were lost"_s);
        left -= some;
    }
}

} // namespace

Peer qtdbusPeer()
{
    Peer peer;
    peer.name = u"qtdbus"_s;
    peer.abilities = Peer::CarriesMaps | Peer::ManyClients | Peer::HasTimers;
    peer.isQt = true;
    peer.makeServer = [] { return std::make_unique<DBusServer>(); };
    peer.makeClient = [] { return std::make_unique<DBusClient>(); };
    return peer;
}

} // namespace compare

#include "qtdbus.moc"
