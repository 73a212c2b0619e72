// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_GUEST_H
#define QIPC_TEST_GUEST_H

#include "conversation.h"

#include <QIpc/IPCClient>

#include <QtCore/QTimer>

#include <memory>

//! Comes, talks and goes at random, and comes again.
class Guest : public QObject
{
    Q_OBJECT

public:
    //! Of the server at \a path; known as \a name, which nobody else has. \a dice lives longer.
    Guest(const QString &path, const QString &name, Dice *dice, QObject *parent);
    ~Guest() override;

    //! Comes soon.
    void go();
    //! Goes, and stays away.
    void rest();
    [[nodiscard]] bool isAway() const { return m_isResting && !m_client; }

private:
    //! Where it deletes its client: in a slot of this.
    enum class Doom {
        None,
        Ready,
        Message,
        Request,
        Publication,
        Error,
        Disconnected,
    };
    static constexpr int dooms = 7;

    void enter();
    void makeClient();
    void converse();
    void tellWhoComes();
    void becomeReady();
    void followStatus(IPCClient::Status status);
    void act();
    void changeTopics();
    void publish();
    void pauseAWhile();
    void leave();
    void meet(Doom doom);
    void comeAgain();
    void checkConnecting(const IPCResult<void> &result);
    [[nodiscard]] QString topic();

    const QString m_path;
    const QString m_name;
    Dice *const m_dice;
    QTimer m_timer;
    std::unique_ptr<IPCClient> m_client;
    QPointer<Conversation> m_conversation;
    Doom m_doom = Doom::None;
    bool m_isResting = true;
    bool m_isWelcome = true;
    bool m_waitsForAnswers = false; // before it closes
    int m_conversations = 0;
    int m_attempts = 0;
    int m_published = 0;
};

#endif
