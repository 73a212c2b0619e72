// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "inheritedsocket_p.h"

#include <QtCore/QtGlobal>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <utility>

namespace qipc {

namespace {

constexpr int firstInherited = 3; // SD_LISTEN_FDS_START

// How many descriptors this process was given.
int inheritedCount()
{
    // Not meant for us where a parent has left it in the environment.
    if (qEnvironmentVariableIntValue("LISTEN_PID") != ::getpid())
        return 0;
    return qEnvironmentVariableIntValue("LISTEN_FDS");
}

int option(int socket, int name)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

// The path that a listening Unix socket was bound to; empty for any other descriptor.
QByteArray boundPath(int socket)
{
    sockaddr_un address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &size) != 0
        || address.sun_family != AF_UNIX)
        return {};
    const auto longest = qsizetype(size) - qsizetype(offsetof(sockaddr_un, sun_path));
    if (longest <= 0 || option(socket, SO_TYPE) != SOCK_STREAM
        || option(socket, SO_ACCEPTCONN) != 1)
        return {};
    return {address.sun_path, qsizetype(qstrnlen(address.sun_path, size_t(longest)))};
}

// Whether two names lead to the same socket, such as those below /run and below /var/run.
bool isSameSocket(const QByteArray &a, const QByteArray &b)
{
    struct stat first
    {
    };
    struct stat second
    {
    };
    return a.startsWith('/') && ::stat(a.constData(), &first) == 0
        && ::stat(b.constData(), &second) == 0 && S_ISSOCK(first.st_mode)
        && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

} // namespace

InheritedSocket inheritedSocket(const QByteArray &path)
{
    const int announced = inheritedCount();
    int count = 0;
    // No program that this one starts shall have any of them. They have no gaps.
    while (count < announced && ::fcntl(firstInherited + count, F_SETFD, FD_CLOEXEC) == 0)
        ++count;
    for (int socket = firstInherited; socket < firstInherited + count; ++socket) {
        QByteArray bound = boundPath(socket);
        if (bound.isEmpty() || (bound != path && !isSameSocket(bound, path)))
            continue;
        FileDescriptor own(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
        const int flags = own ? ::fcntl(own.get(), F_GETFL) : -1;
        if (flags >= 0 && ::fcntl(own.get(), F_SETFL, flags | O_NONBLOCK) == 0)
            return {std::move(own), std::move(bound)};
    }
    return {};
}

} // namespace qipc
