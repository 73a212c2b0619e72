// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CONNECTOR_P_H
#define QIPC_CONNECTOR_P_H

#include "stream_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QObject>

#include <memory>

namespace qipc {

/*!
 * Connects to an address, once. May be deleted at any time, also from inside its signals.
 *
 * It sets itself no time limit: where a server's backlog is full it keeps trying until it is
 * deleted.
 */
class Connector : public QObject
{
    Q_OBJECT

public:
    //! The connector of this platform.
    [[nodiscard]] static std::unique_ptr<Connector> create();

    //! Begins to connect to \a address, as resolveAddress() gave it. Call it once. Exactly one of
    //! the signals follows, never before this has returned.
    virtual void connectTo(const QString &address) = 0;

Q_SIGNALS:
    //! \a stream has no parent; the receiver, of whom there has to be exactly one, owns it from
    //! here.
    void connected(qipc::Stream *stream);

    //! NoSuchServer, ConnectionRefused, PermissionDenied, NotASocket, NameTooLong or
    //! OutOfResources, with the system's errno where there is one.
    void failed(const IPCError &error);

protected:
    using QObject::QObject;
};

} // namespace qipc

#endif
