// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCCONNECTION_P_H
#define QIPC_IPCCONNECTION_P_H

#include "connectionhost_p.h"
#include "ipcpeer_p.h"

#include <QIpc/ipcconnection.h>

#include <QtCore/QPointer>

class IPCConnectionPrivate : public IPCPeerPrivate
{
public:
    explicit IPCConnectionPrivate(IPCServer *server);

    void handleMessage(const QVariant &message) override;
    void handleRequest(const QVariant &request,
                       const std::shared_ptr<qipc::Answer> &answer) override;
    void tellRequest(const QVariant &request, const IPCResponder &responder) override;
    void handleEnd(const qipc::SessionEnd &end) override;
    [[nodiscard]] IPCError whyItMoves() const override;

    [[nodiscard]] IPCConnection *connection() const;

    const QPointer<IPCServer> server;
    qipc::ConnectionHost *host = nullptr; // null when the server goes
    QDateTime connectedAt;
};

#endif
