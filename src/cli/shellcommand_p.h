// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_SHELLCOMMAND_P_H
#define QIPC_CLI_SHELLCOMMAND_P_H

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>

namespace qipc::cli {

//! What a start of a program brings along.
struct StartContext
{
    QStringList arguments;
    QList<QByteArray> argumentBytes; //!< What the command gets; the text is for people.
    QString workingDirectory;
    QByteArray workingDirectoryBytes;
    QByteArray activationToken; //!< This and the next are empty where there is none.
    QByteArray startupId;
};

/*!
 * Runs \a command by the shell, as \a start would have: with its arguments as "$@", in its folder
 * where that is still there, else in that of this process.
 *
 * Returns at once; any number may run. Standard input is empty, there is no controlling terminal,
 * the environment is the one that the tool got, and what it prints goes to standard error.
 * \a finished is called from the event loop with the exit status as in a shell: 128 and the signal
 * that ended it, 127 where there is no shell, which is also complained about. What still runs when
 * this process ends goes on.
 */
void runByShell(const QString &command, const StartContext &start,
                const std::function<void(int status)> &finished);

} // namespace qipc::cli

#endif
