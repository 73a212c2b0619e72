// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// ZeroMQ over ipc://, a PAIR on either end. Both wait in zmq_msg_recv(), as its own programs do;
// the first byte of a message says what it is for.

#include "messagesocket.h"

#include <zmq.h>

#include <cstring>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

using Kind = FrameHeader::Kind;

void check(bool good)
{
    if (!good)
        fail(u"zeromq: "_s + QString::fromUtf8(zmq_strerror(zmq_errno())));
}

QByteArray url(const QString &address)
{
    return "ipc://" + address.toLocal8Bit();
}

class Socket
{
public:
    void listen(const QString &address)
    {
        check(zmq_bind(m_socket, url(address).constData()) == 0);
    }
    void connectToServer(const QString &address)
    {
        check(zmq_connect(m_socket, url(address).constData()) == 0);
    }

    void send(Kind kind, const char *bytes, size_t size)
    {
        zmq_msg_t message;
        check(zmq_msg_init_size(&message, size + 1) == 0);
        auto *data = static_cast<char *>(zmq_msg_data(&message));
        data[0] = char(kind);
        std::memcpy(data + 1, bytes, size);
        check(zmq_msg_send(&message, m_socket, 0) >= 0);
    }

    //! Waits for a message, and calls \a handle(kind, bytes, size).
    template <typename Handler>
    void receive(Handler handle)
    {
        zmq_msg_t message;
        zmq_msg_init(&message);
        check(zmq_msg_recv(&message, m_socket, 0) >= 0);
        const auto *data = static_cast<const char *>(zmq_msg_data(&message));
        handle(Kind(data[0]), data + 1, zmq_msg_size(&message) - 1);
        zmq_msg_close(&message);
    }

private:
    void *m_context = zmq_ctx_new();
    void *m_socket = zmq_socket(m_context, ZMQ_PAIR);
};

} // namespace

Peer zeromqPeer()
{
    Peer peer;
    peer.name = u"zeromq"_s;
    peer.makeServer = [] { return std::make_unique<MessageSocketServer<Socket>>(); };
    peer.makeClient = [] { return std::make_unique<MessageSocketClient<Socket>>(); };
    return peer;
}

} // namespace compare
