// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_PLAYER_H
#define QIPC_TESTS_PLAYER_H

#include "packetstream.h"
#include "recording.h"

#include <QtCore/QHash>
#include <QtCore/QStringList>

#include <functional>
#include <map>
#include <memory>
#include <random>

QT_BEGIN_NAMESPACE
class QLocalSocket;
QT_END_NAMESPACE

//! Where the played bytes are cut; each piece is read by itself.
enum class Cuts {
    Chunks, //!< As they were recorded: a frame each.
    Joined, //!< All that one side says in a row at once.
    Bytes, //!< Each byte by itself.
    Random, //!< Anywhere, the same in each run.
};
Q_DECLARE_METATYPE(Cuts)

/*!
 * Plays one side of a recorded session over bare sockets at the library, and compares what the
 * library says with what the recorded peer said there.
 */
class Player
{
public:
    enum class Side { Client, Server };
    using Perform = std::function<void(const Step &)>;

    //! Plays \a side of \a recording.
    Player(const Recording &recording, Side side, Cuts cuts);
    ~Player();
    Q_DISABLE_COPY_MOVE(Player)

    //! The bare \a socket stands for the \a connection of the recording.
    void attach(int connection, QLocalSocket *socket);

    //! Plays all, and calls \a perform with each step when its time has come: where it is the
    //! library's to take, it has to. Returns what went otherwise than recorded, or nothing.
    [[nodiscard]] QString play(const Perform &perform);

    //! Whether also the bytes of the frames have to be the recorded ones, not only the packets in
    //! them; but for a CONNECTION and for questions, whose nonces differ. By default false.
    void setExactBytes(bool exact) { m_exactBytes = exact; }

    //! The ids that the recorded server gave, in the order of the connections.
    [[nodiscard]] static QStringList ids(const Recording &recording);

    //! What came on \a connection behind the end of the recording.
    [[nodiscard]] std::optional<qipc::Packet> nextPacket(int connection);

private:
    struct Connection;

    [[nodiscard]] Connection &connection(int number);
    [[nodiscard]] bool isTheLibrarys(const Step &step) const;
    void say(Connection &connection, const ReadPacket &recorded, const QByteArray &preamble);
    [[nodiscard]] QString expect(Connection &connection, const ReadPacket &recorded);
    [[nodiscard]] std::optional<ReadPacket> receive(Connection &connection);
    void flushAll();
    [[nodiscard]] QByteArrayList pieces(const QByteArrayList &chunks);

    const Recording &m_recording;
    Side m_side;
    Cuts m_cuts;
    bool m_exactBytes = false;
    std::map<int, std::unique_ptr<Connection>> m_connections;
    std::mt19937 m_random; // its default seed: the same cuts in each run
};

#endif
