// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipcwaitfor.h>

#include "homethread_p.h"
#include "timerinterval_p.h"

#include <QtCore/QEventLoop>
#include <QtCore/QTimer>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc {

IPCError waitForFinished(QFutureWatcherBase *watcher, milliseconds timeout)
{
    if (IPCError error = needEventLoop("ipcWaitFor()"))
        return error;
    QEventLoop loop;
    bool isLate = false;
    QObject::connect(watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
    QTimer::singleShot(timerInterval(timeout), &loop, [&] {
        isLate = true;
        loop.quit();
    });
    loop.exec(QEventLoop::ExcludeUserInputEvents);
    if (watcher->isFinished())
        return {};
    if (isLate) {
        return {IPCError::Code::TimedOut,
                u"not settled within %1 ms (ipcWaitFor)"_s.arg(timeout.count())};
    }
    return {IPCError::Code::Aborted, u"the event loop was told to end"_s};
}

} // namespace qipc
