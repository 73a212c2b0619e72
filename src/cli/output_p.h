// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_OUTPUT_P_H
#define QIPC_CLI_OUTPUT_P_H

#include "exitstatus_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace qipc::cli {

/*!
 * Writes \a line and a newline to standard output, and returns when it is there: a slow reader is
 * waited for, also where the stream is non-blocking.
 *
 * If nobody reads it any more (`qipc listen x | head -1`), or it cannot be written, the event loop
 * is told to end, and further lines are dropped.
 */
void printLine(const QByteArray &line);

//! Nobody reads standard output any more: the event loop is told to end, as by printLine().
void endOutput();

//! Tells people what went wrong, as one line of standard error: `qipc: ` and \a text.
void complain(const QString &text);

//! \a status, unless standard output failed. That nobody reads it any more is no failure: the
//! reader had enough, so all is done.
[[nodiscard]] ExitStatus withOutputStatus(ExitStatus status);

} // namespace qipc::cli

#endif
