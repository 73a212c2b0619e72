// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_WAIT_P_H
#define QIPC_WAIT_P_H

#include "timerinterval_p.h"

#include <QtCore/QEventLoop>
#include <QtCore/QTimer>

#include <chrono>

namespace qipc {

/*!
 * Runs an event loop until \a done() is true or \a timeout has passed; \a done is asked whenever \a
 * signal of \a sender fires. Returns whether it is true. Survives the end of the sender: false
 * then.
 */
template <typename Sender, typename Signal, typename Done>
[[nodiscard]] bool waitUntil(Sender *sender, Signal signal, Done done,
                             std::chrono::milliseconds timeout)
{
    if (done())
        return true;
    QEventLoop loop;
    bool reached = false;
    const auto look = [&] {
        reached = done();
        if (reached)
            loop.quit();
    };
    QObject::connect(sender, signal, &loop, look);
    QObject::connect(sender, &QObject::destroyed, &loop, &QEventLoop::quit);
    QTimer::singleShot(timerInterval(timeout), &loop, &QEventLoop::quit);
    loop.exec();
    return reached;
}

} // namespace qipc

#endif
