// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_APPLICATIONS_P_H
#define QIPC_APPLICATIONS_P_H

#include <QtCore/QObject>

class QBasicTimer;

namespace qipc {

/*!
 * Tells that a program has made a QCoreApplication after another one has gone, as programs do that
 * look for a running instance before they need a display. The main thread has a new event
 * dispatcher then: all notifiers and timers of the thread are dead, and what was posted is lost.
 */
class Applications : public QObject
{
    Q_OBJECT

public:
    //! The one of this process, which is never deleted.
    [[nodiscard]] static Applications *instance();

Q_SIGNALS:
    //! From inside the constructor of the new QCoreApplication, so not the place for code of the
    //! program. Objects of other threads are told by their event loop; nothing has changed for
    //! them.
    void changed();
};

//! Lets a running \a timer of \a object, whose dispatcher has gone, run with the new one; its time
//! begins anew with \a interval, in milliseconds. To be called on Applications::changed().
void reviveTimer(const QBasicTimer &timer, int interval, QObject *object);

//! Whether the calling thread is the one that has a new event dispatcher after
//! Applications::changed().
[[nodiscard]] bool isMainThread();

} // namespace qipc

#endif
