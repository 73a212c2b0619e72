// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// A Unix stream socket, and nothing else: the limit. The client blocks, the server waits in epoll,
// and each message is a system call.

#include "peer.h"

#include "exchange.h"
#include "failure.h"
#include "frame.h"
#include "payload.h"
#include "roles/commands.h"

#include <QtCore/QSocketNotifier>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

constexpr int socketBuffer = 1024 * 1024;
constexpr size_t readBuffer = 256 * 1024;

int makeSocket()
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        failSystem("socket");
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &socketBuffer, sizeof(socketBuffer));
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &socketBuffer, sizeof(socketBuffer));
    return fd;
}

sockaddr_un toAddress(const QString &path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray bytes = path.toLocal8Bit();
    std::memcpy(address.sun_path, bytes.data(),
                std::min(size_t(bytes.size()), sizeof(address.sun_path) - 1));
    return address;
}

void sendFrame(int fd, FrameHeader::Kind kind, const char *bytes, size_t size)
{
    auto header = FrameHeader{quint32(size), kind}.toBytes();
    std::array<iovec, 2> parts{iovec{header.data(), header.size()},
                               iovec{const_cast<char *>(bytes), size}};
    iovec *part = parts.data();
    while (part != parts.data() + parts.size()) {
        msghdr message{};
        message.msg_iov = part;
        message.msg_iovlen = size_t(parts.data() + parts.size() - part);
        ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
        if (sent < 0)
            failSystem("sendmsg");
        while (part != parts.data() + parts.size() && size_t(sent) >= part->iov_len)
            sent -= ssize_t((part++)->iov_len);
        if (sent > 0) {
            part->iov_base = static_cast<char *>(part->iov_base) + sent;
            part->iov_len -= size_t(sent);
        }
    }
}

//! What has been read and is no whole frame yet. Takes no memory before it is used.
class Incoming
{
public:
    //! Reads once, as much as there is, and calls \a handle(kind, bytes, size) for each whole
    //! frame. False where the other end has gone.
    template <typename Handler>
    bool read(int fd, Handler handle)
    {
        if (m_bytes.empty())
            m_bytes.resize(readBuffer);
        const ssize_t got = ::recv(fd, m_bytes.data() + m_size, m_bytes.size() - m_size, 0);
        if (got <= 0)
            return false;
        m_size += size_t(got);

        size_t begin = 0;
        while (m_size - begin >= size_t(FrameHeader::size)) {
            const auto header = FrameHeader::fromBytes(m_bytes.data() + begin);
            const size_t whole = size_t(FrameHeader::size) + header.length;
            if (m_size - begin < whole) {
                m_bytes.resize(std::max(m_bytes.size(), whole));
                break;
            }
            handle(header.kind, m_bytes.data() + begin + FrameHeader::size, header.length);
            begin += whole;
        }
        m_size -= begin;
        std::memmove(m_bytes.data(), m_bytes.data() + begin, m_size);
        return true;
    }

private:
    std::vector<char> m_bytes;
    size_t m_size = 0;
};

class RawServer : public Server
{
public:
    void listen(const QString &address) override;
    void run(Commands &commands) override;
    std::chrono::nanoseconds broadcast(const Payload &payload) override;

private:
    void watch(int fd);
    void accept();
    void read(int fd);
    void handle(int fd, FrameHeader::Kind kind, const char *bytes, size_t size);

    int m_listener = -1;
    int m_epoll = -1;
    long m_received = 0;
    std::unordered_map<int, Incoming> m_clients;
};

void RawServer::listen(const QString &address)
{
    m_listener = makeSocket();
    const sockaddr_un to = toAddress(address);
    if (::bind(m_listener, reinterpret_cast<const sockaddr *>(&to), sizeof(to)) != 0)
        failSystem("bind");
    if (::listen(m_listener, SOMAXCONN) != 0)
        failSystem("listen");
    m_epoll = ::epoll_create1(EPOLL_CLOEXEC);
    watch(m_listener);
}

void RawServer::watch(int fd)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(m_epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        failSystem("epoll_ctl");
}

