// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_GUARDEDADDRESS_P_H
#define QIPC_GUARDEDADDRESS_P_H

#include "filedescriptor_p.h"
#include "filelock_p.h"
#include "listener_p.h"

#include <QtCore/QByteArray>

#include <sys/types.h>

namespace qipc {

/*!
 * An address that one listening socket has, from claim() to release(), and that is taken from
 * nobody who is alive.
 *
 * Among programs that use QIpc the lock beside the socket decides. Programs that know nothing of it
 * are probed by connecting, and bind() fails where one of them comes in between. The socket is
 * bound at the address itself, by which the system then knows it (`ss`, /proc/net/unix,
 * getpeername()), and needs no hard links. It has its mode when its file appears, and listens right
 * after.
 *
 * Where whoever started this process gave it a socket that listens at the address, that one is used
 * as it is, by one at a time: the address is its giver's, who made the file and keeps it.
 */
class GuardedAddress
{
public:
    GuardedAddress() = default;
    ~GuardedAddress() { release(); }
    Q_DISABLE_COPY_MOVE(GuardedAddress)

    //! Takes the address and listens there. Returns no error, or one of those of
    //! Listener::listen().
    [[nodiscard]] IPCError claim(const Listener::Options &options);

    //! The address that was claimed last.
    [[nodiscard]] QString address() const { return m_address; }

    //! The listening socket, which does not block; none unless claimed.
    [[nodiscard]] const FileDescriptor &socket() const { return m_socket; }

    //! Whether the socket was given by whoever started this process.
    [[nodiscard]] bool isGiven() const { return m_isGiven; }

    //! Whether the file of the socket, which was not given, is still there.
    [[nodiscard]] bool isInPlace() const;

    //! Takes the address, which was claimed, once more, with a new socket: for when somebody has
    //! removed the file. Who waits at the old socket is lost. As claim(); on an error the old
    //! socket stays.
    [[nodiscard]] IPCError restore();

    //! Takes the lock again that a failed restore() has lost, for a socket that is in place again.
    void secure();

    //! Removes the socket's file, if it is still the one that was put there, and stops listening.
    void release();

private:
    struct FileId
    {
        dev_t device = 0;
        ino_t inode = 0;
    };

    [[nodiscard]] IPCError take();
    [[nodiscard]] IPCError lock();
    [[nodiscard]] IPCError whyNotLocked(const IPCError &error, const QString &lockPath) const;
    [[nodiscard]] IPCError removeDeadSocket();
    [[nodiscard]] IPCError listenHere();
    [[nodiscard]] IPCError listenWhereBound(mode_t mode);

    FileLock m_lock;
    FileDescriptor m_socket;
    FileId m_file;
    Listener::Options m_options; // of the last claim
    QString m_address;
    QByteArray m_path; // the address, encoded
    QByteArray m_givenPath; // the name that a given socket was bound to
    bool m_isGiven = false;
};

} // namespace qipc

#endif
