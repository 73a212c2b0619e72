// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_UNIXSOCKET_P_H
#define QIPC_UNIXSOCKET_P_H

#include "filedescriptor_p.h"

#include <QtCore/QByteArray>

namespace qipc {

// The system's calls on stream sockets of the file system, with `errno` as the result: 0 is
// success.

//! How many bytes the path of a socket may have here.
constexpr qsizetype longestSocketPath = 107;

//! A new socket, which does not block and is not inherited. Where it is none, `errno` says why.
[[nodiscard]] FileDescriptor createUnixSocket();

//! Connects to the encoded \a path, at once or not at all: EAGAIN means that the backlog is full.
[[nodiscard]] int connectUnixSocket(const FileDescriptor &socket, const QByteArray &path);

//! Creates the socket's file at the encoded \a path, where nothing may be.
[[nodiscard]] int bindUnixSocket(const FileDescriptor &socket, const QByteArray &path);

} // namespace qipc

#endif
