// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_ERRORS_P_H
#define QIPC_ERRORS_P_H

#include <QIpc/ipcerror.h>

#include <QtQml/QJSValue>

namespace qipc {

class Scripts;

/*!
 * The Error that JavaScript gets for \a error, with `name` "IPCError", `code`, `codeName`
 * ("TimedOut", for texts), `message`, and where
 * they say something `systemError`, `remoteCode` and `limit`. It is made of \a base, an Error that
 * knows the line to blame.
 */
[[nodiscard]] QJSValue errorToJs(const Scripts &scripts, const IPCError &error,
                                 const QJSValue &base);
//! As above; it knows the line that is being run now, if one is.
[[nodiscard]] QJSValue errorToJs(const Scripts &scripts, const IPCError &error);

//! The name of \a code, such as "NoSuchServer".
[[nodiscard]] QString codeName(IPCError::Code code);

//! Whether the program in QML has to be changed, other than the world around it.
[[nodiscard]] bool isFaultOfCaller(IPCError::Code code);

} // namespace qipc

#endif
