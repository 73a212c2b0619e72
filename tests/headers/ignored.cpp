// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Does not compile with -Werror=unused-result.

#include <QIpc/IPCServer>

void ignores(IPCPeer &peer, IPCServer &server)
{
    peer.post(1);
    server.broadcast(1);
    server.publish(QStringLiteral("topic"), 1);
}
