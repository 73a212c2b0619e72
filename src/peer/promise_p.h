// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PROMISE_P_H
#define QIPC_PROMISE_P_H

#include <QIpc/ipcresult.h>

#include <QtCore/QFuture>
#include <QtCore/QPromise>

#include <memory>
#include <utility>

namespace qipc {

/*!
 * The producing end of a future that we hand out, in a form that a callback can hold: copyable.
 * Whoever makes one has to settle it, once; a QPromise that goes unfinished would cancel its
 * future.
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
    void settle(IPCResult<T> result) const
    {
        Q_ASSERT(!m_promise->future().isFinished());
        const auto promise = m_promise; // a continuation may destroy this object
        promise->addResult(std::move(result));
        promise->finish();
    }

private:
    // Not a QFutureInterface, though that could be copied: its continuations hold each other, and
    // only a QPromise lets them go.
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

//! A future that has settled already, with an \a error.
template <typename T>
[[nodiscard]] QFuture<IPCResult<T>> failedFuture(const IPCError &error)
{
    const Promise<T> promise;
    promise.settle(error);
    return promise.future();
}

} // namespace qipc

#endif
