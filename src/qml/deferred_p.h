// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_DEFERRED_P_H
#define QIPC_DEFERRED_P_H

#include "errors_p.h"
#include "scripts_p.h"

#include <QIpc/ipcresult.h>

#include <QtCore/QFuture>
#include <QtCore/QPointer>
#include <QtQml/QJSValue>

#include <type_traits>
#include <utility>

namespace qipc {

/*!
 * A promise of JavaScript, and the means to settle it. Where the engine has gone, or is going,
 * settling it does nothing.
 */
class Deferred
{
public:
    explicit Deferred(Scripts *scripts);

    [[nodiscard]] QJSValue promise() const { return m_promise; }

    //! Resolves it with what \a makeValue makes, a function that gets the Scripts.
    template <typename MakeValue>
    void resolve(const MakeValue &makeValue) const
    {
        if (m_resolve.isCallable() && m_scripts)
            m_resolve.call({makeValue(*m_scripts)});
    }

    //! Rejects it with \a error, which knows the line of JavaScript that made this.
    void reject(const IPCError &error) const;

private:
    QPointer<Scripts> m_scripts;
    QJSValue m_promise;
    QJSValue m_resolve;
    QJSValue m_reject;
    QJSValue m_error;
};

//! What a \a future that is settled already failed with; else no error.
template <typename T>
[[nodiscard]] IPCError errorOf(const QFuture<IPCResult<T>> &future)
{
    return future.isFinished() && future.resultCount() > 0 ? future.result().error() : IPCError();
}

//! A promise that is rejected with \a error, which is the fault of who is calling: also logged,
//! with the line.
[[nodiscard]] QJSValue refused(Scripts *scripts, const IPCError &error);

/*!
 * The promise of what \a future settles with, which \a convert, a function that gets the Scripts
 * and the value, makes a value of JavaScript. Whatever the future's object comes to in the
 * meantime.
 */
template <typename T, typename Convert>
[[nodiscard]] QJSValue promiseOf(Scripts *scripts, QFuture<IPCResult<T>> future, Convert convert)
{
    if (const auto error = errorOf(future); isFaultOfCaller(error.code()))
        return refused(scripts, error);
    const Deferred deferred(scripts);
    future.then([deferred, convert = std::move(convert)](const IPCResult<T> &result) {
        if (!result)
            deferred.reject(result.error());
        else if constexpr (std::is_void_v<T>)
            deferred.resolve([](Scripts &) { return QJSValue(QJSValue::UndefinedValue); });
        else
            deferred.resolve([&](Scripts &scripts) { return convert(scripts, *result); });
    });
    return deferred.promise();
}

//! As above, for a future without a value: undefined.
[[nodiscard]] QJSValue promiseOf(Scripts *scripts, QFuture<IPCResult<void>> future);

} // namespace qipc

#endif
