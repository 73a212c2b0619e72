// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "sessionrun.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SessionRun(qipc::Session::Role::Server, Input(data, size)).play();
    return 0;
}
