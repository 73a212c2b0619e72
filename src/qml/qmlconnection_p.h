// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_QMLCONNECTION_P_H
#define QIPC_QMLCONNECTION_P_H

#include "qmlvaluetypes_p.h"

#include <QIpc/ipcconnection.h>

#include <QtQml/QJSValue>
#include <QtQml/QtQml>

namespace qipc {

class QmlServer;
class Scripts;

//! IPCConnection in QML: made by the server; talks as QmlClient does.
class QmlConnection : public IPCConnection
{
    Q_OBJECT
    Q_MOC_INCLUDE("qmlserver_p.h")
    QML_NAMED_ELEMENT(IPCConnection)
    QML_UNCREATABLE("An IPCConnection is made by its IPCServer.")
    Q_PROPERTY(qipc::QmlServer *server READ qmlServer CONSTANT)
    Q_PROPERTY(qipc::QmlCredentials credentials READ qmlCredentials CONSTANT)
    //! How many bytes wait here to be sent. Asked for, not watched: it tells no change.
    Q_PROPERTY(double queuedBytes READ queuedBytesAsDouble STORED false)
    Q_PROPERTY(int requestTimeout READ requestTimeoutMs WRITE setRequestTimeoutMs NOTIFY
                   requestTimeoutChanged)
    Q_PROPERTY(int heartbeatInterval READ heartbeatIntervalMs WRITE setHeartbeatIntervalMs NOTIFY
                   heartbeatIntervalChanged)

public:
    explicit QmlConnection(IPCServer *server);
    ~QmlConnection() override;

    [[nodiscard]] QmlServer *qmlServer() const;
    //! Whether somebody listens to errorOccurred() of this one, and not of its server only.
    [[nodiscard]] bool isErrorHandled() const;
    [[nodiscard]] double queuedBytesAsDouble() const { return double(queuedBytes()); }
    [[nodiscard]] QmlCredentials qmlCredentials() const { return QmlCredentials(credentials()); }
    [[nodiscard]] int requestTimeoutMs() const { return int(requestTimeout().count()); }
    void setRequestTimeoutMs(int ms) { setRequestTimeout(std::chrono::milliseconds(ms)); }
    [[nodiscard]] int heartbeatIntervalMs() const { return int(heartbeatInterval().count()); }
    void setHeartbeatIntervalMs(int ms) { setHeartbeatInterval(std::chrono::milliseconds(ms)); }

    Q_INVOKABLE QJSValue send(const QJSValue &message = {});
    Q_INVOKABLE bool post(const QJSValue &message = {});
    Q_INVOKABLE QJSValue request(const QJSValue &request = {}, const QJSValue &timeout = {});
    Q_INVOKABLE QJSValue ping(const QJSValue &payload = {}, const QJSValue &timeout = {});
    Q_INVOKABLE QJSValue close(const QJSValue &reason = {});
    Q_INVOKABLE QJSValue closeForRestart(const QJSValue &reason = {});
    Q_INVOKABLE void abort(const QJSValue &reason = {});
    Q_INVOKABLE void pause();
    Q_INVOKABLE void resume();

Q_SIGNALS:
    void messageReceived(const QJSValue &message);
    void requestReceived(const QJSValue &request, const QJSValue &respond);
    void disconnected(const QJSValue &reason);
    void errorOccurred(const QJSValue &error);

private:
    void forwardSignals();
    template <typename Signal>
    [[nodiscard]] Scripts *listening(Signal signal) const;
};

} // namespace qipc

#endif
