// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_LOGGING_P_H
#define QIPC_LOGGING_P_H

#include <QtCore/QLoggingCategory>

// One category per layer, silent at the default level:
// QT_LOGGING_RULES="qipc.*.debug=true" shows everything.
Q_DECLARE_LOGGING_CATEGORY(logTransport)
Q_DECLARE_LOGGING_CATEGORY(logSession)
Q_DECLARE_LOGGING_CATEGORY(logPeer)

#endif
