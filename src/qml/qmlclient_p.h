// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_QMLCLIENT_P_H
#define QIPC_QMLCLIENT_P_H

#include "activity_p.h"
#include "qmlvaluetypes_p.h"

#include <QIpc/ipcclient.h>

#include <QtQml/QJSValue>
#include <QtQml/QQmlParserStatus>
#include <QtQml/QtQml>

#include <functional>

namespace qipc {

class Scripts;

/*!
 * IPCClient in QML:
 * \code
 * IPCClient {
 *     path: "my-program"
 *     active: true
 *     onReady: request("time").then(answer => console.log(answer))
 *     onMessageReceived: message => console.log(message)
 * }
 * \endcode
 *
 * What takes or gives values is declared again, with those of JavaScript. Times are milliseconds.
 * The methods that return a QJSValue return a promise; it is rejected with an Error whose `code` is
 * one of IPCError's. Where a slot deletes the object from inside the call, they return undefined.
 */
class QmlClient : public IPCClient, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_NAMED_ELEMENT(IPCClient)
    //! Whether it connects, or is connected: true connects, when the component is complete; false
    //! closes. Becomes false by itself when it is closed for good, before closed() is emitted.
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged)
    //! The name of the status, such as "Ready": for texts.
    Q_PROPERTY(QString statusName READ statusName NOTIFY statusNameChanged STORED false)
    Q_PROPERTY(QJSValue payload READ payloadToJs WRITE setPayloadFromJs NOTIFY payloadChanged)
    //! Why the last try failed, or the connection was lost: `text: client.error.message`.
    Q_PROPERTY(qipc::QmlErrorValue error READ qmlError NOTIFY errorChanged)
    Q_PROPERTY(qipc::QmlCredentials credentials READ qmlCredentials NOTIFY credentialsChanged)
    //! How many bytes wait here to be sent. Asked for, not watched: it tells no change.
    Q_PROPERTY(double queuedBytes READ queuedBytesAsDouble STORED false)
    Q_PROPERTY(qipc::QmlLimits limits READ qmlLimits WRITE setQmlLimits NOTIFY limitsChanged)
    Q_PROPERTY(int requestTimeout READ requestTimeoutMs WRITE setRequestTimeoutMs NOTIFY
                   requestTimeoutChanged)
    Q_PROPERTY(int heartbeatInterval READ heartbeatIntervalMs WRITE setHeartbeatIntervalMs NOTIFY
                   heartbeatIntervalChanged)
    Q_PROPERTY(
        int retryInterval READ retryIntervalMs WRITE setRetryIntervalMs NOTIFY retryIntervalChanged)
    Q_PROPERTY(int maxRetryInterval READ maxRetryIntervalMs WRITE setMaxRetryIntervalMs NOTIFY
                   maxRetryIntervalChanged)

public:
    explicit QmlClient(QObject *parent = nullptr);
    ~QmlClient() override;

    [[nodiscard]] bool isActive() const { return m_activity.isWanted(); }
    void setActive(bool active);

    [[nodiscard]] QJSValue payloadToJs() const;
    void setPayloadFromJs(const QJSValue &payload);
    [[nodiscard]] QmlErrorValue qmlError() const { return QmlErrorValue(error()); }
    [[nodiscard]] QString statusName() const;
    [[nodiscard]] QmlCredentials qmlCredentials() const { return QmlCredentials(credentials()); }
    [[nodiscard]] double queuedBytesAsDouble() const { return double(queuedBytes()); }
    [[nodiscard]] QmlLimits qmlLimits() const { return QmlLimits(limits()); }
    void setQmlLimits(const QmlLimits &limits) { setLimits(limits.limits()); }
    [[nodiscard]] int requestTimeoutMs() const { return int(requestTimeout().count()); }
    void setRequestTimeoutMs(int ms) { setRequestTimeout(std::chrono::milliseconds(ms)); }
    [[nodiscard]] int heartbeatIntervalMs() const { return int(heartbeatInterval().count()); }
    void setHeartbeatIntervalMs(int ms) { setHeartbeatInterval(std::chrono::milliseconds(ms)); }
    [[nodiscard]] int retryIntervalMs() const { return int(retryInterval().count()); }
    void setRetryIntervalMs(int ms) { setRetryInterval(std::chrono::milliseconds(ms)); }
    [[nodiscard]] int maxRetryIntervalMs() const { return int(maxRetryInterval().count()); }
    void setMaxRetryIntervalMs(int ms) { setMaxRetryInterval(std::chrono::milliseconds(ms)); }

    //! Sets `active`, and promises that it becomes ready.
    Q_INVOKABLE QJSValue connectToServer();
    Q_INVOKABLE QJSValue send(const QJSValue &message = {});
    //! True where it was taken.
    Q_INVOKABLE bool post(const QJSValue &message = {});
    //! Promises the answer; \a timeout in milliseconds, by default `requestTimeout`.
    Q_INVOKABLE QJSValue request(const QJSValue &request = {}, const QJSValue &timeout = {});
    //! Promises the milliseconds of the round trip.
    Q_INVOKABLE QJSValue ping(const QJSValue &payload = {}, const QJSValue &timeout = {});
    //! \a topics is a string or an array of them. Promises whether this changed anything.
    Q_INVOKABLE QJSValue subscribe(const QJSValue &topics);
    Q_INVOKABLE QJSValue unsubscribe(const QJSValue &topics);
    Q_INVOKABLE QJSValue publish(const QJSValue &topic, const QJSValue &message = {});
    Q_INVOKABLE QJSValue close(const QJSValue &reason = {});
    Q_INVOKABLE void abort(const QJSValue &reason = {});
    Q_INVOKABLE void pause();
    Q_INVOKABLE void resume();

Q_SIGNALS:
    void messageReceived(const QJSValue &message);
    //! \a respond is a function: `respond(value)`, `respond.fail(code, text)`; now or later, once.
    void requestReceived(const QJSValue &request, const QJSValue &respond);
    void published(const QString &topic, const QJSValue &message);
    void disconnected(const QJSValue &reason);
    void closed(const QJSValue &reason);
    //! \a error is an Error as those of the promises.
    void errorOccurred(const QJSValue &error);
    void activeChanged();
    void credentialsChanged();
    void statusNameChanged();

protected:
    void classBegin() override;
    void componentComplete() override;

private:
    void forwardSignals();
    void forwardError(const IPCError &error);
    [[nodiscard]] bool isErrorHandled() const;
    template <typename Signal>
    [[nodiscard]] Scripts *listening(Signal signal) const;
    [[nodiscard]] QJSValue
    changeTopics(const QJSValue &topics,
                 const std::function<QFuture<IPCResult<bool>>(const QStringList &)> &change);

    Activity m_activity;
};

} // namespace qipc

#endif
