// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_LISTENER_P_H
#define QIPC_LISTENER_P_H

#include "stream_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QObject>

#include <memory>

namespace qipc {

//! Who may connect, by the mode of the socket's file.
enum class SocketAccess { User, Group, World };

/*!
 * Waits at an address and gives a Stream for everyone who connects.
 *
 * A live server is never displaced: listen() fails where one is, whatever program it belongs to.
 * Only a dead socket is removed; a file, folder or link never is, and neither is a file with
 * content at `<address>.lock`, where the lock has its own. close() removes the socket only while it
 * is still this listener's own. Where somebody removes it, a new one is made (Linux).
 *
 * A socket at the address that whoever started this process gave it (systemd's socket activation)
 * is used instead (Linux).
 */
class Listener : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QString address; //!< As resolveAddress() gave it.
        SocketAccess access = SocketAccess::User;
        int backlog = 128; //!< How many may wait in the system to be accepted.
    };

    //! The listener of this platform.
    [[nodiscard]] static std::unique_ptr<Listener> create();

    //! Starts listening. Returns no error, or AddressInUse, NotASocket, NameTooLong,
    //! PermissionDenied, NoSuchServer (there is no such folder), OutOfResources or InvalidState
    //! (listening already).
    [[nodiscard]] virtual IPCError listen(const Options &options) = 0;

    //! Stops, and removes the socket. Streams that were given live on. No signal.
    virtual void close() = 0;

    [[nodiscard]] virtual bool isListening() const = 0;

    //! While false nobody is accepted; who connects waits in the system's backlog.
    virtual void setAccepting(bool accepting) = 0;

Q_SIGNALS:
    //! Somebody connected. \a stream has no parent; the receiver, of whom there has to be exactly
    //! one, owns it from here.
    void incoming(qipc::Stream *stream);

    //! Somebody could not be accepted (OutOfResources), which is tried again by itself; or the
    //! socket, or a folder on the way to it, was removed, moved or covered, and it could not be
    //! made anew (as listen()), which is tried again unless it is AddressInUse or NotASocket. Once
    //! for each reason until it works again. Listening goes on.
    void errorOccurred(const IPCError &error);

protected:
    using QObject::QObject;
};

} // namespace qipc

#endif
