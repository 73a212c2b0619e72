// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCSINGLEINSTANCE_P_H
#define QIPC_IPCSINGLEINSTANCE_P_H

#include "handover_p.h"
#include "instanceservers_p.h"

#include <QIpc/ipcclient.h>
#include <QIpc/ipcsingleinstance.h>

#include <QtCore/QPromise>
#include <QtCore/QTimer>

#include <memory>
#include <vector>

/*!
 * Holds an election until it is decided, and again when the primary has gone. Who gets to listen
 * at the places is the primary: the locks there decide that. Who does not asks the primary for a
 * sign of life.
 */
class IPCSingleInstancePrivate : public QObject
{
    Q_OBJECT

public:
    using Role = IPCSingleInstance::Role;

    IPCSingleInstancePrivate(IPCSingleInstance *q, const QString &applicationId);
    ~IPCSingleInstancePrivate() override;

    [[nodiscard]] QFuture<IPCResult<Role>> start(std::chrono::milliseconds timeout);
    [[nodiscard]] QFuture<IPCResult<int>> handOver(const QStringList &arguments,
                                                   std::chrono::milliseconds timeout,
                                                   IPCSingleInstance::Until until);

    bool event(QEvent *event) override;

    //! Goes on with an election that was held up.
    void resumeElection();
    //! Somebody listens to activated() now.
    void deliverEarlyStarts();

    IPCSingleInstance *const q;
    QString applicationId;
    IPCSingleInstance::Scope scope = IPCSingleInstance::Scope::User;
    QString directory;
    QVariant payload;
    Role role = Role::None;
    IPCError error;
    int handOvers = 0; //!< Calls of handOver() that have not returned.

private:
    using HandoverPointer = std::shared_ptr<qipc::Handover>;

    //! A hand-over of this process: to the primary, and where that dies, to the next.
    struct Call
    {
        QVariant request;
        QPromise<IPCResult<int>> promise;
        bool isUnderway = false;
    };
    using CallPointer = std::shared_ptr<Call>;
    using StartPointer = std::shared_ptr<QPromise<IPCResult<Role>>>;

    void elect();
    template <typename Function>
    void callAfter(std::chrono::milliseconds timeout, Function function);
    void limit(const StartPointer &start, std::chrono::milliseconds timeout);
    [[nodiscard]] IPCError noAnswerWithin(std::chrono::milliseconds timeout) const;
    void giveUp();
    void decide(Role newRole, const IPCError &why);
    void handleClientClosed();
    void handleLost(const IPCError &why);
    void advance(const CallPointer &call);
    void finish(const CallPointer &call, const IPCResult<int> &result);
    void takeRequest(const QVariant &request, const IPCResponder &responder,
                     IPCConnection *connection);
    void deliver(const HandoverPointer &handover);
    [[nodiscard]] bool isHeard() const;
    [[nodiscard]] bool isReturning() const;

    QList<StartPointer> m_starts; // that wait for the election
    QList<CallPointer> m_calls;
    QList<HandoverPointer> m_early; // that came before anybody listened
    qipc::Program m_program; // of the last start()
    qipc::InstanceServers m_servers;
    IPCClient m_client;
    IPCError m_clientError;
    QTimer m_nextRound;
    QTimer m_timeout; // of start()
    bool m_electing = false;
    bool m_isHeldUp = false; // until somebody waits for the election
};

#endif
