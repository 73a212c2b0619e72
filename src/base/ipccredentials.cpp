// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipccredentials.h>

#include <QtCore/QDebug>

#ifdef Q_OS_UNIX
#include <QtCore/QFile>
#include <QtCore/QList>
#include <QtCore/QVarLengthArray>

#include <pwd.h>
#include <sys/types.h>
#include <unistd.h>
#endif

namespace {

#ifdef Q_OS_LINUX

// What the kernel gives for a user whom the user namespace of this process does not map.
qint64 overflowUid()
{
    static const qint64 uid = [] {
        constexpr qint64 usual = 65'534;
        QFile file(QStringLiteral("/proc/sys/kernel/overflowuid"));
        if (!file.open(QIODevice::ReadOnly))
            return usual;
        bool isNumber = false;
        const qint64 told = file.readAll().trimmed().toLongLong(&isNumber);
        return isNumber ? told : usual;
    }();
    return uid;
}

// Whether the user namespace of this process has a user \a uid of its own. Not remembered, for the
// map is written only after the namespace was made.
bool isMapped(qint64 uid)
{
    QFile file(QStringLiteral("/proc/self/uid_map"));
    if (!file.open(QIODevice::ReadOnly)) {
        const bool hasNamespaces = file.exists() || !QFile::exists(QStringLiteral("/proc/self"));
        return !hasNamespaces; // a kernel built without them has all users
    }
    const auto lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        const auto fields = line.simplified().split(' '); // the first one here, outside, how many
        if (fields.size() != 3)
            continue;
        const qint64 first = fields.at(0).toLongLong();
        if (uid >= first && uid - first < fields.at(2).toLongLong())
            return true;
    }
    return false;
}

#endif

} // namespace

IPCCredentials::IPCCredentials(qint64 pid, qint64 uid, qint64 gid)
    : m_pid(pid)
    , m_uid(uid)
    , m_gid(gid)
{
}

IPCCredentials IPCCredentials::ofThisProcess()
{
#ifdef Q_OS_UNIX
    return {getpid(), geteuid(), getegid()};
#else
    return {};
#endif
}

bool IPCCredentials::isUserKnown() const
{
#ifdef Q_OS_LINUX
    return isValid() && (m_uid != overflowUid() || isMapped(m_uid));
#else
    return isValid();
#endif
}

bool IPCCredentials::isOwnUser() const
{
#ifdef Q_OS_UNIX
    return m_uid == qint64(geteuid()) && isUserKnown();
#else
    return false;
#endif
}

QString IPCCredentials::userName() const
{
#ifdef Q_OS_UNIX
    if (!isValid())
        return {};
    constexpr int largestEntry = 64 * 1024;
    QVarLengthArray<char, 1024> buffer(1024);
    for (;;) {
        passwd entry{};
        passwd *found = nullptr;
        const int error = getpwuid_r(static_cast<uid_t>(m_uid), &entry, buffer.data(),
                                     static_cast<size_t>(buffer.size()), &found);
        if (found)
            return QString::fromLocal8Bit(found->pw_name);
        if (error != ERANGE || buffer.size() >= largestEntry)
            return {};
        buffer.resize(buffer.size() * 2);
    }
#else
    return {};
#endif
}

QDebug operator<<(QDebug debug, const IPCCredentials &credentials)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "IPCCredentials(pid " << credentials.pid() << ", uid " << credentials.uid()
                    << ", gid " << credentials.gid() << ')';
    return debug;
}
