// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SOCKETFILE_P_H
#define QIPC_SOCKETFILE_P_H

#include <QtCore/QString>

namespace qipc {

enum class FileKind { Nothing, Socket, Other };

//! What is at \a address in the file system; a link is not followed, and is Other. Always Nothing
//! on Windows, whose pipes are no files.
[[nodiscard]] FileKind fileKind(const QString &address);

} // namespace qipc

#endif
