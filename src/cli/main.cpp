// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "commands_p.h"
#include "help_p.h"
#include "options_p.h"
#include "output_p.h"
#include "startup_p.h"
#include "suggestion_p.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLoggingCategory>

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

ExitStatus badUsage(const QString &text)
{
    complain(text);
    return ExitStatus::BadUsage;
}

[[nodiscard]] QByteArray versionText()
{
    return "qipc " QIPC_VERSION;
}

ExitStatus printText(const QByteArray &text)
{
    printLine(text.trimmed());
    return ExitStatus::Done;
}

ExitStatus runCommand(const Command &command, const QStringList &arguments)
{
    const IPCResult<Options> options = Options::parse(command, arguments);
    if (!options)
        return badUsage(options.error().message());
    if (options->help)
        return printText(helpText(command));
    if (options->version)
        return printText(versionText());
    return command.run(*options);
}

//! \a name stands where a command should.
ExitStatus noCommand(const QString &name)
{
    if (name.startsWith('-'_L1))
        return badUsage(wrongFirstOption(name));
    const QString nearest = nearestName(name, commandNames());
    return badUsage("there is no command '"_L1 % name
                    % (nearest.isEmpty() ? QString(u"'; see 'qipc --help'"_s)
                                         : QString("'; did you mean '"_L1 % nearest % "'?"_L1)));
}

//! `qipc help [COMMAND]`.
ExitStatus help(const QStringList &arguments)
{
    if (arguments.isEmpty() || arguments.first() == helpCommand)
        return printText(helpText());
    const Command *command = findCommand(arguments.first());
    return command ? printText(helpText(*command)) : noCommand(arguments.first());
}

ExitStatus run(QStringList arguments)
{
    arguments.removeFirst(); // the program
    if (arguments.isEmpty())
        return badUsage("COMMAND is missing; see 'qipc --help'"_L1);
    const QString name = arguments.takeFirst();
    if (name == helpCommand || name == "--help"_L1 || name == "-h"_L1)
        return help(arguments);
    if (name == "--version"_L1 || name == "-V"_L1)
        return printText(versionText());
    if (const Command *command = findCommand(name))
        return runCommand(*command, arguments);
    return noCommand(name);
}

} // namespace

} // namespace qipc::cli

int main(int argc, char *argv[])
{
    qipc::cli::prepareProcess();
    const QCoreApplication application(argc, argv);
    // Complained of in our own words. QT_LOGGING_RULES has the last word.
    QLoggingCategory::setFilterRules(u"qipc.peer.warning=false"_s);
    qipc::cli::restoreEnvironment();
    const qipc::cli::ExitStatus status = qipc::cli::run(QCoreApplication::arguments());
    return int(qipc::cli::withOutputStatus(status));
}
