// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_SETTLED_H
#define QIPC_TESTS_SETTLED_H

#include <QIpc/ipcerror.h>

#include <QtCore/QEventLoop>
#include <QtCore/QFuture>
#include <QtCore/QFutureWatcher>
#include <QtCore/QTimer>

#include <chrono>

//! What \a future comes to, while the event loop runs; an error that says so where it takes too
//! long.
template <typename Result>
[[nodiscard]] Result settled(const QFuture<Result> &future)
{
    QEventLoop loop;
    QFutureWatcher<Result> watcher;
    QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
    QTimer::singleShot(std::chrono::seconds(20), &loop, &QEventLoop::quit);
    watcher.setFuture(future);
    if (!future.isFinished())
        loop.exec();
    if (!future.isFinished())
        return IPCError(IPCError::Code::TimedOut, QStringLiteral("the test gave up waiting"));
    return future.result();
}

#endif
