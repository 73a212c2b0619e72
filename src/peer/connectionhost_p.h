// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CONNECTIONHOST_P_H
#define QIPC_CONNECTIONHOST_P_H

#include <QtCore/QVariant>

#include <memory>

class IPCConnection;
class IPCResponder;

namespace qipc {

class Answer;

//! What a connection needs of its server.
class ConnectionHost
{
public:
    virtual ~ConnectionHost() = default;

    //! What came to \a connection, which has told it already. Anything may be gone afterwards.
    virtual void tellMessage(IPCConnection *connection, const QVariant &message) = 0;
    virtual void tellRequest(IPCConnection *connection, const QVariant &request,
                             const IPCResponder &responder) = 0;
    //! Answers a \a request about topics. False where it is none.
    virtual bool takeTopicRequest(IPCConnection *connection, const QVariant &request,
                                  const std::shared_ptr<Answer> &answer) = 0;
    //! The connection is no more. Emits nothing.
    virtual void forget(IPCConnection *connection) = 0;
    //! A connection has ended and said so. Anything may be gone afterwards.
    virtual void connectionEnded() = 0;
};

} // namespace qipc

#endif
