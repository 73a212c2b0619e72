// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_OUTPUTWATCH_P_H
#define QIPC_CLI_OUTPUTWATCH_P_H

#include <QtCore/QtGlobal>

#include <memory>

namespace qipc::cli {

/*!
 * While this exists, the event loop is told to end as soon as nobody reads standard output any more
 * (`qipc listen x | head -1`), and not only when the next line is printed.
 *
 * That is known of a pipe and of a socket, on Linux. A terminal is not watched: when it is closed,
 * SIGHUP comes, and who ignores that signal wants to go on.
 */
class OutputWatch
{
public:
    OutputWatch();
    ~OutputWatch();
    Q_DISABLE_COPY_MOVE(OutputWatch)

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace qipc::cli

#endif
