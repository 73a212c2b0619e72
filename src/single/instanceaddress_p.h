// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_INSTANCEADDRESS_P_H
#define QIPC_INSTANCEADDRESS_P_H

#include <QIpc/ipcsingleinstance.h>

#include <QtCore/QString>

namespace qipc {

/*!
 * Where the primary of the program \a id listens: the same for all processes of this user within \a
 * scope, however they were launched, and within nobody else's reach. Does not depend on TMPDIR.
 * Returns PermissionDenied, NameTooLong or NoSuchServer (there is no home) where there is no such
 * place.
 */
[[nodiscard]] IPCResult<QString> instanceAddress(const QString &id, IPCSingleInstance::Scope scope);

//! What stands for \a id among \a scopeName in the name of a file: readable, and short whatever the
//! length of the id. Two that differ have different names.
[[nodiscard]] QString instanceName(const QString &id, const QString &scopeName);

} // namespace qipc

#endif
