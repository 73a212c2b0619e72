// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_VANDALS_H
#define QIPC_TEST_VANDALS_H

#include "dice.h"
#include "role.h"

#include "../transport/rawsocket.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QTimer>

#include <vector>

//! A process full of those who come to do harm, on bare sockets.
class Vandals : public Role
{
    Q_OBJECT

public:
    //! To the server at \a path.
    Vandals(const QString &path, uint seed);

    //! What they do.
    enum class Deed {
        HitAndRun, //!< Comes and goes.
        Noise, //!< Bytes of no meaning.
        HalfHandshake, //!< Begins, and says no more.
        Garbage, //!< A handshake, then frames of no meaning.
        WrongZip, //!< The same, compressed.
        Giant, //!< Announces a frame above the limit.
        HalfFrame, //!< Announces a large one, and sends a part.
        DeepNesting,
        ManyValues,
        Mutation, //!< A session with a few bytes changed.
        GreedySubscriber, //!< More topics than it may have.
        StoppedReader, //!< Asks without end, and reads no answer.
    };
    Q_ENUM(Deed)
    static constexpr int deeds = 12;

private:
    struct Visit
    {
        Deed deed;
        qipc::FileDescriptor socket;
        QByteArray rest; //!< To be sent.
        QDeadlineTimer end;
        QDeadlineTimer patience; //!< With the server.
    };

    void go() override;
    void rest() override;
    [[nodiscard]] bool isAtRest() const override { return m_visits.empty(); }

    void act();
    void visit();
    //! Whether the visit goes on.
    [[nodiscard]] bool goesOn(Visit &visit);
    [[nodiscard]] QByteArray words(Deed deed);
    [[nodiscard]] QByteArray noise(int most);

    const QString m_path;
    Dice m_dice;
    QTimer m_timer;
    std::vector<Visit> m_visits;
    bool m_isResting = true;
};

#endif
