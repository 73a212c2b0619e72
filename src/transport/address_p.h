// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_ADDRESS_P_H
#define QIPC_ADDRESS_P_H

#include <QIpc/ipcresult.h>

#include <QtCore/QString>

namespace qipc {

/*!
 * The absolute address that \a path means: what starts with `/` or `.` is a path as it stands,
 * anything else a name in the temporary directory; empty is the default name, `qipc`. The answer
 * does not depend on the working directory any more. On Windows the address is `\\.\pipe\` and the
 * path less its leading `/`, with `-` for each other `/` (wire.md, "Addresses").
 *
 * Returns NameTooLong, which says how long it may be, InvalidArgument where there is a NUL in it or
 * it names a folder, or NoSuchServer where the working or the temporary directory that it is in
 * does not exist.
 */
[[nodiscard]] IPCResult<QString> resolveAddress(const QString &path);

} // namespace qipc

#endif
