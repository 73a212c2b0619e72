// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "refusal_p.h"

#include "logging_p.h"

#include <QtCore/QDebug>

namespace qipc {

void logRefusal(const IPCError &error)
{
    const auto code = error.code();
    if (code == IPCError::Code::EncodingError || code == IPCError::Code::MessageTooLarge)
        qCWarning(logPeer).noquote() << "not sent:" << error.message();
    else if (error && code != IPCError::Code::QueueFull)
        qCDebug(logPeer) << "refused:" << error;
}

} // namespace qipc
