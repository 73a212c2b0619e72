// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CALL_P_H
#define QIPC_CALL_P_H

#include "deferred_p.h"
#include "values_p.h"

#include <QtQml/QJSValue>

#include <chrono>

namespace qipc {

//! How many values a message of \a object, a client, a connection or a server, may hold.
[[nodiscard]] int maxValuesOf(const QObject *object);

/*!
 * Returns what \a use returns, a function that gets the Scripts and the message that \a value is.
 * Where the value cannot be sent, a promise that is rejected; where the engine of \a object is
 * going, undefined.
 */
template <typename Use>
[[nodiscard]] QJSValue withMessage(const QObject *object, const QJSValue &value, const Use &use)
{
    Scripts *scripts = Scripts::of(object);
    if (!scripts)
        return QJSValue(QJSValue::UndefinedValue);
    const auto message = fromJs(*scripts, value, maxValuesOf(object));
    return message ? use(scripts, *message) : refused(scripts, message.error());
}

//! \a timeout, milliseconds, or \a fallback where it is undefined. InvalidArgument where it is no
//! number that can be waited for.
[[nodiscard]] IPCResult<std::chrono::milliseconds>
timeoutFromJs(const QJSValue &timeout, std::chrono::milliseconds fallback);

//! \a value where it is a string. InvalidArgument, with the word \a what, where it is not.
[[nodiscard]] IPCResult<QString> stringFromJs(const QJSValue &value, const QString &what);

//! A round trip in milliseconds, with their fraction.
[[nodiscard]] QJSValue roundTripToJs(const Scripts &scripts, std::chrono::nanoseconds time);

} // namespace qipc

#endif
