// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCCLOSEINCHILD_H
#define QIPC_IPCCLOSEINCHILD_H

#include <QIpc/qipc_export.h>

/*!
 * For a child that `fork()` has made and that lives on without `exec()`: closes all that it has
 * inherited of this library's, that is the sockets of connections and servers, and the locks.
 *
 * \code
 * if (fork() == 0) {
 *     ipcCloseInChild();
 *     work(); // without the objects of the parent
 *     _exit(0);
 * }
 * \endcode
 *
 * A child shares its parent's descriptors. Without this call the parent's lock is held until both
 * have ended, so that nobody else can listen at its address or become the primary; and its peers do
 * not notice when the parent ends. It is not called by itself, for a program that becomes a daemon
 * by a fork() after listen() relies on the child's copy. A child that runs another program by
 * `exec()`, as QProcess does, needs no call: all these descriptors are closed there.
 *
 * Call it once, before the child makes objects of QIpc's of its own. Those of the parent are of no
 * use in the child, with this call or without; their destructors do nothing there that the parent
 * or its peers would notice: no farewell is said, and no socket and no lock is removed. May be
 * called where only async-signal-safe functions may be, as in the child of a process with threads.
 * Does nothing in a process that no `fork()` made, and nothing on Windows.
 */
QIPC_EXPORT void ipcCloseInChild() noexcept;

#endif
