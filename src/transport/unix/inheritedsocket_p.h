// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_INHERITEDSOCKET_P_H
#define QIPC_INHERITEDSOCKET_P_H

#include "filedescriptor_p.h"

#include <QtCore/QByteArray>

namespace qipc {

//! A listening socket that this process was started with.
struct InheritedSocket
{
    FileDescriptor socket; //!< None where there is none.
    QByteArray boundPath; //!< As whoever made it named it: the same for all that share the socket.
};

/*!
 * The listening socket at \a path, under whatever name of that place, that whoever started this
 * process gave it, as systemd does for a socket unit (sd_listen_fds(3): `LISTEN_PID`, `LISTEN_FDS`,
 * descriptors from 3 on). None where there is none. A duplicate, which does not block: the one
 * given stays open, so that this may be asked again. All that were given are closed on exec() from
 * here on, as sd_listen_fds() does.
 */
[[nodiscard]] InheritedSocket inheritedSocket(const QByteArray &path);

} // namespace qipc

#endif
