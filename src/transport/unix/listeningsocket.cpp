// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "listeningsocket_p.h"

#include "filedescriptor_p.h"

#include <QtCore/QtGlobal>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace qipc {

namespace {

constexpr quint32 listeningState = 1U << TCP_LISTEN; // which Unix sockets use as well

// The kernel answers at once; this is only so that nothing can hang.
constexpr timeval patience{1, 0};

struct Question
{
    nlmsghdr header;
    unix_diag_req request;
};

bool ask(const FileDescriptor &kernel)
{
    Question question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question.request.sdiag_family = AF_UNIX;
    question.request.udiag_states = listeningState;
    question.request.udiag_show = UDIAG_SHOW_VFS;
    return ::send(kernel.get(), &question, sizeof question, 0) == ssize_t(sizeof question);
}

// Whether the socket that \a message tells of has that inode in its file system.
bool hasInode(const nlmsghdr *message, quint32 inode)
{
    auto *const socket = static_cast<const unix_diag_msg *>(NLMSG_DATA(message));
    qsizetype rest = qsizetype(message->nlmsg_len) - qsizetype(NLMSG_LENGTH(sizeof *socket));
    auto *attribute = reinterpret_cast<const rtattr *>(socket + 1);
    for (; RTA_OK(attribute, rest); attribute = RTA_NEXT(attribute, rest)) {
        if (attribute->rta_type != UNIX_DIAG_VFS)
            continue;
        unix_diag_vfs place{};
        std::memcpy(&place, RTA_DATA(attribute), sizeof place);
        return place.udiag_vfs_ino == inode;
    }
    return false;
}

} // namespace

// Only the inode is compared, for the device that the kernel tells is not always that of stat().
std::optional<bool> isListenedAt(const struct stat &file)
{
    const FileDescriptor kernel(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!kernel
        || ::setsockopt(kernel.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0
        || !ask(kernel))
        return std::nullopt;

    constexpr size_t enough = 32 * 1024; // for what the kernel sends at a time
    alignas(nlmsghdr) std::array<char, enough> buffer{};
    while (true) {
        const ssize_t received = ::recv(kernel.get(), buffer.data(), buffer.size(), 0);
        if (received < 0 && errno == EINTR)
            continue;
        if (received <= 0)
            return std::nullopt;
        auto rest = size_t(received);
        auto *message = reinterpret_cast<const nlmsghdr *>(buffer.data());
        for (; NLMSG_OK(message, rest); message = NLMSG_NEXT(message, rest)) {
            if (message->nlmsg_type == NLMSG_DONE)
                return false;
            if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY)
                return std::nullopt;
            if (hasInode(message, quint32(file.st_ino)))
                return true;
        }
    }
}

} // namespace qipc
