// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_LISTEN_P_H
#define QIPC_CLI_LISTEN_P_H

#include "exitstatus_p.h"

namespace qipc::cli {

struct Options;

//! `qipc listen`: prints what the server sends, until it ends.
[[nodiscard]] ExitStatus listen(const Options &options);

} // namespace qipc::cli

#endif
