// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PROMISE_P_H
#define QIPC_PROMISE_P_H

#include <QIpc/ipcresult.h>

#include <QtCore/QFuture>
#include <QtCore/QPromise>

#include <memory>

namespace qipc {

/*!
 * The producing end of a future that we hand out, in a form that a callback can hold: copyable.
 * Whoever makes one has to settle it; a QPromise that goes unfinished would cancel its future.
 */
template <typename T>
class Promise
{
public:
    Promise()
        : m_promise(std::make_shared<QPromise<IPCResult<T>>>())
    {
        m_promise->start();
    }

    [[nodiscard]] QFuture<IPCResult<T>> future() const { return m_promise->future(); }

    //! Continuations run inside; expect anything to be gone afterwards.
    void settle(const IPCResult<T> &result) const
    {
        const auto promise = m_promise; // a continuation may destroy this object
        promise->addResult(result);
        promise->finish();
    }

private:
    std::shared_ptr<QPromise<IPCResult<T>>> m_promise;
};

//! A future that has settled already.
template <typename T>
[[nodiscard]] QFuture<IPCResult<T>> settledFuture(const IPCResult<T> &result)
{
    const Promise<T> promise;
    promise.settle(result);
    return promise.future();
}

} // namespace qipc

#endif
