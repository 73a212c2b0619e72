// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// nng over ipc://, a pair on either end. Both wait in nng_recvmsg(); the first byte of a message
// says what it is for.

#include "messagesocket.h"

#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

using Kind = FrameHeader::Kind;

void check(int error)
{
    if (error != 0)
        fail(u"nng: "_s + QString::fromUtf8(nng_strerror(error)));
}

QByteArray url(const QString &address)
{
    return "ipc://" + address.toLocal8Bit();
}

class Socket
{
public:
    Socket()
    {
        check(nng_pair0_open(&m_socket));
        check(nng_socket_set_size(m_socket, NNG_OPT_RECVMAXSZ, 0)); // without limit
    }

    void listen(const QString &address)
    {
        check(nng_listen(m_socket, url(address).constData(), nullptr, 0));
    }
    void connectToServer(const QString &address)
    {
        check(nng_dial(m_socket, url(address).constData(), nullptr, 0));
    }

    void send(Kind kind, const char *bytes, size_t size)
    {
        nng_msg *message = nullptr;
        check(nng_msg_alloc(&message, 0));
        const char first = char(kind);
        check(nng_msg_append(message, &first, 1));
        check(nng_msg_append(message, bytes, size));
        check(nng_sendmsg(m_socket, message, 0));
    }

    //! Waits for a message, and calls \a handle(kind, bytes, size).
    template <typename Handler>
    void receive(Handler handle)
    {
        nng_msg *message = nullptr;
        check(nng_recvmsg(m_socket, &message, 0));
        const auto *data = static_cast<const char *>(nng_msg_body(message));
        handle(Kind(data[0]), data + 1, nng_msg_len(message) - 1);
        nng_msg_free(message);
    }

private:
    nng_socket m_socket = NNG_SOCKET_INITIALIZER;
};

} // namespace

Peer nngPeer()
{
    Peer peer;
    peer.name = u"nng"_s;
    peer.makeServer = [] { return std::make_unique<MessageSocketServer<Socket>>(); };
    peer.makeClient = [] { return std::make_unique<MessageSocketClient<Socket>>(); };
    return peer;
}

} // namespace compare
