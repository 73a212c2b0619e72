// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCCONNECTION_H
#define QIPC_IPCCONNECTION_H

#include <QIpc/ipcpeer.h>

#include <QtCore/QDateTime>

class IPCConnectionPrivate;
class IPCServer;
class IPCServerPrivate;

/*!
 * A server's end of one connection. It talks as a client does.
 *
 * Made by the server, whose child it is; it goes by `deleteLater()` after disconnected(). A client
 * that comes back is a new one.
 */
class QIPC_EXPORT IPCConnection : public IPCPeer
{
    Q_OBJECT
    Q_PROPERTY(QDateTime connectedAt READ connectedAt CONSTANT)

public:
    ~IPCConnection() override;

    //! The server it belongs to.
    [[nodiscard]] IPCServer *server() const;

    //! When it became ready, in UTC.
    [[nodiscard]] QDateTime connectedAt() const;

    //! As close(), but asks the client to come back.
    QFuture<IPCResult<void>> closeForRestart(const IPCValue &reason);
    //! As above, with no reason: undefined.
    QFuture<IPCResult<void>> closeForRestart();

protected:
    //! For IPCServer::createConnection().
    explicit IPCConnection(IPCServer *server);

private:
    friend class IPCServer;
    friend class IPCServerPrivate;
    [[nodiscard]] IPCConnectionPrivate *d() const;
};

#endif
