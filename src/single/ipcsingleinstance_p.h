// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCSINGLEINSTANCE_P_H
#define QIPC_IPCSINGLEINSTANCE_P_H

#include "handover_p.h"

#include <QIpc/ipcclient.h>
#include <QIpc/ipcserver.h>
#include <QIpc/ipcsingleinstance.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QTimer>

#include <functional>
#include <memory>

/*!
 * Holds an election until it is decided, and again when the primary has gone. Who gets to listen at
 * the address is the primary: the lock beside it decides that. Who does not asks the primary for a
 * sign of life.
 */
class IPCSingleInstancePrivate : public QObject
{
    Q_OBJECT

public:
    using Role = IPCSingleInstance::Role;

    IPCSingleInstancePrivate(IPCSingleInstance *q, const QString &id);

    void start(std::chrono::milliseconds timeout);
    [[nodiscard]] IPCResult<int> handOver(const QStringList &arguments, QDeadlineTimer deadline);

    //! Somebody listens to activated() now.
    void deliverEarlyStarts();

    IPCSingleInstance *const q;
    const QString id;
    IPCSingleInstance::Scope scope = IPCSingleInstance::Scope::User;
    QVariant payload;
    Role role = Role::None;
    IPCError error;

Q_SIGNALS:
    //! Something changed that somebody may wait for.
    void progressed();

private:
    using HandoverPointer = std::shared_ptr<qipc::Handover>;

    void elect();
    void decide(Role newRole, const IPCError &why);
    void handleClientClosed();
    void takeRequest(const QVariant &request, const IPCResponder &responder,
                     IPCConnection *connection);
    void deliver(const HandoverPointer &handover);
    [[nodiscard]] bool isHeard() const;
    [[nodiscard]] bool waitUntil(const std::function<bool()> &done, QDeadlineTimer deadline);

    QList<HandoverPointer> m_early; // that came before anybody listened
    IPCServer m_server;
    IPCClient m_client;
    IPCError m_clientError;
    QTimer m_nextRound;
    bool m_electing = false;
};

#endif
