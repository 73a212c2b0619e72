// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_INSTANCEADDRESS_P_H
#define QIPC_INSTANCEADDRESS_P_H

#include <QIpc/ipcsingleinstance.h>

#include <QtCore/QList>
#include <QtCore/QString>

namespace qipc {

//! What there is to be one primary of.
struct Program
{
    QString id;
    IPCSingleInstance::Scope scope = IPCSingleInstance::Scope::User;
    QString directory; //!< Where to elect, absolute; empty: in the user's places.
};

//! Where the primary of a program may listen.
struct InstancePlace
{
    QString address;
    IPCError error; //!< Why it cannot be used; no error if it can.
};

/*!
 * The places where the primary of \a program listens, in the order in which they are taken. Their
 * folders were made where they could be made, and are within nobody else's reach.
 *
 * They are the same for all processes of this user within the scope, but some of them cannot be
 * used by all: the runtime folder comes with a login and goes with the last logout, and a sandbox
 * hides one or the other. So an election is held in all that can be used. TMPDIR has no part in it.
 */
[[nodiscard]] QList<InstancePlace> instancePlaces(const Program &program);

//! What stands for \a id among \a scopeName in the name of a file: readable where there is the
//! room, and at most \a room bytes long, of which it needs 12. Two that differ have different
//! names.
[[nodiscard]] QString instanceName(const QString &id, const QString &scopeName, qsizetype room);

} // namespace qipc

#endif
