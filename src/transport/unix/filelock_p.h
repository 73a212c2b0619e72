// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_FILELOCK_P_H
#define QIPC_FILELOCK_P_H

#include "filedescriptor_p.h"

#include <QIpc/ipcresult.h>

#include <QtCore/QByteArray>

namespace qipc {

/*!
 * A lock that the kernel keeps on a file, and that ends with its holder, however that ends. At any
 * time one FileLock of the machine at most holds the lock of a path, within a process too.
 *
 * The file is created where there is none and removed by release(). What is there and is not an
 * empty regular file of this user is refused and left alone. The lock belongs to the open file: a
 * child made by fork() without exec() shares it, and keeps it for as long as it lives; there
 * release() leaves the file alone, and the lock to the parent. Not thread-safe.
 */
class FileLock
{
public:
    enum class Outcome { Held, HeldByAnother };

    FileLock() = default;
    ~FileLock() { release(); }
    Q_DISABLE_COPY_MOVE(FileLock)

    //! Tries to take the lock of \a path, without waiting. This one may hold none by now.
    //! PermissionDenied, NoSuchServer (there is no such folder) or OutOfResources, with the
    //! system's errno where there is one.
    [[nodiscard]] IPCResult<Outcome> tryLock(const QString &path);

    [[nodiscard]] bool isHeld() const { return bool(m_file); }

    //! Removes the file and gives the lock up. Without effect where it is not held.
    void release();

private:
    FileDescriptor m_file;
    QByteArray m_path;
};

} // namespace qipc

#endif
