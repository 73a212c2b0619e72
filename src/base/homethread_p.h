// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_HOMETHREAD_P_H
#define QIPC_HOMETHREAD_P_H

#include <QIpc/ipcerror.h>

#include <QtCore/QObject>
#include <QtCore/QThread>

namespace qipc {

//! Whether the calling thread is another one than that in which \a object lives.
[[nodiscard]] inline bool isElsewhere(const QObject *object)
{
    return object->thread() != QThread::currentThread();
}

//! Refuses \a call, such as "post()", which was made where isElsewhere() is true: InvalidState,
//! with both threads in its text, which is also logged.
IPCError calledElsewhere(const QObject *object, const char *call);

//! Both in one, for calls that can give no error: whether \a call is refused.
[[nodiscard]] inline bool isRefused(const QObject *object, const char *call)
{
    if (!isElsewhere(object))
        return false;
    calledElsewhere(object, call);
    return true;
}

/*!
 * Makes sure that the calling thread has an event dispatcher, without which no timer and no
 * notifier can be started: one that Qt did not start gets its own here. InvalidState, with the name
 * of the \a call, where there is no QCoreApplication.
 */
[[nodiscard]] IPCError needEventLoop(const char *call);

//! For QEvent::ThreadChange: logs that \a object is being moved to another thread while \a what,
//! which ends. Not for one that only goes along with its parent of this library, which says so.
//! Returns the error to end it with: InvalidState.
[[nodiscard]] IPCError movedWhile(const QObject *object, const char *what);

} // namespace qipc

#endif
