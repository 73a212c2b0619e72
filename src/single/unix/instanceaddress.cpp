// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "instanceaddress_p.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSysInfo>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

using namespace Qt::StringLiterals;
using Code = IPCError::Code;

namespace qipc {

namespace {

// Whether \a folder is this user's own, and nobody else gets into it.
bool isPrivate(const QString &folder)
{
    struct stat status
    {
    };
    return ::lstat(QFile::encodeName(folder).constData(), &status) == 0 && S_ISDIR(status.st_mode)
        && status.st_uid == ::geteuid() && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

// Whether it may work at another time, as it is.
bool isShortage(int error)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOSPC:
    case EDQUOT:
        return true;
    default:
        return false;
    }
}

// Not of the environment, which a launcher may have changed.
IPCResult<QString> homeFolder()
{
    constexpr size_t enough = 16 * 1024;
    std::array<char, enough> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    const int error = ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
    if (found && *found->pw_dir != '\0')
        return QFile::decodeName(found->pw_dir);
    const auto user = qlonglong(::geteuid());
    if (isShortage(error)) {
        return IPCError(Code::OutOfResources,
                        u"cannot read the home folder of the user %1 in the user database: %2"_s
                            .arg(user)
                            .arg(qt_error_string(error)))
            .withSystemError(error);
    }
    return IPCError(Code::NoSuchServer,
                    u"the user database knows no home folder for the user %1"_s.arg(user));
}

IPCResult<QString> folderInHome()
{
    const auto home = homeFolder();
    if (!home)
        return home.error();
    const QString folder = QDir::cleanPath(*home + u"/.qipc"_s);
    if (::mkdir(QFile::encodeName(folder).constData(), S_IRWXU) != 0 && errno != EEXIST) {
        const int error = errno;
        return IPCError(isShortage(error) ? Code::OutOfResources : Code::PermissionDenied,
                        u"cannot make the folder \"%1\": %2"_s.arg(folder, qt_error_string(error)))
            .withSystemError(error);
    }
    if (!isPrivate(folder)) {
        return IPCError(Code::PermissionDenied,
                        u"\"%1\" has to be a folder of this user alone (mode 0700)"_s.arg(folder));
    }
    return folder;
}

/*!
 * A home may be shared with other machines, whose processes cannot be reached from here.
 */
struct Place
{
    QString folder;
    QString machine;
};

IPCResult<Place> place()
{
    // In a Flatpak each process has a /run/user of its own but for this folder.
    const QString flatpak = qEnvironmentVariable("FLATPAK_ID");
    if (!flatpak.isEmpty() && QFile::exists(u"/.flatpak-info"_s)) {
        const QString folder = qEnvironmentVariable("XDG_RUNTIME_DIR") + u"/app/"_s + flatpak;
        if (isPrivate(folder))
            return Place{folder, {}};
    }
    // XDG_RUNTIME_DIR is not asked for: where it is set for one start and not for the other, it is
    // this.
    const QString folder = u"/run/user/%1"_s.arg(qlonglong(::geteuid()));
    if (isPrivate(folder))
        return Place{folder, {}};
    const auto inHome = folderInHome();
    if (!inHome)
        return inHome.error();
    return Place{*inHome, QSysInfo::machineHostName()};
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

QString displayName()
{
    const QString wayland = qEnvironmentVariable("WAYLAND_DISPLAY");
    if (!wayland.isEmpty())
        return u"wayland "_s + wayland;
    return u"x11 "_s + qEnvironmentVariable("DISPLAY");
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

} // namespace

IPCResult<QString> instanceAddress(const QString &id, IPCSingleInstance::Scope scope)
{
    const auto where = place();
    if (!where)
        return where.error();
    const QString machine = where->machine.isEmpty() ? QString() : u" on "_s + where->machine;
    return QString(where->folder + u'/' + instanceName(id, scopeName(scope) + machine));
}

} // namespace qipc
