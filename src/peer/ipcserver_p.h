// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCSERVER_P_H
#define QIPC_IPCSERVER_P_H

#include "acceptor_p.h"
#include "connectionhost_p.h"
#include "ipcconnection_p.h"
#include "promise_p.h"
#include "pubsub_p.h"
#include "topics_p.h"

#include <QIpc/ipcserver.h>

#include <QtCore/QPointer>

#include <memory>

class IPCServerPrivate : public qipc::ConnectionHost
{
public:
    IPCServerPrivate(IPCServer *q, const QString &path);
    ~IPCServerPrivate() override;

    [[nodiscard]] IPCError listen();
    QFuture<IPCResult<void>> close(bool mayReconnect);

    //! It is about to be moved to another thread: ends the listening, which the new thread is told.
    void leaveThread();

    //! For loops in which a slot may delete any of them.
    [[nodiscard]] QList<QPointer<IPCConnection>> guardedConnections() const;

    // Clients that come and go
    void decide(qipc::Session *session, const QVariant &payload, const QString &wantedId);
    [[nodiscard]] bool hasPlace(qipc::Session *session);
    void awaitVerdict(qipc::Session *session, const QFuture<IPCResult<void>> &verdict,
                      const QVariant &payload, const QString &wantedId);
    void judge(qipc::Session *session, const IPCResult<void> &verdict, const QVariant &payload,
               const QString &wantedId);
    void welcome(qipc::Session *session, const QVariant &payload, const QString &wantedId);
    [[nodiscard]] QString newId(const QString &wanted) const;
    void relay(IPCConnection *connection);
    void tellMessage(IPCConnection *connection, const QVariant &message) override;
    void tellRequest(IPCConnection *connection, const QVariant &request,
                     const IPCResponder &responder) override;
    void forget(IPCConnection *connection) override;
    void connectionEnded() override;
    void applySessionOptions();

    // What goes to many
    IPCResult<int> postToAll(const QList<IPCConnection *> &receivers, const QVariant &message);
    QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> survey(const QVariant &request,
                                                           std::chrono::milliseconds timeout);
    QFuture<IPCResult<QList<IPCOutcome<std::chrono::nanoseconds>>>> ping();
    template <typename T, typename Read>
    QFuture<IPCResult<QList<IPCOutcome<T>>>> askAll(qipc::PendingRequests::Kind kind,
                                                    const QVariant &data,
                                                    std::chrono::milliseconds timeout, Read read);
    [[nodiscard]] static IPCConnectionPrivate *of(IPCConnection *connection)
    {
        return connection->d();
    }

    // Topics
    bool takeTopicRequest(IPCConnection *connection, const QVariant &request,
                          const std::shared_ptr<qipc::Answer> &answer) override;
    void subscribe(IPCConnection *connection, const QStringList &names,
                   const std::shared_ptr<qipc::Answer> &answer);
    void unsubscribe(IPCConnection *connection, const QStringList &names,
                     const std::shared_ptr<qipc::Answer> &answer);

    IPCServer *q;
    qipc::Acceptor acceptor;
    QList<IPCConnection *> connections;
    qipc::Topics topics;
    QList<qipc::Promise<void>> closing;
    IPCError error;

    QString path;
    QString address;
    IPCServer::Access access = IPCServer::Access::User;
    int backlog = 128;
    int maxConnections = 1000;
    IPCServer::SlowReaders slowReaders = IPCServer::SlowReaders::Keep;
    IPCPeer::Encoding encoding = IPCPeer::Encoding::Auto;
    bool compression = true;
    std::chrono::milliseconds requestTimeout{10'000};
    std::chrono::milliseconds heartbeatInterval{0};
    IPCLimits limits;
    IPCServer::IdGenerator idGenerator;
    IPCServer::Authorizer authorizer;
    IPCServer::LateAuthorizer lateAuthorizer; // at most one of the two is set
};

#endif
