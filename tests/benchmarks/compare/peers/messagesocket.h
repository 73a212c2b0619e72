// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_MESSAGESOCKET_H
#define COMPARE_MESSAGESOCKET_H

#include "peer.h"

#include "exchange.h"
#include "failure.h"
#include "frame.h"
#include "payload.h"

#include <string>
#include <utility>

namespace compare {

/*!
 * The ends of a peer whose sockets carry whole messages and are waited for. \a Socket has
 * \code
 * void listen(const QString &address);
 * void connectToServer(const QString &address);
 * void send(FrameHeader::Kind kind, const char *bytes, size_t size);
 * void receive(handle); // waits, and calls handle(kind, bytes, size)
 * \endcode
 */
template <typename Socket>
class MessageSocketServer : public Server
{
public:
    void listen(const QString &address) override { m_socket.listen(address); }

    //! Obeys no commands: it only ever waits for its clients.
    [[noreturn]] void run(Commands & /*commands*/) override
    {
        for (;;) {
            m_socket.receive([this](FrameHeader::Kind kind, const char *bytes, size_t size) {
                handle(kind, bytes, size);
            });
        }
    }

private:
    void handle(FrameHeader::Kind kind, const char *bytes, size_t size)
    {
        switch (kind) {
        case FrameHeader::Kind::Echo:
            m_socket.send(kind, bytes, size);
            return;
        case FrameHeader::Kind::Post:
            ++m_received;
            return;
        case FrameHeader::Kind::Finish: {
            const std::string count = std::to_string(std::exchange(m_received, 0));
            m_socket.send(kind, count.data(), count.size());
            return;
        }
        }
    }

    Socket m_socket;
    long m_received = 0;
};

//! See MessageSocketServer.
template <typename Socket>
class MessageSocketClient : public Client
{
public:
    void connectToServer(const QString &address) override { m_socket.connectToServer(address); }

    void exchange(const Payload &payload, Exchange &exchange) override
    {
        const auto send = [&] {
            while (exchange.start())
                m_socket.send(FrameHeader::Kind::Echo, payload.bytes().data(),
                              size_t(payload.size()));
        };
        send();
        while (!exchange.isDone()) {
            m_socket.receive([&](FrameHeader::Kind, const char *, size_t) {
                exchange.answered();
                send();
            });
        }
    }

    void oneWay(const Payload &payload, qsizetype count) override
    {
        for (qsizetype i = 0; i < count; ++i)
            m_socket.send(FrameHeader::Kind::Post, payload.bytes().data(), size_t(payload.size()));
        m_socket.send(FrameHeader::Kind::Finish, "", 0);
        m_socket.receive([&](FrameHeader::Kind, const char *bytes, size_t size) {
            if (QByteArray(bytes, qsizetype(size)).toLongLong() != count)
                fail(QStringLiteral("messages were lost"));
        });
    }

private:
    Socket m_socket;
};

} // namespace compare

#endif
