// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TALKING_P_H
#define QIPC_TALKING_P_H

#include <QIpc/ipcpeer.h>

#include <QtQml/QJSValue>

/*!
 * What a client and a connection have in common towards QML: those methods of IPCPeer that are
 * the same for both, as QML calls them. (One class cannot be a base of both: moc knows no second
 * one.)
 *
 * The promises are rejected with the errors of the method of the same name. What is wrong in the
 * call itself is also logged, with the line.
 */
namespace qipc::talking {

[[nodiscard]] QJSValue send(IPCPeer *peer, const QJSValue &message);
[[nodiscard]] bool post(IPCPeer *peer, const QJSValue &message);
[[nodiscard]] QJSValue request(IPCPeer *peer, const QJSValue &request, const QJSValue &timeout);
[[nodiscard]] QJSValue ping(IPCPeer *peer, const QJSValue &payload, const QJSValue &timeout);
void abort(IPCPeer *peer, const QJSValue &reason);

} // namespace qipc::talking

#endif
