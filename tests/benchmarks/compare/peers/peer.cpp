// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "peer.h"

#include "failure.h"
#include "roles/commands.h"

using namespace Qt::StringLiterals;

namespace compare {

void Client::listen(std::function<void()> /*received*/)
{
    fail(u"this peer cannot broadcast"_s);
}

void Server::run(Commands &commands)
{
    for (;;)
        commands.answerNext();
}

std::chrono::nanoseconds Server::broadcast(const Payload & /*payload*/)
{
    fail(u"this peer cannot broadcast"_s);
}

namespace {

[[maybe_unused]] Peer notBuilt(const QString &name, const QString &package)
{
    Peer peer;
    peer.name = name;
    peer.missing = package;
    return peer;
}

} // namespace

std::vector<Peer> allPeers()
{
    return {
        qipcPeer(),
        rawPeer(),
        qlocalsocketPeer(),
#ifdef COMPARE_QTRO
        qtroPeer(),
#else
        notBuilt(u"qtro"_s, u"qt6-remoteobjects-dev"_s),
#endif
#ifdef COMPARE_QTDBUS
        qtdbusPeer(),
#else
        notBuilt(u"qtdbus"_s, u"qt6-base-dev"_s),
#endif
#ifdef COMPARE_ZEROMQ
        zeromqPeer(),
#else
        notBuilt(u"zeromq"_s, u"libzmq3-dev"_s),
#endif
#ifdef COMPARE_NNG
        nngPeer(),
#else
        notBuilt(u"nng"_s, u"libnng-dev"_s),
#endif
        netIpcPeer(u"json"_s),
        netIpcPeer(u"msgpack"_s),
    };
}

} // namespace compare
