// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_TOPICS_P_H
#define QIPC_CLI_TOPICS_P_H

#include "exitstatus_p.h"

namespace qipc::cli {

struct Options;

//! `qipc subscribe`: prints what is published to the topics, until the server ends.
[[nodiscard]] ExitStatus subscribe(const Options &options);

//! `qipc publish`.
[[nodiscard]] ExitStatus publish(const Options &options);

} // namespace qipc::cli

#endif
