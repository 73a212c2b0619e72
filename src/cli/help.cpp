// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "help_p.h"

#include "commands_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

constexpr qsizetype leftColumn = 28;

[[nodiscard]] QString tableRow(const QString &left, QLatin1StringView right)
{
    return "  "_L1 % left.leftJustified(leftColumn) % right % '\n'_L1;
}

[[nodiscard]] QString synopsis(const OptionText &text)
{
    QString synopsis;
    if (!text.shortName.isEmpty())
        synopsis += '-'_L1 % text.shortName % ", "_L1;
    synopsis += "--"_L1 % text.name;
    if (!text.valueName.isEmpty())
        synopsis += ' '_L1 % text.valueName;
    return synopsis;
}

//! The options stand behind all else, but before a `--`.
[[nodiscard]] QString usage(const Command &command)
{
    const QString arguments(command.arguments);
    const qsizetype dashes = arguments.indexOf(" [--"_L1);
    const qsizetype end = dashes < 0 ? arguments.size() : dashes;
    return "Usage: qipc "_L1 % command.name % ' '_L1 % arguments.left(end) % " [OPTION...]"_L1
        % arguments.mid(end);
}

[[nodiscard]] QString optionTable(OptionSet options)
{
    QString table;
    for (const OptionText &text : optionTexts()) {
        if (options.testFlag(text.option))
            table += tableRow(synopsis(text), text.help);
    }
    return table;
}

[[nodiscard]] QString commandTable()
{
    QString table;
    for (const Command &command : commands())
        table += tableRow(QString(command.name % ' '_L1 % command.arguments), command.summary);
    table += tableRow(u"help [COMMAND]"_s, "show this help, or the help of a command"_L1);
    return table;
}

} // namespace

QByteArray helpText()
{
    const QString text = R"(Usage: qipc COMMAND PATH|ID [ARGUMENT...] [OPTION...]

Talks with programs on this machine that use QIpc, net-ipc or @isdk/ipc-server.

Commands:
)"_L1 % commandTable()
        % R"(
PATH is where the server's socket is: a path if it begins with / or ., else the
name of a socket in the temporary directory. ID is the name of a program, such
as org.example.viewer. JSON is a value in quotes, such as '{"a":1}' or '"text"';
- reads it from standard input, and --string takes plain text instead.

Each line of output is one JSON value. Errors go to standard error.

Options:
  -h, --help                  show this help
  -V, --version               show the version

Exit status:
  0  done
  1  the peer answered with an error, or nobody answered
  2  bad usage or bad JSON
  3  no server there, or it refused, or the address is taken
  4  timed out
  5  the connection was lost
  6  there is a primary, but it does not respond
'qipc single' exits with the code that the primary answered with.

Examples:
  qipc serve demo --echo &
  qipc request demo '{"hello":"world"}'
  qipc send demo --string hello
  qipc ping demo -c 10
)"_L1;
    return text.toUtf8();
}

QByteArray helpText(const Command &command)
{
    const QString text = usage(command) % "\n\n"_L1 % command.description % "\n\nOptions:\n"_L1
        % optionTable(command.options) % "\nExamples:\n"_L1 % command.examples % '\n'_L1;
    return text.toUtf8();
}

} // namespace qipc::cli
