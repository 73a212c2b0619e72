// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_QMLSINGLEINSTANCE_P_H
#define QIPC_QMLSINGLEINSTANCE_P_H

#include "qmlactivation_p.h"

#include <QIpc/ipcsingleinstance.h>

#include <QtQml/QJSValue>
#include <QtQml/QtQml>

namespace qipc {

class Scripts;

/*!
 * IPCSingleInstance in QML, for a program that has no line of C++ before its QML:
 * \code
 * Window {
 *     id: window
 *     IPCSingleInstance {
 *         applicationId: "org.example.viewer"
 *         Component.onCompleted: start()
 *             .then(role => role === IPCSingleInstance.Primary ? window.show()
 *                                                              : handOver().then(Qt.exit))
 *             .catch(error => { console.warn(error.message); Qt.exit(1) })
 *         onActivated: activation => {
 *             open(activation.arguments, activation.workingDirectory)
 *             activation.raise(window)
 *         }
 *     }
 * }
 * \endcode
 *
 * Where there is C++, startOrHandOver() there ends a later start before any QML is loaded.
 */
class QmlSingleInstance : public IPCSingleInstance
{
    Q_OBJECT
    QML_NAMED_ELEMENT(IPCSingleInstance)
    //! What is handed over besides the arguments.
    Q_PROPERTY(QJSValue payload READ payloadToJs WRITE setPayloadFromJs NOTIFY payloadChanged)

public:
    explicit QmlSingleInstance(QObject *parent = nullptr);

    [[nodiscard]] QJSValue payloadToJs() const;
    void setPayloadFromJs(const QJSValue &payload);

    //! Promises the role, Primary or Secondary. Where that cannot be told, and where the primary
    //! does not answer within \a timeout milliseconds (by default 5000), an error: `role` says
    //! which.
    Q_INVOKABLE QJSValue start(const QJSValue &timeout = {});
    //! Promises the exit code that the primary gives. \a arguments are strings, by default those of
    //! the program; \a timeout in milliseconds, by default 10000.
    Q_INVOKABLE QJSValue handOver(const QJSValue &arguments = {}, const QJSValue &timeout = {});

Q_SIGNALS:
    //! \a activation is of this call of the handlers alone, unless they keep it with hold().
    void activated(qipc::QmlActivation *activation);
    //! Later starts do not find this primary any more. \a error is an Error as those of the
    //! promises; where nobody listens, it is logged under
    //! `qipc.qml`.
    void errorOccurred(const QJSValue &error);
    void payloadChanged();

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    void followListenersLater();
    void followListeners();
    void deliver(const IPCActivation &activation);
    void tellError(const IPCError &error);
    [[nodiscard]] bool isListenedTo() const;

    QList<IPCActivation> m_unheard; // that came in the turn in which the last listener went
};

} // namespace qipc

#endif