void RawServer::run(Commands &commands)
{
    watch(STDIN_FILENO);
    std::array<epoll_event, 64> events{};
    for (;;) {
        const int count = ::epoll_wait(m_epoll, events.data(), int(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[size_t(i)].data.fd;
            if (fd == STDIN_FILENO)
                commands.answerNext();
            else if (fd == m_listener)
                accept();
            else
                read(fd);
        }
    }
}

void RawServer::accept()
{
    const int fd = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0)
        failSystem("accept");
    m_clients.try_emplace(fd);
    watch(fd);
}

void RawServer::read(int fd)
{
    const bool alive =
        m_clients[fd].read(fd, [this, fd](FrameHeader::Kind kind, const char *bytes, size_t size) {
            handle(fd, kind, bytes, size);
        });
    if (!alive) {
        m_clients.erase(fd);
        ::close(fd);
    }
}

void RawServer::handle(int fd, FrameHeader::Kind kind, const char *bytes, size_t size)
{
    switch (kind) {
    case FrameHeader::Kind::Echo:
        sendFrame(fd, kind, bytes, size);
        return;
    case FrameHeader::Kind::Post:
        ++m_received;
        return;
    case FrameHeader::Kind::Finish: {
        const std::string count = std::to_string(std::exchange(m_received, 0));
        sendFrame(fd, kind, count.data(), count.size());
        return;
    }
    }
}

//! The bytes are put together once, as a broadcast does; then a send() for each socket.
std::chrono::nanoseconds RawServer::broadcast(const Payload &payload)
{
    const auto begin = Exchange::Clock::now();
    const auto header = FrameHeader{quint32(payload.size()), FrameHeader::Kind::Post}.toBytes();
    const QByteArray frame = QByteArray(header.data(), FrameHeader::size) + payload.bytes();
    for (const auto &client : m_clients) {
        if (::send(client.first, frame.data(), size_t(frame.size()), MSG_NOSIGNAL) != frame.size())
            failSystem("send");
    }
    return Exchange::Clock::now() - begin;
}

class RawClient : public Client
{
public:
    ~RawClient() override { ::close(m_fd); }
    void connectToServer(const QString &address) override;
    void exchange(const Payload &payload, Exchange &exchange) override;
    void oneWay(const Payload &payload, qsizetype count) override;
    void listen(std::function<void()> received) override;

private:
    int m_fd = makeSocket();
    Incoming m_incoming;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

void RawClient::connectToServer(const QString &address)
{
    const sockaddr_un to = toAddress(address);
    if (::connect(m_fd, reinterpret_cast<const sockaddr *>(&to), sizeof(to)) != 0)
        failSystem("connect");
}

void RawClient::exchange(const Payload &payload, Exchange &exchange)
{
    const auto send = [&] {
        while (exchange.start())
            sendFrame(m_fd, FrameHeader::Kind::Echo, payload.bytes().data(),
                      size_t(payload.size()));
    };
    send();
    while (!exchange.isDone()) {
        const bool alive = m_incoming.read(m_fd, [&](FrameHeader::Kind, const char *, size_t) {
            exchange.answered();
            send();
        });
        if (!alive)
            failSystem("recv");
    }
}

void RawClient::oneWay(const Payload &payload, qsizetype count)
{
    for (qsizetype i = 0; i < count; ++i)
        sendFrame(m_fd, FrameHeader::Kind::Post, payload.bytes().data(), size_t(payload.size()));
    sendFrame(m_fd, FrameHeader::Kind::Finish, nullptr, 0);

    bool answered = false;
    while (!answered) {
        const bool alive =
            m_incoming.read(m_fd, [&](FrameHeader::Kind, const char *bytes, size_t size) {
                answered = true;
                if (QByteArray(bytes, qsizetype(size)).toLongLong() != count)
                    fail(u"raw: messages were lost"_s);
            });
        if (!alive)
            failSystem("recv");
    }
}

void RawClient::listen(std::function<void()> received)
{
    m_notifier = std::make_unique<QSocketNotifier>(m_fd, QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(),
                     [this, received = std::move(received)] {
                         m_incoming.read(
                             m_fd, [&](FrameHeader::Kind, const char *, size_t) { received(); });
                     });
}

} // namespace

Peer rawPeer()
{
    Peer peer;
    peer.name = u"raw"_s;
    peer.abilities = Peer::ManyClients | Peer::CheapClients | Peer::Broadcasts;
    peer.makeServer = [] { return std::make_unique<RawServer>(); };
    peer.makeClient = [] { return std::make_unique<RawClient>(); };
    return peer;
}

} // namespace compare
