// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_VALUES_P_H
#define QIPC_VALUES_P_H

#include <QIpc/ipclimits.h>
#include <QIpc/ipcresult.h>

#include <QtCore/QVariant>
#include <QtQml/QJSValue>

namespace qipc {

class Scripts;

/*!
 * What a handler in JavaScript sees of \a value, which came from a peer: plain objects, real
 * arrays, numbers (rounded above 2^53), strings, booleans, null, undefined, Dates and ArrayBuffers.
 * Undefined where the engine is going.
 */
[[nodiscard]] QJSValue toJs(const Scripts &scripts, const QVariant &value);

/*!
 * What is sent of the JavaScript \a value. EncodingError, with the place, where there is something
 * in it that is no message: a function, a QObject, a Map, a Promise, an Error, a Symbol, a cycle, a
 * property that throws when it is read, or more values than \a maxValues. Other values of C++ (a
 * color, a point) come back as they are.
 */
[[nodiscard]] IPCResult<QVariant> fromJs(const Scripts &scripts, const QJSValue &value,
                                         int maxValues = IPCLimits().values());

} // namespace qipc

#endif
