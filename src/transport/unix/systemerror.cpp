// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "systemerror_p.h"

#include <cerrno>

using Code = IPCError::Code;

namespace qipc {

namespace {

Code codeOf(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return Code::NoSuchServer;
    case EACCES:
    case EPERM:
    case EROFS:
        return Code::PermissionDenied;
    case ENAMETOOLONG:
        return Code::NameTooLong;
    default:
        return Code::OutOfResources;
    }
}

QString advice(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return QStringLiteral("; the folder does not exist: create it first, or use another");
    case EACCES:
    case EPERM:
    case EROFS:
        return QStringLiteral("; use a folder that this user may write to");
    case EMFILE:
        return QStringLiteral("; this process has as many files open as it may (RLIMIT_NOFILE)");
    case ENFILE:
        return QStringLiteral("; the system has as many files open as it can");
    case ENOSPC:
    case EDQUOT:
        return QStringLiteral("; make space in that file system");
    default:
        return {};
    }
}

} // namespace

IPCError systemError(int error, const QString &what, const QString &path)
{
    const QString text =
        QStringLiteral("%1 \"%2\": %3%4").arg(what, path, qt_error_string(error), advice(error));
    return IPCError(codeOf(error), text).withSystemError(error);
}

} // namespace qipc
