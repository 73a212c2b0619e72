// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_SERVE_P_H
#define QIPC_CLI_SERVE_P_H

#include "exitstatus_p.h"

namespace qipc::cli {

struct Options;

//! `qipc serve`: a server that prints what happens, until it is told to end.
[[nodiscard]] ExitStatus serve(const Options &options);

} // namespace qipc::cli

#endif
