// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PROMISE_P_H
#define QIPC_PROMISE_P_H

#include <QIpc/ipcresult.h>

#include <QtCore/QFuture>
#include <QtCore/QFutureInterface>

#include <utility>

namespace qipc {

/*!
 * The producing end of a future that we hand out, in a form that a callback can hold: copyable.
 * Whoever makes one has to settle it, once.
 */
template <typename T>
class Promise
{
public:
    [[nodiscard]] QFuture<IPCResult<T>> future() const { return m_state.future(); }

    //! Continuations run inside; expect anything to be gone afterwards.
    void settle(IPCResult<T> result) const
    {
        Q_ASSERT(!m_state.isFinished());
        auto state = m_state; // a continuation may destroy this object
        state.reportResult(std::move(result));
        state.reportFinished();
    }

private:
    // Not a QPromise: that cannot be copied, and shared it would take memory of its own for each
    // request.
    mutable QFutureInterface<IPCResult<T>> m_state{
        QFutureInterfaceBase::State(QFutureInterfaceBase::Started | QFutureInterfaceBase::Running)};
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
