// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "qmlconnection_p.h"

#include "call_p.h"
#include "qmlserver_p.h"
#include "response_p.h"
#include "talking_p.h"

#include <QtCore/QMetaMethod>

namespace qipc {

QmlConnection::QmlConnection(IPCServer *server)
    : IPCConnection(server)
{
    // So that it is in its server's engine, and no script can delete it.
    QQmlEngine::setContextForObject(this, qmlContext(server));
    QQmlEngine::setObjectOwnership(this, QQmlEngine::CppOwnership);
    forwardSignals();
}

QmlConnection::~QmlConnection()
{
    disconnect(this, nullptr, this, nullptr); // the base class still has things to tell
}

QmlServer *QmlConnection::qmlServer() const
{
    return static_cast<QmlServer *>(server());
}

QJSValue QmlConnection::send(const QJSValue &message)
{
    return talking::send(this, message);
}

bool QmlConnection::post(const QJSValue &message)
{
    return talking::post(this, message);
}

QJSValue QmlConnection::request(const QJSValue &request, const QJSValue &timeout)
{
    return talking::request(this, request, timeout);
}

QJSValue QmlConnection::ping(const QJSValue &payload, const QJSValue &timeout)
{
    return talking::ping(this, payload, timeout);
}

QJSValue QmlConnection::close(const QJSValue &reason)
{
    return withMessage(this, reason, [&](Scripts *scripts, const QVariant &value) {
        return promiseOf(scripts, IPCConnection::close(value));
    });
}

QJSValue QmlConnection::closeForRestart(const QJSValue &reason)
{
    return withMessage(this, reason, [&](Scripts *scripts, const QVariant &value) {
        return promiseOf(scripts, IPCConnection::closeForRestart(value));
    });
}

void QmlConnection::abort(const QJSValue &reason)
{
    talking::abort(this, reason);
}

void QmlConnection::pause()
{
    IPCConnection::pause();
}

void QmlConnection::resume()
{
    IPCConnection::resume();
}

// The engine of whoever listens to \a signal; null where nobody does.
template <typename Signal>
Scripts *QmlConnection::listening(Signal signal) const
{
    return isSignalConnected(QMetaMethod::fromSignal(signal)) ? Scripts::of(this) : nullptr;
}

// By QML, or by C++ that listens to the base class as forwardSignals() and the server do.
bool QmlConnection::isErrorHandled() const
{
    return receivers(SIGNAL(errorOccurred(QJSValue))) > 0
        || receivers(SIGNAL(errorOccurred(IPCError))) > 2;
}

void QmlConnection::forwardSignals()
{
    connect(this, &IPCPeer::messageReceived, this, [this](const QVariant &message) {
        if (const Scripts *scripts = listening(&QmlConnection::messageReceived))
            Q_EMIT messageReceived(toJs(*scripts, message));
    });
    connect(this, &IPCPeer::requestReceived, this,
            [this](const QVariant &request, const IPCResponder &responder) {
                if (Scripts *scripts = listening(&QmlConnection::requestReceived)) {
                    deliverRequest(scripts, this, responder, [&](const QJSValue &respond) {
                        Q_EMIT requestReceived(toJs(*scripts, request), respond);
                    });
                }
            });
    connect(this, &IPCPeer::disconnected, this, [this](const QVariant &reason) {
        if (const Scripts *scripts = listening(&QmlConnection::disconnected))
            Q_EMIT disconnected(toJs(*scripts, reason));
    });
    connect(this, &IPCPeer::errorOccurred, this, [this](const IPCError &error) {
        if (const Scripts *scripts = listening(&QmlConnection::errorOccurred))
            Q_EMIT errorOccurred(errorToJs(*scripts, error));
    });
}

} // namespace qipc
