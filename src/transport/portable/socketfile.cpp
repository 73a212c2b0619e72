// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "socketfile_p.h"

#include <QtCore/QFile>

#include <filesystem>
#include <system_error>

namespace qipc {

FileKind fileKind(const QString &address)
{
#ifdef Q_OS_WIN
    Q_UNUSED(address);
    return FileKind::Nothing;
#else
    std::error_code error;
    const auto status =
        std::filesystem::symlink_status(QFile::encodeName(address).toStdString(), error);
    switch (status.type()) {
    case std::filesystem::file_type::none: // it cannot be told; what is done next will meet the
                                           // reason
    case std::filesystem::file_type::not_found:
        return FileKind::Nothing;
    case std::filesystem::file_type::socket:
        return FileKind::Socket;
    default:
        return FileKind::Other;
    }
#endif
}

} // namespace qipc
