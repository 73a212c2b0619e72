// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_VERDICT_P_H
#define QIPC_VERDICT_P_H

#include <QIpc/ipcresult.h>

#include <QtCore/QFuture>
#include <QtCore/QPromise>
#include <QtQml/QJSValue>

namespace qipc {

class Scripts;

/*!
 * What an authorizer in JavaScript says about a client. Where it is a promise, an object of this
 * class, owned by JavaScript, waits for it: should it be dropped, it goes when the engine collects
 * its garbage, and the client is refused then.
 */
class Verdict : public QObject
{
    Q_OBJECT

public:
    //! What the \a answer of the function says, now or later. Only the word true lets a client in;
    //! a string is the reason why not.
    [[nodiscard]] static QFuture<IPCResult<void>> of(const QJSValue &answer, Scripts *scripts);

    //! For the promise: how it was kept.
    Q_INVOKABLE void decide(const QJSValue &answer = {});
    //! For the promise: how it was broken, which lets nobody in.
    Q_INVOKABLE void refuse(const QJSValue &reason = {});

private:
    Verdict();
    void settle(const IPCResult<void> &result);

    QPromise<IPCResult<void>> m_promise;
};

} // namespace qipc

#endif
