// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "unixsocket_p.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace qipc {

namespace {

static_assert(sizeof(sockaddr_un::sun_path) == longestSocketPath + 1);

// Returns false where the path does not fit.
bool fill(sockaddr_un &address, const QByteArray &path)
{
    if (path.isEmpty() || path.size() > longestSocketPath)
        return false;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), static_cast<size_t>(path.size()) + 1);
    return true;
}

} // namespace

FileDescriptor createUnixSocket()
{
    return FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

int connectUnixSocket(const FileDescriptor &socket, const QByteArray &path)
{
    sockaddr_un address{};
    if (!fill(address, path))
        return ENAMETOOLONG;
    int result = 0;
    do {
        result =
            ::connect(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof(address));
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int bindUnixSocket(const FileDescriptor &socket, const QByteArray &path)
{
    sockaddr_un address{};
    if (!fill(address, path))
        return ENAMETOOLONG;
    const int result =
        ::bind(socket.get(), reinterpret_cast<const sockaddr *>(&address), sizeof(address));
    return result == 0 ? 0 : errno;
}

} // namespace qipc
