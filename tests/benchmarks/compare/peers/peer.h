// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_PEER_H
#define COMPARE_PEER_H

#include <QtCore/QFlags>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace compare {

class Commands;
class Exchange;
class Payload;

/*!
 * The asking end of a peer: what a program that uses it would write. Lives in a process of its own,
 * the server in another. Whatever goes wrong ends that process, see fail().
 */
class Client
{
public:
    Client() = default;
    virtual ~Client() = default;
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    //! Connects to the server at \a address. Returns when messages can be exchanged.
    virtual void connectToServer(const QString &address) = 0;

    //! Sends \a payload as requests, which the server answers with the same, as \a exchange says.
    virtual void exchange(const Payload &payload, Exchange &exchange) = 0;

    //! Sends \a count messages that nobody answers. Returns when the server has told that it got
    //! them all.
    virtual void oneWay(const Payload &payload, qsizetype count) = 0;

    //! Calls \a received, from the event loop, for each message that the server sends unasked.
    virtual void listen(std::function<void()> received);
};

//! The answering end of a peer.
class Server
{
public:
    Server() = default;
    virtual ~Server() = default;
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    //! Clients can connect when this returns.
    virtual void listen(const QString &address) = 0;

    //! Serves, and obeys \a commands, for good. By default in Qt's event loop.
    virtual void run(Commands &commands);

    //! Sends \a payload to all clients, and returns what that took: until the system has all of it.
    virtual std::chrono::nanoseconds broadcast(const Payload &payload);
};

//! One of the ways to talk between processes that are compared.
struct Peer
{
    //! What a peer cannot do is not asked of it.
    enum Ability {
        CarriesMaps = 1,
        ManyClients = 2,
        CheapClients = 4, //!< Thousands come in no time, so that also --quick makes them.
        Broadcasts = 8,
        HasTimers = 16, //!< Its server runs an event loop that the program shares.
    };
    Q_DECLARE_FLAGS(Abilities, Ability)

    QString name;
    Abilities abilities;
    //! Whether it runs in Qt's event loop, so that the dispatcher matters.
    bool isQt = false;
    //! What to install, where it is missing.
    QString missing;
    //! The program that takes `--serve NAME ADDRESS` and `--ask NAME ADDRESS`; empty for this one.
    QStringList program;
    std::function<std::unique_ptr<Server>()> makeServer;
    std::function<std::unique_ptr<Client>()> makeClient;
};

Q_DECLARE_OPERATORS_FOR_FLAGS(Peer::Abilities)

Peer qipcPeer();
Peer rawPeer();
Peer qlocalsocketPeer();
Peer qtroPeer();
Peer qtdbusPeer();
Peer zeromqPeer();
Peer nngPeer();
//! net-ipc in Node, on both ends, with \a encoding `json` or `msgpack`.
Peer netIpcPeer(const QString &encoding);

//! All of them, ours first, also those that are missing here.
std::vector<Peer> allPeers();

} // namespace compare

#endif
