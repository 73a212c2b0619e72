// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "logging_p.h"

Q_LOGGING_CATEGORY(logTransport, "qipc.transport", QtWarningMsg)
Q_LOGGING_CATEGORY(logSession, "qipc.session", QtWarningMsg)
Q_LOGGING_CATEGORY(logPeer, "qipc.peer", QtWarningMsg)
