// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "deferred_p.h"

#include "errors_p.h"

namespace qipc {

Deferred::Deferred(Scripts *scripts)
    : m_scripts(scripts)
    , m_error(scripts->errorHere())
{
    const QJSValue parts = scripts->defer.call();
    m_promise = parts.property(0);
    m_resolve = parts.property(1);
    m_reject = parts.property(2);
}

void Deferred::reject(const IPCError &error) const
{
    if (m_reject.isCallable() && m_scripts)
        m_reject.call({errorToJs(*m_scripts, error, m_error)});
}

QJSValue refused(Scripts *scripts, const IPCError &error)
{
    scripts->warnHere(error.message());
    const Deferred deferred(scripts);
    scripts->excuse.call({deferred.promise()});
    deferred.reject(error);
    return deferred.promise();
}

QJSValue promiseOf(Scripts *scripts, QFuture<IPCResult<void>> future)
{
    return promiseOf(scripts, std::move(future), nullptr);
}

} // namespace qipc
