// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_STREAMS_P_H
#define QIPC_CLI_STREAMS_P_H

#include <QIpc/ipcresult.h>

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

/*
 * The standard streams, which may be slow, and may be non-blocking: O_NONBLOCK belongs to the open
 * file description, which other processes share. Node.js sets it for its children, and ssh for
 * those beside it. So the flag is left as it is, and these functions wait.
 */
namespace qipc::cli {

enum class OutputStream { Output = 1, Errors = 2 };

/*!
 * Writes all of \a bytes to \a stream, and waits for its reader as long as it takes. Returns 0, or
 * the errno of what went wrong: EPIPE if nobody reads the stream any more, and ETIMEDOUT if one of
 * the TerminationSignals came and the reader has taken nothing since, for two seconds.
 */
[[nodiscard]] int writeAll(OutputStream stream, QByteArrayView bytes);

//! Waits until something can be read from standard input, or it has ended. Where streams are never
//! non-blocking, returns at once: reading waits then.
void waitForInput();

//! Reads standard input to its end. InvalidArgument if it cannot be read.
[[nodiscard]] IPCResult<QByteArray> readStandardInput();

} // namespace qipc::cli

#endif
