// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "displayname_p.h"
#include "instanceaddress_p.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QMutex>
#include <QtCore/QSysInfo>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;
using Code = IPCError::Code;

namespace qipc {

namespace {

// What the transport takes as an address.
#ifdef Q_OS_LINUX
constexpr qsizetype longestAddress = 106;
#else
constexpr qsizetype longestAddress = 102;
#endif

using FileStatus = struct stat; // the function of that name hides it

Code codeOf(int error)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOSPC:
    case EDQUOT:
        return Code::OutOfResources;
    case ENOENT:
    case ENOTDIR:
        return Code::NoSuchServer;
    default:
        return Code::PermissionDenied;
    }
}

IPCError folderError(QStringView what, const QString &folder, int error)
{
    return IPCError(codeOf(error), u"%1 \"%2\": %3"_s.arg(what, folder, qt_error_string(error)))
        .withSystemError(error);
}

// No error where \a folder is one of this user's own, in which nobody else can put anything.
IPCError checkOwn(const QString &folder)
{
    FileStatus status{};
    if (::stat(QFile::encodeName(folder).constData(), &status) != 0)
        return folderError(u"cannot use the folder", folder, errno);
    if (!S_ISDIR(status.st_mode))
        return folderError(u"cannot use", folder, ENOTDIR);
    if (status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return {};
    return {Code::PermissionDenied,
            u"\"%1\" has to be a folder of this user, and not writable for others"_s.arg(folder)};
}

IPCError makeFolder(const QString &folder)
{
    if (::mkdir(QFile::encodeName(folder).constData(), S_IRWXU) == 0 || errno == EEXIST)
        return {};
    return folderError(u"cannot make the folder", folder, errno);
}

// Makes a folder that is QIpc's own. Its mode is put right: with one that somebody has changed
// meanwhile the place would be another one for the next start.
IPCError makePrivateFolder(const QString &folder)
{
    if (IPCError error = makeFolder(folder))
        return error;
    const QByteArray path = QFile::encodeName(folder);
    FileStatus status{};
    if (::lstat(path.constData(), &status) != 0)
        return folderError(u"cannot use the folder", folder, errno);
    const bool isOwn = S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
    const bool isPrivate = (status.st_mode & ACCESSPERMS) == S_IRWXU;
    if (isOwn && (isPrivate || ::chmod(path.constData(), S_IRWXU) == 0))
        return {};
    return {Code::PermissionDenied,
            u"\"%1\" has to be a folder of this user alone (mode 0700)"_s.arg(folder)};
}

// Not of the environment, which a launcher may have changed. Asked for at each round of an
// election, and the answer may come over a network: so it is kept.
IPCResult<QString> homeFolder()
{
    static QMutex mutex;
    static std::optional<std::pair<uid_t, QString>> known;
    const QMutexLocker locker(&mutex);
    const uid_t user = ::geteuid();
    if (known && known->first == user)
        return known->second;

    constexpr size_t enough = 16 * 1024;
    std::array<char, enough> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    const int error = ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
    if (found && *found->pw_dir != '\0') {
        known = {user, QFile::decodeName(found->pw_dir)};
        return known->second;
    }
    if (codeOf(error) == Code::OutOfResources) {
        return IPCError(Code::OutOfResources,
                        u"cannot read the home folder of the user %1 in the user database: %2"_s
                            .arg(qlonglong(user))
                            .arg(qt_error_string(error)))
            .withSystemError(error);
    }
    return IPCError(
        Code::NoSuchServer,
        u"the user database knows no home folder for the user %1"_s.arg(qlonglong(user)));
}

QString sessionName()
{
    QFile audit(u"/proc/self/sessionid"_s);
    if (audit.open(QIODevice::ReadOnly)) {
        const QByteArray id = audit.readAll().trimmed();
        if (!id.isEmpty() && id != "4294967295") // no session
            return QString::fromLatin1(id);
    }
    return qEnvironmentVariable("XDG_SESSION_ID");
}

QString standardRuntimeFolder()
{
    return u"/run/user/%1"_s.arg(qlonglong(::geteuid()));
}

QString displayName()
{
    const QString wayland = qEnvironmentVariable("WAYLAND_DISPLAY");
    if (wayland.isEmpty())
        return u"x11 "_s + x11DisplayName(qEnvironmentVariable("DISPLAY"));
    const QString folder = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return u"wayland "_s
        + waylandDisplayName(wayland, folder.isEmpty() ? standardRuntimeFolder() : folder);
}

QString scopeName(IPCSingleInstance::Scope scope)
{
    switch (scope) {
    case IPCSingleInstance::Scope::User:
        return u"user"_s;
    case IPCSingleInstance::Scope::Session:
        return u"session "_s + sessionName();
    case IPCSingleInstance::Scope::Display:
        return u"display "_s + displayName();
    }
    Q_UNREACHABLE();
    return {};
}

// A home may be shared with other machines, whose processes cannot be reached from here. Its name
// may change while a program runs; its id does not.
QString machineName()
{
    const QByteArray id = QSysInfo::machineUniqueId();
    return QString::fromLatin1(id.isEmpty() ? QSysInfo::bootUniqueId() : id);
}

//! Collects the places of one program.
class Places
{
public:
    explicit Places(const Program &program)
        : m_program(program)
        , m_scope(scopeName(program.scope))
    {
    }

    void addDirectory();
    void addUsersPlaces();
    [[nodiscard]] QList<InstancePlace> all() const { return m_all; }

private:
    void add(const QString &folder, const QString &scope, IPCError error);
    void addRuntimeFolder(const QString &folder);
    void addHome(const IPCResult<QString> &home);
    void addOwnHome(const QString &home);
    [[nodiscard]] bool areAllMissing() const;

    const Program &m_program;
    const QString m_scope;
    QList<InstancePlace> m_all;
};

void Places::add(const QString &folder, const QString &scope, IPCError error)
{
    const qsizetype room = longestAddress - QFile::encodeName(folder).size() - 1;
    const QString name = instanceName(m_program.id, scope, room);
    const QString address = folder + u'/' + name;
    if (!error && name.size() > room) {
        error = {Code::NameTooLong,
                 u"the path of the folder \"%1\" is too long: it takes %2 bytes, and may take %3"_s
                     .arg(folder)
                     .arg(QFile::encodeName(folder).size())
                     .arg(longestAddress - 1 - name.size())};
    }
    m_all.append({address, error});
}

void Places::addDirectory()
{
    const QString folder = QDir::cleanPath(m_program.directory);
    IPCError error = makeFolder(folder);
    if (!error)
        error = checkOwn(folder);
    add(folder, m_scope, error);
}

// The mode of the folder has no part in it, as long as it is the user's own: others change that.
void Places::addRuntimeFolder(const QString &folder)
{
    const QString own = folder + u"/qipc"_s;
    IPCError error = checkOwn(folder);
    if (!error)
        error = makePrivateFolder(own);
    add(own, m_scope, error);
}

// Not where XDG_CACHE_HOME says, which one start may have and the other not.
void Places::addHome(const IPCResult<QString> &home)
{
    if (!home) {
        m_all.append({QString(), home.error()});
        return;
    }
    const QString cache = QDir::cleanPath(*home + u"/.cache"_s);
    const QString own = cache + u"/qipc"_s;
    IPCError error = makeFolder(cache);
    if (!error)
        error = makePrivateFolder(own);
    add(own, m_scope + u" on "_s + machineName(), error);
}

void Places::addOwnHome(const QString &home)
{
    const IPCError error = checkOwn(home);
    addHome(error ? IPCResult<QString>(error) : IPCResult<QString>(home));
}

bool Places::areAllMissing() const
{
    return std::all_of(m_all.cbegin(), m_all.cend(), [](const InstancePlace &place) {
        return place.error.code() == Code::NoSuchServer;
    });
}

void Places::addUsersPlaces()
{
    const QString fromEnvironment = qEnvironmentVariable("XDG_RUNTIME_DIR");
    // In a Flatpak each process has a /run/user of its own but for this folder.
    const QString flatpak = qEnvironmentVariable("FLATPAK_ID");
    const bool isFlatpak = !flatpak.isEmpty() && QFile::exists(u"/.flatpak-info"_s);
    // XDG_RUNTIME_DIR is not asked for otherwise: where it is set for one start and not for the
    // other, it is this.
    addRuntimeFolder(isFlatpak ? fromEnvironment + u"/app/"_s + flatpak : standardRuntimeFolder());

    // In a strict snap nothing else can be written to. What a snap has started knows its name as
    // well, but is not confined by it.
    const QString instance = qEnvironmentVariable("SNAP_INSTANCE_NAME");
    const QString snap = instance.isEmpty() ? qEnvironmentVariable("SNAP_NAME") : instance;
    if (!snap.isEmpty() && !snap.contains(u'/') && m_all.constFirst().error) {
        const QString folder = standardRuntimeFolder() + u"/snap."_s + snap;
        (void)makeFolder(folder); // where this fails, what comes next says so
        addRuntimeFolder(folder);
    }

    addHome(homeFolder());
    // A user whom only the environment knows, as in a container.
    if (areAllMissing()) {
        if (!fromEnvironment.isEmpty())
            addRuntimeFolder(fromEnvironment);
        addOwnHome(qEnvironmentVariable("HOME"));
    }
}

} // namespace

QList<InstancePlace> instancePlaces(const Program &program)
{
    Places places(program);
    if (program.directory.isEmpty())
        places.addUsersPlaces();
    else
        places.addDirectory();
    return places.all();
}

} // namespace qipc
