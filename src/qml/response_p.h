// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_RESPONSE_P_H
#define QIPC_RESPONSE_P_H

#include "call_p.h"
#include "scripts_p.h"

#include <QIpc/ipcresponder.h>

#include <QtCore/QPointer>
#include <QtQml/QJSValue>

namespace qipc {

/*!
 * What stands behind the function `respond` of a request's handler. Owned by JavaScript: dropped
 * without an answer, it goes when the engine collects its garbage, and the asker is told then.
 */
class Response : public QObject
{
    Q_OBJECT

public:
    //! The function `respond(value)`, with `respond.fail(code, text)`; \a maxValues may be in the
    //! value.
    [[nodiscard]] static QJSValue function(Scripts *scripts, const IPCResponder &responder,
                                           int maxValues);

    /*!
     * Answers; false where the asker has gone. Throws where it was answered already, or the value
     * cannot be sent; the asker is told of the latter at once.
     */
    Q_INVOKABLE bool answer(const QJSValue &value = {});
    //! As answer(), with an error: the \a code a word for the asker's program.
    Q_INVOKABLE bool fail(const QJSValue &code = {}, const QJSValue &text = {});

private:
    Response(Scripts *scripts, const IPCResponder &responder, int maxValues);
    void refuse(const IPCError &error) const;
    bool finish(const IPCResult<void> &result) const;

    const QPointer<Scripts> m_scripts;
    const IPCResponder m_responder;
    const int m_maxValues;
};

/*!
 * Lets \a emitSignal, a function that gets `respond`, emit a request to \a object, a client, a
 * connection or a server. A handler that throws answers with an error.
 */
template <typename EmitSignal>
void deliverRequest(Scripts *scripts, const QObject *object, const IPCResponder &responder,
                    const EmitSignal &emitSignal)
{
    const HandlerWatch watch(scripts);
    emitSignal(Response::function(scripts, responder, maxValuesOf(object)));
    const QString thrown = watch.thrown();
    if (!thrown.isEmpty())
        responder.fail(QStringLiteral("handler-failed"), thrown);
}

} // namespace qipc

#endif
