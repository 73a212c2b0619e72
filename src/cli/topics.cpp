// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "topics_p.h"

#include "clientrun_p.h"
#include "json_p.h"
#include "options_p.h"

namespace qipc::cli {

ExitStatus subscribe(const Options &options)
{
    ClientRun run(options);
    QObject::connect(&run.client(), &IPCClient::published, &run,
                     [](const QString &topic, const QVariant &message) {
                         JsonLine().add(u"topic", topic).add(u"message", message).print();
                     });
    return run.execUntilClosed([&run, &options] {
        run.client().subscribe(options.words).then(&run, [&run](const IPCResult<bool> &result) {
            if (!result)
                run.fail(result.error());
        });
    });
}

ExitStatus publish(const Options &options)
{
    ClientRun run(options);
    return run.exec([&run, &options] {
        run.client()
            .publish(options.words.first(), options.values.first())
            .then(&run, [&run](const IPCResult<void> &result) {
                if (result)
                    run.finish();
                else
                    run.fail(result.error());
            });
    });
}

} // namespace qipc::cli
