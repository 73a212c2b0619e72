// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_HELP_P_H
#define QIPC_CLI_HELP_P_H

#include <QtCore/QByteArray>

namespace qipc::cli {

struct Command;

//! What `qipc --help` prints.
[[nodiscard]] QByteArray helpText();

//! What `qipc <command> --help` prints.
[[nodiscard]] QByteArray helpText(const Command &command);

} // namespace qipc::cli

#endif
