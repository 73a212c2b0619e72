// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipcerror.h>

#include <QtCore/QDebug>

#include <utility>

struct IPCError::Details
{
    Code code = Code::NoError;
    int systemError = 0;
    QString message;
    QString remoteCode;
    QString limit;
};

IPCError::IPCError(Code code, const QString &message)
{
    if (code != Code::NoError)
        m_details = std::make_shared<const Details>(Details{code, 0, message, {}, {}});
}

IPCError::Code IPCError::code() const
{
    return m_details ? m_details->code : Code::NoError;
}

QString IPCError::message() const
{
    return m_details ? m_details->message : QString();
}

int IPCError::systemError() const
{
    return m_details ? m_details->systemError : 0;
}

QString IPCError::remoteCode() const
{
    return m_details ? m_details->remoteCode : QString();
}

QString IPCError::limit() const
{
    return m_details ? m_details->limit : QString();
}

template <typename Change>
IPCError IPCError::with(Change change) const
{
    if (!m_details)
        return {};
    auto details = std::make_shared<Details>(*m_details);
    change(*details);
    IPCError changed;
    changed.m_details = std::move(details);
    return changed;
}

IPCError IPCError::withSystemError(int error) const
{
    return with([error](Details &details) { details.systemError = error; });
}

IPCError IPCError::withRemoteCode(const QString &code) const
{
    return with([&code](Details &details) { details.remoteCode = code; });
}

IPCError IPCError::withLimit(const QString &limit) const
{
    return with([&limit](Details &details) { details.limit = limit; });
}

bool operator==(const IPCError &a, const IPCError &b)
{
    if (a.m_details == b.m_details)
        return true;
    return a.m_details && b.m_details && a.code() == b.code() && a.systemError() == b.systemError()
        && a.message() == b.message() && a.remoteCode() == b.remoteCode() && a.limit() == b.limit();
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
