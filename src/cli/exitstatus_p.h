// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_EXITSTATUS_P_H
#define QIPC_CLI_EXITSTATUS_P_H

#include <QIpc/ipcerror.h>

namespace qipc::cli {

//! What the tool tells the shell. The values are part of its interface; `qipc --help` lists them.
enum class ExitStatus {
    Done = 0,
    Unanswered = 1, //!< The peer answered with an error, or nobody answered.
    BadUsage = 2, //!< Bad arguments, bad JSON, or a value that cannot be sent.
    NoServer = 3, //!< No server, refused, or the address is taken.
    TimedOut = 4,
    Lost = 5, //!< The connection ended too early.
    Unresponsive = 6, //!< There is a primary, and it does not respond.
};

//! The status for an error with this \a code.
[[nodiscard]] ExitStatus exitStatus(IPCError::Code code);

//! As exitStatus(), where it kept a connection from being made: what it says of an answer is then a
//! refusal.
[[nodiscard]] ExitStatus connectStatus(IPCError::Code code);

} // namespace qipc::cli

#endif
