// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_QMLACTIVATION_P_H
#define QIPC_QMLACTIVATION_P_H

#include "qmlvaluetypes_p.h"
#include "scripts_p.h"

#include <QIpc/ipcactivation.h>

#include <QtCore/QPointer>
#include <QtQml/QJSValue>
#include <QtQml/QtQml>

namespace qipc {

/*!
 * IPCActivation in QML: what a later start of the program hands over. Owned by JavaScript.
 *
 * The later start ends with 0 when the handlers of `activated` have returned, with 1 where one
 * threw, unless one of them called exit(), or hold() to do that later. (In C++ the last copy that
 * goes says that; when an object of JavaScript goes is for the engine to decide.)
 */
class QmlActivation : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(IPCActivation)
    QML_UNCREATABLE("An IPCActivation comes from the signal activated of an IPCSingleInstance.")
    Q_PROPERTY(QStringList arguments READ arguments CONSTANT)
    //! Paths among the arguments are relative to it.
    Q_PROPERTY(QString workingDirectory READ workingDirectory CONSTANT)
    Q_PROPERTY(QString activationToken READ activationToken CONSTANT)
    Q_PROPERTY(QString startupId READ startupId CONSTANT)
    Q_PROPERTY(QJSValue payload READ payload CONSTANT)
    Q_PROPERTY(qipc::QmlCredentials credentials READ credentials CONSTANT)
    //! Whether the later start waits for its exit code. Asked for, not watched: it tells no change.
    Q_PROPERTY(bool pending READ isPending STORED false)

public:
    QmlActivation(Scripts *scripts, const IPCActivation &activation);

    [[nodiscard]] QStringList arguments() const { return m_activation.arguments(); }
    [[nodiscard]] QString workingDirectory() const { return m_activation.workingDirectory(); }
    [[nodiscard]] QString activationToken() const;
    [[nodiscard]] QString startupId() const;
    [[nodiscard]] QJSValue payload() const;
    [[nodiscard]] QmlCredentials credentials() const;
    [[nodiscard]] bool isPending() const { return m_activation.isPending(); }

    //! Keeps the later start waiting for exit().
    Q_INVOKABLE void hold();
    //! Lets it end with \a code, a whole number. False where it has not waited. Throws where that
    //! was done already.
    Q_INVOKABLE bool exit(const QJSValue &code = {});
    //! Shows \a window, a Window, and brings it to the front: see ipcraisewindow.h.
    Q_INVOKABLE void raise(QObject *window) const;

    //! The handlers have returned, or \a failed.
    void release(bool failed);

private:
    const QPointer<Scripts> m_scripts;
    const IPCActivation m_activation;
    bool m_isHeld = false;
};

} // namespace qipc

#endif
