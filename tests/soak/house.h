// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_HOUSE_H
#define QIPC_TEST_HOUSE_H

#include "conversation.h"
#include "role.h"

#include <QIpc/IPCServer>

#include <QtCore/QSet>

//! The process whose server all come to. Its limits are low enough to be reached.
class House : public Role
{
public:
    House(const QString &path, uint seed);

private:
    void go() override;
    void rest() override;
    [[nodiscard]] bool isAtRest() const override;
    void checkAtRest() override;

    void setUp();
    QFuture<IPCResult<void>> decideSoon(const QVariant &payload);
    void receive(IPCConnection *connection, const QVariant &payload);
    void converseWith(IPCConnection *connection, const QVariantMap &guest);
    void putUpWith(IPCConnection *connection);
    void act();
    void changeItsMind();
    void actWithSome();
    void beRudeTo(IPCConnection *connection);
    void deleteSometimes(IPCConnection *connection);
    void broadcast();
    void publish();
    void survey();
    void checkSurvey(const Question &question, const QList<IPCOutcome<QVariant>> &outcomes);

    Dice m_dice;
    QTimer m_timer;
    IPCServer m_server;
    QHash<IPCConnection *, Conversation *> m_conversations;
    QHash<IPCConnection *, QSet<QString>> m_subscriptions;
    QHash<QString, int> m_published;
    int m_broadcasts = 0;
    int m_surveys = 0;
    int m_openSurveys = 0;
    int m_openVerdicts = 0;
};

#endif
