// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_QMLSERVER_P_H
#define QIPC_QMLSERVER_P_H

#include "activity_p.h"
#include "connectionsmodel_p.h"
#include "qmlconnection_p.h"
#include "qmlvaluetypes_p.h"

#include <QIpc/ipcserver.h>

#include <QtQml/QJSValue>
#include <QtQml/QQmlParserStatus>
#include <QtQml/QtQml>

namespace qipc {

/*!
 * IPCServer in QML:
 * \code
 * IPCServer {
 *     path: "my-program"
 *     active: true
 *     onRequestReceived: (request, respond, connection) => respond("hello " + connection.id)
 * }
 * \endcode
 *
 * What takes or gives values is declared again, with those of JavaScript; see QmlClient.
 */
class QmlServer : public IPCServer, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_NAMED_ELEMENT(IPCServer)
    //! Whether it listens: true does so, when the component is complete; false closes. Becomes
    //! false by itself where listening failed, before errorOccurred() is emitted.
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged)
    Q_PROPERTY(qipc::ConnectionsModel *connections READ connectionsModel CONSTANT)
    Q_PROPERTY(qipc::QmlLimits limits READ qmlLimits WRITE setQmlLimits NOTIFY limitsChanged)
    Q_PROPERTY(int requestTimeout READ requestTimeoutMs WRITE setRequestTimeoutMs NOTIFY
                   requestTimeoutChanged)
    Q_PROPERTY(int heartbeatInterval READ heartbeatIntervalMs WRITE setHeartbeatIntervalMs NOTIFY
                   heartbeatIntervalChanged)
    //! A function that returns the id for a new connection; undefined: random ids.
    Q_PROPERTY(
        QJSValue idGenerator READ idGenerator WRITE setIdGeneratorFromJs NOTIFY idGeneratorChanged)
    //! A function of (credentials, payload) that returns true to let a client in; where it returns
    //! a string, that is the reason that the client is told; or a promise of these. Where it
    //! throws, or the promise is rejected, nobody is let in. Undefined: everyone whom `access` lets
    //! in.
    Q_PROPERTY(
        QJSValue authorizer READ authorizer WRITE setAuthorizerFromJs NOTIFY authorizerChanged)

public:
    explicit QmlServer(QObject *parent = nullptr);
    ~QmlServer() override;

    [[nodiscard]] bool isActive() const { return m_activity.isWanted(); }
    void setActive(bool active);

    [[nodiscard]] ConnectionsModel *connectionsModel() const { return m_connections; }
    [[nodiscard]] QmlLimits qmlLimits() const { return QmlLimits(limits()); }
    void setQmlLimits(const QmlLimits &limits) { setLimits(limits.limits()); }
    [[nodiscard]] int requestTimeoutMs() const { return int(requestTimeout().count()); }
    void setRequestTimeoutMs(int ms) { setRequestTimeout(std::chrono::milliseconds(ms)); }
    [[nodiscard]] int heartbeatIntervalMs() const { return int(heartbeatInterval().count()); }
    void setHeartbeatIntervalMs(int ms) { setHeartbeatInterval(std::chrono::milliseconds(ms)); }
    [[nodiscard]] QJSValue idGenerator() const { return m_idGenerator; }
    void setIdGeneratorFromJs(const QJSValue &generator);
    [[nodiscard]] QJSValue authorizer() const { return m_authorizer; }
    void setAuthorizerFromJs(const QJSValue &authorizer);

    //! The connection with this \a id, or null.
    Q_INVOKABLE qipc::QmlConnection *connection(const QString &id) const;
    //! Promises how many connections took \a message.
    Q_INVOKABLE QJSValue broadcast(const QJSValue &message = {});
    //! Promises how many subscribers took \a message.
    Q_INVOKABLE QJSValue publish(const QJSValue &topic, const QJSValue &message = {});
    //! Asks all connections. Promises an array of `{id, connection, value}`, or `{id, connection,
    //! error}` of those that did not answer.
    Q_INVOKABLE QJSValue survey(const QJSValue &request = {}, const QJSValue &timeout = {});
    //! Pings all connections. Promises an array as survey(), of milliseconds.
    Q_INVOKABLE QJSValue ping();
    Q_INVOKABLE QJSValue close();
    Q_INVOKABLE QJSValue closeForRestart();
    Q_INVOKABLE void pause();
    Q_INVOKABLE void resume();

Q_SIGNALS:
    void connected(qipc::QmlConnection *connection, const QJSValue &payload);
    void disconnected(qipc::QmlConnection *connection, const QJSValue &reason);
    void messageReceived(const QJSValue &message, qipc::QmlConnection *connection);
    //! \a respond is a function: `respond(value)`, `respond.fail(code, text)`; now or later, once.
    void requestReceived(const QJSValue &request, const QJSValue &respond,
                         qipc::QmlConnection *connection);
    void subscribed(const QString &topic, qipc::QmlConnection *connection);
    void unsubscribed(const QString &topic, qipc::QmlConnection *connection);
    //! \a error is an Error as those of the promises; \a connection is null where it concerns none.
    void errorOccurred(const QJSValue &error, qipc::QmlConnection *connection);
    void closed();
    void activeChanged();
    void idGeneratorChanged();
    void authorizerChanged();

protected:
    void classBegin() override;
    void componentComplete() override;
    [[nodiscard]] IPCConnection *createConnection() override;

private:
    void start();
    [[nodiscard]] QString generateId();
    [[nodiscard]] QFuture<IPCResult<void>> authorize(const IPCCredentials &who,
                                                     const QVariant &payload);
    [[nodiscard]] bool isErrorHandled() const;
    void tellError(const IPCError &error, QmlConnection *connection);
    void forwardSignals();
    template <typename Signal>
    [[nodiscard]] Scripts *listening(Signal signal) const;

    Activity m_activity;
    ConnectionsModel *const m_connections;
    QJSValue m_idGenerator;
    QJSValue m_authorizer;
};

} // namespace qipc

#endif
