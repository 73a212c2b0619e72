// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_REFUSAL_P_H
#define QIPC_REFUSAL_P_H

#include <QIpc/ipcerror.h>

namespace qipc {

/*!
 * Logs under `qipc.peer` that a call was refused with \a error, since callers may ignore results.
 * A value that cannot be sent is a mistake in the program, and a warning; what depends on the state
 * of the connection is a debug message. Logs nothing if there is no error, and nothing for
 * QueueFull, of which there may be many.
 *
 * Called once for each call of the application, where the call is made.
 */
void logRefusal(const IPCError &error);

//! As logRefusal(), and returns the \a error.
[[nodiscard]] inline IPCError refused(IPCError error)
{
    if (error)
        logRefusal(error);
    return error;
}

} // namespace qipc

#endif
