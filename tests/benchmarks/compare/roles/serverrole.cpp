// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "roles.h"

#include "commands.h"
#include "failure.h"
#include "lateness.h"
#include "payload.h"
#include "peers/peer.h"

using namespace Qt::StringLiterals;

namespace compare {

void serve(const Peer &peer, const QString &address)
{
    const auto server = peer.makeServer();
    server->listen(address);
    Lateness lateness;

    Commands commands([&](const QJsonObject &command) -> QJsonObject {
        const QString what = command[u"do"].toString();
        if (what == u"broadcast") {
            const auto time = server->broadcast(Payload::named(command[u"payload"].toString()));
            return {{u"sent"_s, std::chrono::duration<double, std::micro>(time).count()}};
        }
        if (what == u"startTimer") {
            lateness.start();
            return {};
        }
        if (what == u"stopTimer")
            return lateness.stop();
        fail(u"a server cannot "_s + what);
    });
    server->run(commands);
    fail(u"the server has ended"_s);
}

} // namespace compare
