// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_LISTENINGSOCKET_P_H
#define QIPC_LISTENINGSOCKET_P_H

#include <optional>

struct stat;

namespace qipc {

/*!
 * Whether anybody listens at the socket in the file system that \a file describes. Asks the kernel
 * rather than connecting, which may be forbidden. Nothing where the kernel does not tell; a socket
 * of another network namespace counts as one that nobody listens at, and one whose number another
 * file system has in use may count as listened at.
 */
[[nodiscard]] std::optional<bool> isListenedAt(const struct stat &file);

} // namespace qipc

#endif
