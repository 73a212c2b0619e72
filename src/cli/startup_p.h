// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_STARTUP_P_H
#define QIPC_CLI_STARTUP_P_H

namespace qipc::cli {

//! What has to be set before there is a QCoreApplication.
void prepareProcess();

//! Takes that back of it which only the making of the QCoreApplication needed: what we start gets
//! the environment that we got.
void restoreEnvironment();

} // namespace qipc::cli

#endif
