// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCWAITFOR_H
#define QIPC_IPCWAITFOR_H

#include <QIpc/ipcresult.h>
#include <QIpc/qipc_export.h>

#include <QtCore/QFuture>
#include <QtCore/QFutureWatcher>

#include <chrono>

namespace qipc {
//! For ipcWaitFor().
QIPC_EXPORT IPCError waitForFinished(QFutureWatcherBase *watcher,
                                     std::chrono::milliseconds timeout);
} // namespace qipc

/*!
 * Waits for what a \a future of QIpc settles with, for code without a running event loop:
 * \code
 * const auto answer = ipcWaitFor(client.request(QStringLiteral("time")), 2s);
 * \endcode
 *
 * Runs an event loop of its own, without user input, so that the connection goes on meanwhile;
 * slots are called, and may delete the object, whose futures settle then too.
 * `QFuture::waitForFinished()` runs none: in the thread of the object it would wait for ever, and
 * Qt gives QIpc no means to notice that and warn.
 *
 * Besides what the future gives, the errors are `TimedOut` after \a timeout, when the future is
 * still pending and can be waited for again; `Aborted` where the event loops of the thread are told
 * to end (QCoreApplication::exit()), or the caller has cancelled the future; and `InvalidState`
 * where there is no QCoreApplication.
 *
 * Call it in the thread of the object that gave the future. In any other thread it waits as well,
 * for the event loop of the object's thread.
 */
template <typename T>
[[nodiscard]] IPCResult<T> ipcWaitFor(const QFuture<IPCResult<T>> &future,
                                      std::chrono::milliseconds timeout)
{
    if (!future.isFinished()) {
        QFutureWatcher<IPCResult<T>> watcher;
        watcher.setFuture(future);
        if (const IPCError error = qipc::waitForFinished(&watcher, timeout))
            return error;
    }
    if (future.resultCount() == 0)
        return IPCError(IPCError::Code::Aborted, QStringLiteral("the future was cancelled"));
    return future.result();
}

#endif
