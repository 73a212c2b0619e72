// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SESSIONWISH_P_H
#define QIPC_SESSIONWISH_P_H

#include "session_p.h"

#include <QIpc/ipcpeer.h>

namespace qipc {

//! The public \a encoding in the session's words.
[[nodiscard]] inline SessionOptions::Wish sessionWish(IPCPeer::Encoding encoding)
{
    switch (encoding) {
    case IPCPeer::Encoding::Auto:
        break;
    case IPCPeer::Encoding::Json:
        return SessionOptions::Wish::Json;
    case IPCPeer::Encoding::MessagePack:
        return SessionOptions::Wish::MessagePack;
    }
    return SessionOptions::Wish::Auto;
}

} // namespace qipc

#endif
