// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// net-ipc in Node, on both ends: peer.js does what the classes of the other peers do.

#include "peer.h"

#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>

using namespace Qt::StringLiterals;

namespace compare {

Peer netIpcPeer(const QString &encoding)
{
    Peer peer;
    peer.name = u"netipc-"_s + encoding;
    peer.abilities = Peer::CarriesMaps | Peer::ManyClients | Peer::HasTimers;
    peer.program = {u"node"_s, QStringLiteral(COMPARE_NODE_PEER)};
    if (QStandardPaths::findExecutable(u"node"_s).isEmpty())
        peer.missing = u"nodejs"_s;
    else if (!QFileInfo::exists(QStringLiteral(COMPARE_NODE_MODULES) + u"/net-ipc"))
        peer.missing = u"net-ipc (npm ci --ignore-scripts in tests/interop)"_s;
    return peer;
}

} // namespace compare
