// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "answering_p.h"

#include "options_p.h"

namespace qipc::cli {

void answer(const Options &options, const QVariant &request, const IPCResponder &responder)
{
    if (options.echo)
        responder(request);
    else if (options.reply)
        responder(*options.reply);
}

} // namespace qipc::cli
