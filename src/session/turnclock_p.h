// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TURNCLOCK_P_H
#define QIPC_TURNCLOCK_P_H

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <memory>
#include <vector>

namespace qipc {

/*!
 * Tells the turns of one thread's event loop apart, by what its dispatcher says of them: a turn
 * ends where the loop, or a nested one, goes on to wait or to the next events.
 *
 * This costs nothing, where an event posted to the end of a turn wakes the loop through the system.
 */
class TurnClock final : public QObject, public std::enable_shared_from_this<TurnClock>
{
    Q_OBJECT

public:
    //! Who wants to know of the end of a turn.
    class Client
    {
    public:
        //! Called from inside the dispatcher, so not the place for code of the program.
        virtual void turnEnded() = 0;

    protected:
        ~Client() = default;
    };

    //! That of the calling thread, which lives as long as somebody holds it.
    [[nodiscard]] static std::shared_ptr<TurnClock> ofThisThread();

    //! The number of the present turn, from 1.
    [[nodiscard]] quint64 turn() const { return m_turn; }

    //! Whether so long has passed since this was first asked in the turn that it should come to its
    //! end: others wait for theirs. (The turn itself may have begun with a wait.)
    [[nodiscard]] bool isLong();

    //! Tells \a client of the end of this turn, once.
    void tellAtEnd(Client *client);
    //! Does not tell \a client any more.
    void forget(Client *client);

private:
    TurnClock();
    void listenToDispatcher();
    void onDispatcher();
    void endTurn();

    quint64 m_turn = 1;
    QElapsedTimer m_sinceAsked; // for the first time in the turn
    QPointer<const QAbstractEventDispatcher> m_dispatcher;
    bool m_dispatcherTells = false; // it has done so once
    std::vector<Client *> m_clients;
};

} // namespace qipc

#endif
