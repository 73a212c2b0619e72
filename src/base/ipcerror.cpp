// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipcerror.h>

#include <QtCore/QDebug>

IPCError::IPCError(Code code, const QString &message)
    : m_code(code)
    , m_message(message)
{
}

IPCError IPCError::withSystemError(int error) const
{
    IPCError copy = *this;
    copy.m_systemError = error;
    return copy;
}

IPCError IPCError::withRemoteCode(const QString &code) const
{
    IPCError copy = *this;
    copy.m_remoteCode = code;
    return copy;
}

IPCError IPCError::withLimit(const QString &limit) const
{
    IPCError copy = *this;
    copy.m_limit = limit;
    return copy;
}

QDebug operator<<(QDebug debug, const IPCError &error)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << error.code();
    if (!error.message().isEmpty())
        debug.noquote() << ": " << error.message();
    if (!error.remoteCode().isEmpty())
        debug.noquote() << " [" << error.remoteCode() << ']';
    return debug;
}
