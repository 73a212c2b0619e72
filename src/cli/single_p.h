// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_SINGLE_P_H
#define QIPC_CLI_SINGLE_P_H

#include "exitstatus_p.h"

namespace qipc::cli {

struct Options;

//! `qipc single`: the primary prints the later starts until it is told to end; a later start hands
//! itself over, and has the exit status that the primary answers with.
[[nodiscard]] ExitStatus single(const Options &options);

} // namespace qipc::cli

#endif
