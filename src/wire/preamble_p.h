// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PREAMBLE_P_H
#define QIPC_PREAMBLE_P_H

#include <QtCore/QByteArrayView>

namespace qipc {

//! What a client sends before its first frame (wire.md, "Preamble").
constexpr QByteArrayView clientPreamble("IPC", 3);

//! What a server answers an HTTP upgrade with. To be sent in one write: a net-ipc client dies of a
//! first read that ends inside it.
constexpr QByteArrayView upgradeAnswer("HTTP/1.1 101 Switching Protocols\r\n"
                                       "Connection: Upgrade\r\n"
                                       "Upgrade: net-ipc\r\n"
                                       "\r\n");

//! What a server answers anything else with, before it ends the connection.
constexpr QByteArrayView preambleRefusal("HTTP/1.1 418 I'm a Teapot");

//! The longest HTTP upgrade that is read, in bytes.
constexpr qsizetype maxUpgradeSize = 8 * 1024;

//! How a client began.
struct Preamble
{
    enum class Kind {
        Incomplete, //!< More bytes are needed.
        Plain, //!< With clientPreamble.
        Upgrade, //!< With an HTTP upgrade to net-ipc: answer it.
        Unknown, //!< With anything else: refuse it.
    };
    Kind kind = Kind::Incomplete;
    qsizetype size = 0; //!< How many bytes precede the first frame.
};

//! Looks at the first bytes that a client sent.
[[nodiscard]] Preamble readPreamble(QByteArrayView bytes);

} // namespace qipc

#endif
