// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_RAWSOCKET_H
#define QIPC_TEST_RAWSOCKET_H

#include "unix/filedescriptor_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QFile>
#include <QtCore/QString>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <vector>

// Programs that know nothing of us, made of plain system calls that do not block.
namespace raw {

using qipc::FileDescriptor;

inline sockaddr_un address(const QString &path)
{
    sockaddr_un result{};
    result.sun_family = AF_UNIX;
    const QByteArray encoded = QFile::encodeName(path);
    const auto size = std::min(static_cast<size_t>(encoded.size()), sizeof(result.sun_path) - 1);
    std::memcpy(result.sun_path, encoded.constData(), size);
    return result;
}

inline FileDescriptor socket(int type = SOCK_STREAM)
{
    return FileDescriptor(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

inline bool connectTo(const FileDescriptor &socket, const QString &path)
{
    const sockaddr_un to = address(path);
    return ::connect(socket.get(), reinterpret_cast<const sockaddr *>(&to), sizeof(to)) == 0;
}

// Bound, and not listening.
inline FileDescriptor boundAt(const QString &path, int type = SOCK_STREAM)
{
    FileDescriptor result = socket(type);
    const sockaddr_un at = address(path);
    if (::bind(result.get(), reinterpret_cast<const sockaddr *>(&at), sizeof(at)) != 0)
        result.reset();
    return result;
}

inline FileDescriptor listeningAt(const QString &path, int backlog = 8)
{
    FileDescriptor result = boundAt(path);
    if (::listen(result.get(), backlog) != 0)
        result.reset();
    return result;
}

// A server's socket after the server has crashed.
inline bool leaveDeadSocket(const QString &path)
{
    return bool(listeningAt(path));
}

inline FileDescriptor accept(const FileDescriptor &server)
{
    return FileDescriptor(::accept4(server.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

// Returns how much the system took.
inline qsizetype write(const FileDescriptor &socket, const QByteArray &bytes)
{
    const ssize_t sent =
        ::send(socket.get(), bytes.constData(), static_cast<size_t>(bytes.size()), MSG_NOSIGNAL);
    return std::max<qsizetype>(sent, 0);
}

// What there is, to the last byte.
inline QByteArray read(const FileDescriptor &socket)
{
    QByteArray result;
    char buffer[64 * 1024];
    ssize_t received = 0;
    while ((received = ::recv(socket.get(), buffer, sizeof(buffer), 0)) > 0)
        result.append(buffer, received);
    return result;
}

// Whether the other end has ended its direction, and all of it is read.
inline bool atEnd(const FileDescriptor &socket)
{
    char byte = 0;
    return ::recv(socket.get(), &byte, 1, MSG_PEEK) == 0;
}

// While it lives there are only so many descriptors left in this process.
class DescriptorShortage
{
public:
    explicit DescriptorShortage(int spare = 0)
    {
        ::getrlimit(RLIMIT_NOFILE, &m_before);
        rlimit low = m_before;
        low.rlim_cur = 64;
        ::setrlimit(RLIMIT_NOFILE, &low);
        do {
            m_hoard.emplace_back(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
        } while (m_hoard.back());
        for (int i = 0; i <= spare && !m_hoard.empty(); ++i) // the last one is none
            m_hoard.pop_back();
    }
    ~DescriptorShortage() { ::setrlimit(RLIMIT_NOFILE, &m_before); }
    Q_DISABLE_COPY_MOVE(DescriptorShortage)

private:
    rlimit m_before{};
    std::vector<FileDescriptor> m_hoard;
};

} // namespace raw

#endif
