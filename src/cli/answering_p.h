// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_ANSWERING_P_H
#define QIPC_CLI_ANSWERING_P_H

#include <QIpc/ipcresponder.h>

namespace qipc::cli {

struct Options;

//! Answers \a request as \a options say; where they say nothing it counts as unhandled.
void answer(const Options &options, const QVariant &request, const IPCResponder &responder);

} // namespace qipc::cli

#endif
