// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "filelock_p.h"

#include "logging_p.h"
#include "systemerror_p.h"

#include <QIpc/ipccredentials.h>

#include <QtCore/QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

using Code = IPCError::Code;

namespace qipc {

namespace {

using FileStatus = struct stat; // the function of that name hides it

// Somebody who held the lock removes the file that we have just opened; that this happens so many
// times in a row is out of the question.
constexpr int mostAttempts = 100;

IPCError cannotLock(int error, const QString &path)
{
    return systemError(error, QStringLiteral("cannot lock"), path);
}

IPCError refusal(const QString &path)
{
    return IPCError(
        Code::PermissionDenied,
        QStringLiteral("cannot lock \"%1\": it is not a regular file of this user; remove "
                       "it, or use another folder")
            .arg(path));
}

// A file there may be a stranger's, and nobody could tell it from one that was just made.
IPCError unknownOwner(const QString &path)
{
    return IPCError(
        Code::PermissionDenied,
        QStringLiteral("cannot lock \"%1\": its owner cannot be told from inside this user "
                       "namespace, which does not map the uid %2; run this program outside of it, "
                       "or map its user")
            .arg(path)
            .arg(::geteuid()));
}

IPCError notEmpty(const QString &path)
{
    return IPCError(
        Code::PermissionDenied,
        QStringLiteral("cannot lock \"%1\": it is not empty, so it is another program's file; use "
                       "another address, or remove it")
            .arg(path));
}

// O_NONBLOCK is for a FIFO, which would have us wait for its other end.
FileDescriptor openLockFile(const QByteArray &path)
{
    constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    return FileDescriptor(::open(path.constData(), flags, S_IRUSR | S_IWUSR));
}

IPCError cannotOpen(int error, const QString &path)
{
    switch (error) {
    case ELOOP: // a symbolic link
    case EISDIR:
    case ENXIO: // a socket
        return refusal(path).withSystemError(error);
    default:
        return cannotLock(error, path);
    }
}

bool isOurs(const FileStatus &status)
{
    return IPCCredentials(-1, qint64(status.st_uid), -1).isOwnUser();
}

int lockFile(const FileDescriptor &file)
{
    int result = 0;
    do {
        result = ::flock(file.get(), LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

// Whether the file that is open is still the one at the path: a lock on a file that was removed
// locks out nobody.
bool isAtPath(const FileDescriptor &file, const QByteArray &path)
{
    FileStatus open{};
    FileStatus there{};
    return ::fstat(file.get(), &open) == 0 && ::lstat(path.constData(), &there) == 0
        && open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

// Nothing is ever written to a lock file of ours. With content it is a file of the user's, as
// `Gemfile.lock` is beside `Gemfile`.
bool isEmpty(const FileDescriptor &file)
{
    FileStatus status{};
    return ::fstat(file.get(), &status) == 0 && status.st_size == 0;
}

} // namespace

IPCResult<FileLock::Outcome> FileLock::tryLock(const QString &path)
{
    Q_ASSERT(!isHeld());
    if (!IPCCredentials::ofThisProcess().isUserKnown()) // before a file is made
        return unknownOwner(path);
    const QByteArray encodedPath = QFile::encodeName(path);
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        FileDescriptor file = openLockFile(encodedPath);
        if (!file)
            return cannotOpen(errno, path);
        FileStatus status{};
        if (::fstat(file.get(), &status) != 0)
            return cannotLock(errno, path);
        if (!S_ISREG(status.st_mode) || !isOurs(status))
            return refusal(path);
        const int error = lockFile(file);
        if (error == EWOULDBLOCK)
            return Outcome::HeldByAnother;
        if (error != 0)
            return cannotLock(error, path);
        if (isAtPath(file, encodedPath)) {
            if (!isEmpty(file))
                return notEmpty(path);
            m_file = std::move(file);
            m_path = encodedPath;
            qCDebug(logTransport, "locked %ls", qUtf16Printable(path));
            return Outcome::Held;
        }
    }
    return Outcome::HeldByAnother;
}

void FileLock::release()
{
    if (!m_file)
        return;
    // Before the lock ends: afterwards it may be the next holder's file.
    if (m_file.isOfThisProcess() && isAtPath(m_file, m_path) && isEmpty(m_file))
        ::unlink(m_path.constData());
    m_file.reset();
    m_path.clear();
}

} // namespace qipc
