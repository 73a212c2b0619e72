// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipcactivation.h>

#include "handover_p.h"

#include <QtCore/QDebug>

using namespace Qt::StringLiterals;
using namespace qipc;

IPCActivation::IPCActivation() = default;
IPCActivation::~IPCActivation() = default;
IPCActivation::IPCActivation(const IPCActivation &other) = default;
IPCActivation::IPCActivation(IPCActivation &&other) noexcept = default;
IPCActivation &IPCActivation::operator=(const IPCActivation &other) = default;
IPCActivation &IPCActivation::operator=(IPCActivation &&other) noexcept = default;

IPCActivation::IPCActivation(std::shared_ptr<Handover> handover)
    : m_handover(std::move(handover))
{
}

IPCActivation IPCActivation::ofThisProcess(const QStringList &arguments)
{
    return IPCActivation(std::make_shared<Handover>(Start::ofThisProcess(arguments, {}),
                                                    IPCCredentials(), IPCResponder()));
}

QStringList IPCActivation::arguments() const
{
    return m_handover ? m_handover->start.arguments : QStringList();
}

QList<QByteArray> IPCActivation::argumentBytes() const
{
    return m_handover ? m_handover->start.argumentBytes : QList<QByteArray>();
}

QString IPCActivation::workingDirectory() const
{
    return m_handover ? m_handover->start.workingDirectory : QString();
}

QByteArray IPCActivation::workingDirectoryBytes() const
{
    return m_handover ? m_handover->start.workingDirectoryBytes : QByteArray();
}

QByteArray IPCActivation::activationToken() const
{
    return m_handover ? m_handover->start.activationToken : QByteArray();
}

QByteArray IPCActivation::startupId() const
{
    return m_handover ? m_handover->start.startupId : QByteArray();
}

QVariant IPCActivation::payload() const
{
    return m_handover ? m_handover->start.payload : QVariant();
}

IPCCredentials IPCActivation::credentials() const
{
    return m_handover ? m_handover->credentials : IPCCredentials();
}

IPCResult<void> IPCActivation::exit(int code) const
{
    if (!m_handover)
        return IPCError(IPCError::Code::InvalidState, u"this activation is of nobody"_s);
    return m_handover->responder(code);
}

bool IPCActivation::isPending() const
{
    return m_handover && m_handover->responder.isPending();
}

QDebug operator<<(QDebug debug, const IPCActivation &activation)
{
    const QDebugStateSaver saver(debug);
    return debug.nospace() << "IPCActivation(" << activation.arguments() << " in "
                           << activation.workingDirectory() << ", " << activation.credentials()
                           << ')';
}
