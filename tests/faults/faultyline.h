// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_FAULTYLINE_H
#define QIPC_TEST_FAULTYLINE_H

#include "../transport/rawsocket.h"

#include <QtCore/QByteArray>
#include <QtCore/QMetaType>
#include <QtCore/QString>

#include <array>

//! What happens to a direction behind its first bytes.
enum class Fault {
    Split, //!< The rest comes a turn of the event loop later,
    Delay, //!< or when nobody has anything to do any more.
    Truncate, //!< The direction ends there.
    Kill, //!< The whole connection is gone.
};
Q_DECLARE_METATYPE(Fault)

enum class Direction { ToServer, ToClient };
Q_DECLARE_METATYPE(Direction)

/*!
 * Carries the bytes between one client and one server, over real sockets, and has one fault.
 *
 * It does something only when it is told to, so that a test knows when all is quiet.
 */
class FaultyLine
{
public:
    struct Plan
    {
        Fault fault = Fault::Split;
        Direction direction = Direction::ToServer;
        qsizetype at = 0; //!< Behind so many bytes.
        bool hidesMarker = false; //!< The two do not learn that they are both ours.
    };

    //! Clients of \a address get to the server at \a serverAddress.
    FaultyLine(const QString &address, const QString &serverAddress);

    [[nodiscard]] bool isListening() const { return bool(m_listening); }

    //! Begins anew, with the next client.
    void begin(const Plan &plan);
    //! Moves what has come. Returns whether there was anything.
    bool pump();
    //! All is quiet: lets go what was delayed. Returns whether anything was.
    bool release();

    //! Whether the fault's place was reached.
    [[nodiscard]] bool hasReached() const { return m_reached; }
    //! What has passed in \a direction.
    [[nodiscard]] QByteArray passed(Direction direction) const
    {
        return m_lanes[size_t(direction)].passed;
    }

private:
    struct Lane
    {
        QByteArray waiting; //!< That was taken from the one and not given to the other.
        QByteArray passed;
        bool hasEnd = false; //!< The one has ended,
        bool isEnded = false; //!< and the other was told, or cannot be told any more.
    };

    bool accept();
    bool move(Direction direction);
    bool take(Lane &lane, const raw::FileDescriptor &from);
    bool give(Lane &lane, const raw::FileDescriptor &to, qsizetype most);
    void strike();
    void end(Lane &lane, const raw::FileDescriptor &to);

    const QString m_serverAddress;
    const raw::FileDescriptor m_listening;
    raw::FileDescriptor m_client;
    raw::FileDescriptor m_server;
    Plan m_plan;
    std::array<Lane, 2> m_lanes;
    bool m_reached = false;
    bool m_holding = false; //!< The rest of the direction with the fault.
    bool m_over = false;
};

#endif
