// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "player.h"

#include "exactly.h"

#include <QtCore/QCoreApplication>
#include <QtNetwork/QLocalSocket>
#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;
using qipc::PacketType;

namespace {

constexpr int patience = 10'000; // ms

bool isQuestion(const qipc::Packet &packet)
{
    return packet.type == int(PacketType::Request) || packet.type == int(PacketType::Ping);
}

//! What a CONNECTION says, whatever it leaves unsaid; our marker is no part of the recorded format.
QVariantMap meaning(const QVariant &connection)
{
    QVariantMap map = connection.toMap();
    map.remove(u"qipc"_s);
    for (const QString &flag : {u"compress"_s, u"messagepack"_s}) {
        if (!map.value(flag).toBool())
            map.remove(flag);
    }
    if (map.value(u"id"_s).toString().isEmpty())
        map.remove(u"id"_s);
    return map;
}

QString described(const qipc::Packet &packet, const QString &nonce)
{
    const QVariant data =
        packet.type == int(PacketType::Connection) ? meaning(packet.data) : packet.data;
    return u"{t: %1, d: %2, n: %3}"_s.arg(packet.type).arg(exactly(data), nonce);
}

} // namespace

struct Player::Connection
{
    Connection(bool messagePack, bool compression)
        : client(messagePack, compression)
        , server(messagePack, compression)
        , live(messagePack, compression)
        , played(messagePack, compression)
    {
    }

    QLocalSocket *socket = nullptr;
    PacketStream client; //!< The recorded client's packets,
    PacketStream server; //!< the recorded server's,
    PacketStream live; //!< and the library's.
    PlayedStream played;
    QByteArrayList unsaid; //!< Chunks to play, not cut yet.
    QHash<QString, QString> nonces; //!< Those of the library's questions, by the recorded ones.
};

Player::Player(const Recording &recording, Side side, Cuts cuts)
    : m_recording(recording)
    , m_side(side)
    , m_cuts(cuts)
{
}

Player::~Player() = default;

void Player::attach(int number, QLocalSocket *socket)
{
    connection(number).socket = socket;
}

QString Player::play(const Perform &perform)
{
    auto step = m_recording.steps.cbegin();
    for (qsizetype i = 0; i <= m_recording.chunks.size(); ++i) {
        for (; step != m_recording.steps.cend() && step->at == i; ++step) {
            if (isTheLibrarys(*step))
                flushAll();
            perform(*step);
        }
        if (i == m_recording.chunks.size())
            break;

        const Chunk &chunk = m_recording.chunks.at(i);
        Connection &on = connection(chunk.connection);
        PacketStream &recording = chunk.fromClient ? on.client : on.server;
        recording.feed(chunk.bytes);
        const auto recorded = recording.next();
        if (!recorded)
            return u"chunk %1 cannot be read"_s.arg(i);
        if (chunk.fromClient == (m_side == Side::Client)) {
            say(on, *recorded, chunk.bytes.chopped(recorded->frame.size()));
        } else if (const QString difference = expect(on, *recorded); !difference.isEmpty()) {
            return u"chunk %1: %2"_s.arg(i).arg(difference);
        }
    }
    flushAll();
    return step == m_recording.steps.cend() ? QString() : u"steps are left"_s;
}

QStringList Player::ids(const Recording &recording)
{
    QStringList ids;
    QList<int> seen;
    for (const Chunk &chunk : recording.chunks) {
        if (chunk.fromClient || seen.contains(chunk.connection))
            continue;
        seen.append(chunk.connection);
        PacketStream stream(recording.messagePack, recording.compression);
        stream.feed(chunk.bytes);
        const auto reply = stream.next();
        ids.append(reply ? reply->packet.data.toMap().value(u"id"_s).toString() : QString());
    }
    return ids;
}

std::optional<qipc::Packet> Player::nextPacket(int number)
{
    auto read = receive(connection(number));
    if (!read)
        return {};
    return std::move(read->packet);
}

Player::Connection &Player::connection(int number)
{
    auto &on = m_connections[number];
    if (!on)
        on = std::make_unique<Connection>(m_recording.messagePack, m_recording.compression);
    return *on;
}

bool Player::isTheLibrarys(const Step &step) const
{
    return step.what.startsWith("server"_L1) == (m_side == Side::Client);
}

void Player::say(Connection &on, const ReadPacket &recorded, const QByteArray &preamble)
{
    const QString nonce = recorded.packet.nonce;
    on.unsaid.append(preamble + on.played.bytes(recorded, on.nonces.value(nonce, nonce)));
}

QString Player::expect(Connection &on, const ReadPacket &recorded)
{
    flushAll();
    const auto live = receive(on);
    if (!live)
        return u"nothing readable came"_s;

    QString nonce = recorded.packet.nonce;
    if (isQuestion(recorded.packet)) {
        on.nonces.insert(nonce, live->packet.nonce);
        nonce = live->packet.nonce;
        if (nonce.isEmpty())
            return u"a question without a nonce"_s;
    }
    const QString expected = described(recorded.packet, nonce);
    const QString actual = described(live->packet, live->packet.nonce);
    if (actual != expected)
        return u"%1 instead of %2"_s.arg(actual, expected);
    const bool sameBytes =
        nonce == recorded.packet.nonce && recorded.packet.type != int(PacketType::Connection);
    if (m_exactBytes && sameBytes && live->frame != recorded.frame)
        return u"the bytes %1 instead of %2"_s.arg(QString::fromLatin1(live->frame),
                                                   QString::fromLatin1(recorded.frame));
    return {};
}

std::optional<ReadPacket> Player::receive(Connection &on)
{
    QSignalSpy readyRead(on.socket, &QLocalSocket::readyRead);
    for (;;) {
        on.live.feed(on.socket->readAll());
        if (auto packet = on.live.next())
            return packet;
        if (on.socket->state() != QLocalSocket::ConnectedState || !readyRead.wait(patience))
            return {};
    }
}

void Player::flushAll()
{
    for (const auto &[number, on] : m_connections) {
        const QByteArrayList all = pieces(std::exchange(on->unsaid, {}));
        for (const QByteArray &piece : all) {
            on->socket->write(piece);
            on->socket->flush();
            QCoreApplication::processEvents(); // the library reads it
        }
    }
}

QByteArrayList Player::pieces(const QByteArrayList &chunks)
{
    if (m_cuts == Cuts::Chunks || chunks.isEmpty())
        return chunks;
    const QByteArray joined = chunks.join();
    std::uniform_int_distribution<qsizetype> anySize(1, 100);
    QByteArrayList pieces;
    for (qsizetype done = 0; done < joined.size(); done += pieces.last().size()) {
        switch (m_cuts) {
        case Cuts::Chunks:
        case Cuts::Joined:
            pieces.append(joined.sliced(done));
            break;
        case Cuts::Bytes:
            pieces.append(joined.sliced(done, 1));
            break;
        case Cuts::Random:
            pieces.append(joined.mid(done, anySize(m_random)));
            break;
        }
    }
    return pieces;
}
