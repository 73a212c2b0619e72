// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "peer.h"

#include "exchange.h"
#include "failure.h"
#include "frame.h"
#include "payload.h"

#include <QtCore/QDataStream>
#include <QtCore/QEventLoop>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

#include <optional>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

constexpr qsizetype mostQueued = 4 * 1024 * 1024;

void write(QLocalSocket &socket, FrameHeader::Kind kind, const QByteArray &bytes)
{
    const FrameHeader header{quint32(bytes.size()), kind};
    socket.write(header.toBytes().data(), FrameHeader::size);
    socket.write(bytes);
}

//! Reads frames, each when it is there as a whole.
class FrameReader
{
public:
    //! The next frame's bytes, with its kind in \a kind.
    std::optional<QByteArray> next(QLocalSocket &socket, FrameHeader::Kind &kind)
    {
        if (!m_header) {
            if (socket.bytesAvailable() < FrameHeader::size)
                return std::nullopt;
            FrameHeader::Bytes bytes{};
            socket.read(bytes.data(), FrameHeader::size);
            m_header = FrameHeader::fromBytes(bytes.data());
        }
        if (socket.bytesAvailable() < m_header->length)
            return std::nullopt;
        kind = m_header->kind;
        return socket.read(std::exchange(m_header, std::nullopt)->length);
    }

private:
    std::optional<FrameHeader> m_header;
};

QVariantMap decoded(const QByteArray &bytes)
{
    QVariantMap map;
    QDataStream stream(bytes);
    stream >> map;
    return map;
}

QByteArray encoded(const QVariantMap &map)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << map;
    return bytes;
}

//! As in Payload: what begins with the count of a map's entries is one.
bool isMap(const QByteArray &bytes)
{
    return bytes.startsWith('\0');
}

class LocalServer : public Server
{
public:
    LocalServer();
    void listen(const QString &address) override;

private:
    void handle(QLocalSocket &socket, FrameReader &reader);

    QLocalServer m_server;
    qint64 m_received = 0;
};

LocalServer::LocalServer()
{
    m_server.setMaxPendingConnections(1000);
    QObject::connect(&m_server, &QLocalServer::newConnection, &m_server, [this] {
        QLocalSocket *socket = m_server.nextPendingConnection();
        QObject::connect(
            socket, &QLocalSocket::readyRead, socket,
            [this, socket, reader = FrameReader()]() mutable { handle(*socket, reader); });
        QObject::connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    });
}

void LocalServer::listen(const QString &address)
{
    if (!m_server.listen(address))
        fail(m_server.errorString());
}

void LocalServer::handle(QLocalSocket &socket, FrameReader &reader)
{
    FrameHeader::Kind kind{};
    bool answered = false;
    while (const auto bytes = reader.next(socket, kind)) {
        switch (kind) {
        case FrameHeader::Kind::Echo:
            write(socket, kind, *bytes);
            break;
        case FrameHeader::Kind::Post:
            if (isMap(*bytes) && decoded(*bytes).size() != 10)
                fail(u"qlocalsocket: not the map that was sent"_s);
            ++m_received;
            continue;
        case FrameHeader::Kind::Finish:
            write(socket, kind, QByteArray::number(std::exchange(m_received, 0)));
            break;
        }
        answered = true;
    }
    if (answered)
        socket.flush();
}

class LocalClient : public Client
{
public:
    LocalClient();
    void connectToServer(const QString &address) override;
    void exchange(const Payload &payload, Exchange &exchange) override;
    void oneWay(const Payload &payload, qsizetype count) override;

private:
    QLocalSocket m_socket;
    FrameReader m_reader;
    std::function<void(const QByteArray &)> m_answered;
};

LocalClient::LocalClient()
{
    QObject::connect(&m_socket, &QLocalSocket::readyRead, &m_socket, [this] {
        FrameHeader::Kind kind{};
        while (const auto bytes = m_reader.next(m_socket, kind))
            m_answered(*bytes);
        m_socket.flush();
    });
}

void LocalClient::connectToServer(const QString &address)
{
    m_socket.connectToServer(address);
    if (!m_socket.waitForConnected(10'000))
        fail(m_socket.errorString());
}

void LocalClient::exchange(const Payload &payload, Exchange &exchange)
{
    QEventLoop loop;
    const auto send = [&] {
        while (exchange.start())
            write(m_socket, FrameHeader::Kind::Echo, payload.bytes());
    };
    m_answered = [&](const QByteArray &) {
        exchange.answered();
        send();
        if (exchange.isDone())
            loop.quit();
    };
    send();
    m_socket.flush();
    loop.exec();
}

void LocalClient::oneWay(const Payload &payload, qsizetype count)
{
    const bool map = payload.kind() == Payload::Kind::Map;
    const QVariantMap value = payload.value().toMap();
    for (qsizetype i = 0; i < count; ++i) {
        write(m_socket, FrameHeader::Kind::Post, map ? encoded(value) : payload.bytes());
        while (m_socket.bytesToWrite() > mostQueued)
            m_socket.waitForBytesWritten();
    }
    QEventLoop loop;
    m_answered = [&](const QByteArray &answer) {
        if (answer.toLongLong() != count)
            fail(u"qlocalsocket: messages were lost"_s);
        loop.quit();
    };
    write(m_socket, FrameHeader::Kind::Finish, {});
    loop.exec();
}

} // namespace

Peer qlocalsocketPeer()
{
    Peer peer;
    peer.name = u"qlocalsocket"_s;
    peer.abilities = Peer::CarriesMaps | Peer::ManyClients | Peer::CheapClients | Peer::HasTimers;
    peer.isQt = true;
    peer.makeServer = [] { return std::make_unique<LocalServer>(); };
    peer.makeClient = [] { return std::make_unique<LocalClient>(); };
    return peer;
}

} // namespace compare
