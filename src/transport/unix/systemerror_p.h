// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SYSTEMERROR_P_H
#define QIPC_SYSTEMERROR_P_H

#include <QIpc/ipcerror.h>

#include <QtCore/QString>

namespace qipc {

/*!
 * The error for people and programs that the system's \a error is, met while doing \a what at \a
 * path, as in "Cannot listen at".
 *
 * NoSuchServer where a folder of the path does not exist, PermissionDenied, NameTooLong, or
 * OutOfResources for all that is left.
 */
[[nodiscard]] IPCError systemError(int error, const QString &what, const QString &path);

} // namespace qipc

#endif
