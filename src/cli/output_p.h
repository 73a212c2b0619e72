// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_OUTPUT_P_H
#define QIPC_CLI_OUTPUT_P_H

#include "exitstatus_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace qipc::cli {

/*!
 * Writes \a line and a newline to standard output, and sees that it gets there at once.
 *
 * Where nobody reads it any more (`qipc listen x | head -1`) or it cannot be written, the event
 * loop is told to end; further lines are dropped.
 */
void printLine(const QByteArray &line);

//! Tells people what went wrong, as one line of standard error: `qipc: ` and \a text.
void complain(const QString &text);

//! \a status, unless standard output failed. That nobody reads it any more is no failure: the
//! reader had enough, so all is done.
[[nodiscard]] ExitStatus withOutputStatus(ExitStatus status);

} // namespace qipc::cli

#endif
