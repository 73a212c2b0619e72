// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_COMMANDS_P_H
#define QIPC_CLI_COMMANDS_P_H

#include "exitstatus_p.h"
#include "options_p.h"

#include <array>

namespace qipc::cli {

//! A command of the tool.
struct Command
{
    QLatin1StringView name;
    QLatin1StringView arguments; //!< As help shows them, behind the name; the target comes first.
    Arity words = Arity::None; //!< What stands behind the target: first words,
    Arity values = Arity::None; //!< then values.
    OptionSet options;
    ExitStatus (*run)(const Options &options) = nullptr;
    QLatin1StringView summary; //!< Its line in the list of commands.
    QLatin1StringView description; //!< What its own help says, in lines of at most 80 characters.
    QLatin1StringView examples; //!< The same.
};

//! All commands, in the order in which help lists them.
[[nodiscard]] const std::array<Command, 8> &commands();

//! `qipc help`: not one of commands(), since it takes none of their options.
inline constexpr auto helpCommand = QLatin1StringView("help");

//! The names of all commands, and of helpCommand.
[[nodiscard]] QStringList commandNames();

//! The command with this \a name, or null.
[[nodiscard]] const Command *findCommand(QStringView name);

} // namespace qipc::cli

#endif
