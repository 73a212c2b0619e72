// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "guardedaddress_p.h"

#include "inheritedsocket_p.h"
#include "listeningsocket_p.h"
#include "logging_p.h"
#include "systemerror_p.h"
#include "unixsocket_p.h"

#include <QIpc/ipccredentials.h>

#include <QtCore/QFile>
#include <QtCore/QMutex>
#include <QtCore/QSet>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

using Code = IPCError::Code;

namespace qipc {

namespace {

using FileStatus = struct stat; // the function of that name hides it

IPCError cannotListen(int error, const QString &address)
{
    return systemError(error, QStringLiteral("cannot listen at"), address);
}

IPCError addressInUse(const QString &address)
{
    return IPCError(
        Code::AddressInUse,
        QStringLiteral("cannot listen at \"%1\": a live server has this address").arg(address));
}

IPCError notASocket(const QString &address)
{
    return IPCError(
        Code::NotASocket,
        QStringLiteral("cannot listen at \"%1\": what is there is not a socket; remove it, "
                       "or use another address")
            .arg(address));
}

// The lock's file has just been made in that folder, so it is not the folder that forbids it.
IPCError cannotBind(int error, const QString &address)
{
    switch (error) {
    case EADDRINUSE: // bind() replaces nothing
        return addressInUse(address);
    case EACCES:
    case EPERM:
    case EOPNOTSUPP:
    case ENOSYS:
    case EINVAL:
        return IPCError(Code::PermissionDenied,
                        QStringLiteral("cannot listen at \"%1\": %2; a file can be made there, but "
                                       "no socket, because of its file system or of a security "
                                       "policy: use another folder")
                            .arg(address, qt_error_string(error)))
            .withSystemError(error);
    default:
        return cannotListen(error, address);
    }
}

QString userText(uid_t uid)
{
    const QString name = IPCCredentials(-1, qint64(uid), -1).userName();
    const QString number = QStringLiteral("the uid %1").arg(uid);
    return name.isEmpty() ? QStringLiteral("the user with ") + number
                          : QStringLiteral("the user %1 (%2)").arg(name, number);
}

// What is at the address, or what a lock there is left of, is another user's, whose crash may have
// left it behind: in a folder as /tmp nobody else can remove it.
IPCError strangersFile(int error, const FileStatus &file, const QString &path,
                       const QString &address)
{
    const QString owner = userText(file.st_uid);
    const auto listened = S_ISSOCK(file.st_mode) ? isListenedAt(file) : std::optional(false);
    QString text;
    if (listened == true)
        text = QStringLiteral("a server of %1 listens there; use another address").arg(owner);
    else if (listened == false)
        text = QStringLiteral("\"%1\" was left behind by %2, and nobody listens there; have it "
                              "removed by that user or by root, or use another address")
                   .arg(path, owner);
    else
        text = QStringLiteral("\"%1\" belongs to %2; use another address").arg(path, owner);
    return IPCError(Code::PermissionDenied,
                    QStringLiteral("cannot listen at \"%1\": %2").arg(address, text))
        .withSystemError(error);
}

bool isOurs(const FileStatus &file)
{
    return IPCCredentials(-1, qint64(file.st_uid), -1).isOwnUser();
}

bool isForbidden(int error)
{
    return error == EACCES || error == EPERM;
}

// No error where \a answer, to a connect(), says that nobody listens at the socket there.
IPCError refuseUnlessDead(int answer, const QString &address)
{
    switch (answer) {
    case ECONNREFUSED:
    case ENOENT: // it has just gone
        return {};
    case 0:
    case EAGAIN: // its backlog is full
    case EPROTOTYPE: // it takes datagrams
        return addressInUse(address);
    default:
        return cannotListen(answer, address);
    }
}

mode_t modeFor(SocketAccess access)
{
    switch (access) {
    case SocketAccess::User:
        return 0600;
    case SocketAccess::Group:
        return 0660;
    case SocketAccess::World:
        return 0666;
    }
    Q_UNREACHABLE();
    return 0600;
}

// What is at the path itself; a link is not followed. None with errno where that cannot be told.
std::optional<FileStatus> statusAt(const QByteArray &path)
{
    FileStatus status{};
    if (::lstat(path.constData(), &status) != 0)
        return std::nullopt;
    return status;
}

bool isSameFile(const FileStatus &a, const FileStatus &b)
{
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// The paths of given sockets that somebody in this process listens at, in any thread: nothing else
// keeps a second one away, who would get a duplicate.
class GivenPaths
{
public:
    // Never deleted, for a server may live longer than what is static here.
    static GivenPaths &inUse()
    {
        static auto *const paths = new GivenPaths;
        return *paths;
    }

    // False where it is there already.
    [[nodiscard]] bool add(const QByteArray &path)
    {
        const QMutexLocker locker(&m_mutex);
        const qsizetype before = m_paths.size();
        m_paths.insert(path);
        return m_paths.size() > before;
    }

    void remove(const QByteArray &path)
    {
        const QMutexLocker locker(&m_mutex);
        m_paths.remove(path);
    }

private:
    QMutex m_mutex;
    QSet<QByteArray> m_paths;
};

} // namespace

IPCError GuardedAddress::claim(const Listener::Options &options)
{
    m_options = options;
    m_address = options.address;
    m_path = QFile::encodeName(options.address);
    InheritedSocket given = inheritedSocket(m_path);
    m_isGiven = bool(given.socket);
    if (m_isGiven) {
        if (!GivenPaths::inUse().add(given.boundPath))
            return addressInUse(m_address);
        m_socket = std::move(given.socket);
        m_givenPath = std::move(given.boundPath);
        return {};
    }
    const IPCError error = take();
    if (error)
        m_lock.release();
    return error;
}

IPCError GuardedAddress::take()
{
    if (IPCError error = lock())
        return error;
    if (IPCError error = removeDeadSocket())
        return error;
    return listenHere();
}

bool GuardedAddress::isInPlace() const
{
    const auto status = statusAt(m_path);
    return status && status->st_dev == m_file.device && status->st_ino == m_file.inode;
}

IPCError GuardedAddress::restore()
{
    FileDescriptor old = std::move(m_socket);
    const FileId oldFile = m_file;
    m_lock.release(); // its file may have been removed as well
    IPCError error = take();
    if (error) {
        m_lock.release();
        m_socket = std::move(old);
        m_file = oldFile;
    }
    return error;
}

void GuardedAddress::secure()
{
    if (m_socket && !m_isGiven && !m_lock.isHeld())
        static_cast<void>(lock()); // who has it has found the socket alive
}

IPCError GuardedAddress::lock()
{
    if (m_path.size() > longestSocketPath)
        return cannotListen(ENAMETOOLONG, m_address);
    const QString lockPath = m_address + u".lock";
    const IPCResult<FileLock::Outcome> outcome = m_lock.tryLock(lockPath);
    if (!outcome)
        return whyNotLocked(outcome.error(), lockPath);
    switch (outcome.value()) {
    case FileLock::Outcome::Held:
        return {};
    case FileLock::Outcome::HeldByAnother:
        return addressInUse(m_address);
    }
    Q_UNREACHABLE();
    return {};
}

// Where the lock file is another user's, who may have left it behind, the socket beside it tells
// more.
IPCError GuardedAddress::whyNotLocked(const IPCError &error, const QString &lockPath) const
{
    const auto lock = statusAt(QFile::encodeName(lockPath));
    const bool isLeftover = lock && S_ISREG(lock->st_mode) && lock->st_size == 0
        && !isOurs(*lock); // else it is a file of some other program
    if (error.code() != Code::PermissionDenied || !isLeftover)
        return error;
    const auto socket = statusAt(m_path);
    return socket && S_ISSOCK(socket->st_mode)
        ? strangersFile(error.systemError(), *socket, m_address, m_address)
        : strangersFile(error.systemError(), *lock, lockPath, m_address);
}

// Makes sure that nothing is at the address, and removes a socket there that nobody listens at.
IPCError GuardedAddress::removeDeadSocket()
{
    const auto found = statusAt(m_path);
    if (!found)
        return errno == ENOENT ? IPCError() : cannotListen(errno, m_address);
    if (!S_ISSOCK(found->st_mode))
        return notASocket(m_address);
    const FileDescriptor probe = createUnixSocket();
    if (!probe)
        return cannotListen(errno, m_address);
    const int answer = connectUnixSocket(probe, m_path);
    if (isForbidden(answer))
        return strangersFile(answer, *found, m_address, m_address);
    if (const IPCError error = refuseUnlessDead(answer, m_address))
        return error;

    const auto refusing = statusAt(m_path);
    if (!refusing)
        return errno == ENOENT ? IPCError() : cannotListen(errno, m_address);
    if (!isSameFile(*found, *refusing)) // somebody else has just taken the address
        return addressInUse(m_address);
    qCDebug(logTransport, "removing the dead socket %ls", qUtf16Printable(m_address));
    if (::unlink(m_path.constData()) == 0 || errno == ENOENT)
        return {};
    return isForbidden(errno) && !isOurs(*refusing)
        ? strangersFile(errno, *refusing, m_address, m_address)
        : cannotListen(errno, m_address);
}

IPCError GuardedAddress::listenHere()
{
    const mode_t mode = modeFor(m_options.access);
    m_socket = createUnixSocket();
    // The mode first, so that at no moment anybody else can connect.
    if (!m_socket || ::fchmod(m_socket.get(), mode) != 0) {
        const IPCError error = cannotListen(errno, m_address);
        m_socket.reset();
        return error;
    }
    if (const int error = bindUnixSocket(m_socket, m_path)) {
        m_socket.reset();
        return cannotBind(error, m_address);
    }
    const IPCError error = listenWhereBound(mode);
    if (error) {
        if (isInPlace())
            ::unlink(m_path.constData());
        m_socket.reset();
    }
    return error;
}

// Until it listens, who connects is refused as by a dead socket. Other servers of this library are
// kept away by the lock meanwhile.
IPCError GuardedAddress::listenWhereBound(mode_t mode)
{
    const auto status = statusAt(m_path);
    if (!status)
        return cannotListen(errno, m_address);
    m_file = {status->st_dev, status->st_ino};
    // The umask has taken its bits off the mode, so that a group could not connect.
    if ((status->st_mode & ACCESSPERMS) != mode
        && ::fchmodat(AT_FDCWD, m_path.constData(), mode, AT_SYMLINK_NOFOLLOW) != 0)
        return cannotListen(errno, m_address);
    if (::listen(m_socket.get(), m_options.backlog) != 0)
        return cannotListen(errno, m_address);
    return {};
}

void GuardedAddress::release()
{
    if (!m_socket)
        return;
    if (!m_socket.isOfThisProcess()) { // the address is the parent's
        m_socket.reset();
        m_lock.release();
        return;
    }
    if (!m_isGiven && isInPlace())
        ::unlink(m_path.constData());
    m_socket.reset();
    if (m_isGiven)
        GivenPaths::inUse().remove(m_givenPath);
    else
        m_lock.release();
}

} // namespace qipc
