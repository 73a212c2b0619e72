// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipccredentials.h>

#include <QtCore/QDebug>

#ifdef Q_OS_UNIX
#include <QtCore/QVarLengthArray>

#include <pwd.h>
#include <sys/types.h>
#include <unistd.h>
#endif

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
