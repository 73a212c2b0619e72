// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "listen_p.h"

#include "answering_p.h"
#include "clientrun_p.h"
#include "json_p.h"
#include "options_p.h"
#include "output_p.h"

namespace qipc::cli {

namespace {

void printValue(const QVariant &value)
{
    if (value.isValid())
        printLine(toJson(value));
}

} // namespace

ExitStatus listen(const Options &options)
{
    ClientRun run(options);
    QObject::connect(&run.client(), &IPCClient::messageReceived, &run, printValue);
    QObject::connect(&run.client(), &IPCClient::requestReceived, &run,
                     [&options](const QVariant &request, const IPCResponder &responder) {
                         printValue(request);
                         answer(options, request, responder);
                     });
    return run.execUntilClosed([] {});
}

} // namespace qipc::cli
