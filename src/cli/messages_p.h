// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_MESSAGES_P_H
#define QIPC_CLI_MESSAGES_P_H

#include "exitstatus_p.h"

namespace qipc::cli {

struct Options;

//! `qipc send`: sends each value, and waits until it is gone.
[[nodiscard]] ExitStatus send(const Options &options);

//! `qipc request`: prints the answer.
[[nodiscard]] ExitStatus request(const Options &options);

//! `qipc ping`: prints round trips in milliseconds, then their minimum, median and maximum.
[[nodiscard]] ExitStatus ping(const Options &options);

} // namespace qipc::cli

#endif
