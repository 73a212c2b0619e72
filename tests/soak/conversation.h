// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_CONVERSATION_H
#define QIPC_TEST_CONVERSATION_H

#include "../faults/account.h"
#include "dice.h"
#include "speech.h"

#include <QIpc/IPCPeer>

#include <QtCore/QHash>
#include <QtCore/QPointer>

#include <list>
#include <optional>

/*!
 * One end of one connection, from when something may be said to when it has ended: says things, and
 * holds what comes against what may come. It outlives its peer, for also what settles when that is
 * deleted is looked at.
 */
class Conversation : public QObject
{
    Q_OBJECT

public:
    enum class Side { Guest, House };
    //! How it ended.
    enum class End {
        Lost, //!< Without a word, and not by this side.
        Farewell, //!< By the other side's close().
        Closed, //!< By this side's close(), and the other side went along.
        Overdue, //!< By this side's close(), and the other side did not.
        Aborted, //!< By this side's abort(),
        Deleted, //!< or by deleting this side's object.
        CutOff, //!< The other side did not read,
        Silent, //!< or gave no sign of life.
    };
    Q_ENUM(End)

    //! Between guest and house, of whom the guest is known as \a guest; \a dice lives longer.
    Conversation(IPCPeer *peer, Side side, const QString &guest, Dice *dice, QObject *parent);

    //! The peer is ready; the connection is known to both sides as \a token.
    void begin(const QString &token);
    //! Says something.
    void act();
    //! The guest's topics are about to change: what is published may come with a gap.
    void forgetTopic(const QString &topic);
    //! What was published to a guest.
    void takePublication(const QString &topic, const QVariant &message);

    void close();
    void abort();
    //! The peer never became ready, and never will.
    void giveUp();

    [[nodiscard]] bool hasBegun() const { return !m_token.isEmpty(); }
    [[nodiscard]] bool isLeaving() const { return m_ownEnd.has_value(); }
    //! Whether nothing that was asked is unanswered.
    [[nodiscard]] bool isQuiet() const { return m_inFlight == 0; }
    [[nodiscard]] QString guest() const { return m_guest; }
    [[nodiscard]] Ledger &ledger() { return m_ledger; }

Q_SIGNALS:
    //! It has ended, and this was told to the conductor. Fires once.
    void ended();

private:
    void say();
    void ask();
    void checkAnswer(const Question &question, const IPCResult<QVariant> &answer);
    void takeMessage(const QVariant &message);
    void takeBroadcast(int number, const QVariant &message);
    void takeRequest(const QVariant &request, const IPCResponder &respond);
    void answerLate(const Question &question, const IPCResponder &respond);
    void takeError(const IPCError &error);
    void takeEnd(const QVariant &reason);
    void takeClosed(const IPCResult<void> &result);
    void finish(End end);
    [[nodiscard]] bool mayEndWith(IPCError::Code code) const;
    [[nodiscard]] QString complaintAtTheEnd();
    void complainHere(const QString &what) const;

    const QPointer<IPCPeer> m_peer;
    const Side m_side;
    const QString m_guest;
    const QString m_speaker; // this side
    const QString m_other;
    Dice *const m_dice;
    QString m_token;
    Ledger m_ledger;
    std::list<IPCResponder> m_kept; // never to be answered
    std::optional<End> m_ownEnd;
    std::optional<int> m_farewell;
    bool m_isOver = false;
    bool m_isClosing = false;
    bool m_hasEnded = false; // the connection, while close() has not settled
    int m_sent = 0;
    int m_received = 0;
    int m_asked = 0;
    int m_inFlight = 0;
    int m_nextBroadcast = -1;
    QHash<QString, QHash<QString, int>> m_publications; // the last of each topic and speaker
};

#endif
