// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCCREDENTIALS_H
#define QIPC_IPCCREDENTIALS_H

#include <QIpc/qipc_export.h>

#include <QtCore/QMetaType>
#include <QtCore/QObject>
#include <QtCore/QString>

/*!
 * Who is at the other end of a connection, by the word of the kernel, as of the moment when the
 * connection was made. A small value.
 *
 * A pid may belong to another process by the time that it is looked at, and means little across pid
 * namespaces: decide by the user. To let in this process's own user only, ask isOwnUser() rather
 * than compare uids: in a user namespace one uid can stand for many users.
 */
class QIPC_EXPORT IPCCredentials
{
    Q_GADGET
    Q_PROPERTY(bool valid READ isValid CONSTANT)
    Q_PROPERTY(qint64 pid READ pid CONSTANT)
    Q_PROPERTY(qint64 uid READ uid CONSTANT)
    Q_PROPERTY(qint64 gid READ gid CONSTANT)

public:
    //! Unknown.
    IPCCredentials() = default;

    //! A process \a pid of user \a uid, whose effective group is \a gid.
    IPCCredentials(qint64 pid, qint64 uid, qint64 gid);

    //! This process, with its effective user and group; unknown where the system has no such thing.
    [[nodiscard]] static IPCCredentials ofThisProcess();

    //! Whether the system said anything; it does on Linux.
    [[nodiscard]] bool isValid() const { return m_uid >= 0; }

    //! The process, or -1 where unknown.
    [[nodiscard]] qint64 pid() const { return m_pid; }

    //! The user, or -1 where unknown.
    [[nodiscard]] qint64 uid() const { return m_uid; }

    //! Whether uid() stands for one user. False where it is unknown, and for the overflow uid
    //! (mostly 65534, see user_namespaces(7)) in a user namespace that does not map it: there every
    //! user from outside has it, and so has a process whose own user is not mapped. Reads files of
    //! `/proc` for the overflow uid.
    [[nodiscard]] bool isUserKnown() const;

    //! Whether this is certainly the effective user of this process. False where isUserKnown() is,
    //! as in a process started by `unshare -U`.
    [[nodiscard]] bool isOwnUser() const;

    //! The user's effective group, or -1 where unknown.
    [[nodiscard]] qint64 gid() const { return m_gid; }

    //! The name of the user, from the user database, or an empty string where it has none. May read
    //! files, so ask once.
    [[nodiscard]] QString userName() const;

    friend bool operator==(const IPCCredentials &a, const IPCCredentials &b)
    {
        return a.m_pid == b.m_pid && a.m_uid == b.m_uid && a.m_gid == b.m_gid;
    }
    friend bool operator!=(const IPCCredentials &a, const IPCCredentials &b) { return !(a == b); }

private:
    qint64 m_pid = -1;
    qint64 m_uid = -1;
    qint64 m_gid = -1;
};

//! Prints pid, uid and gid.
QIPC_EXPORT QDebug operator<<(QDebug debug, const IPCCredentials &credentials);

Q_DECLARE_METATYPE(IPCCredentials)

#endif
