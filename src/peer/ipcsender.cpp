// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipcsender.h>

#include "homethread_p.h"
#include "intake_p.h"
#include "ipcpeer_p.h"

using namespace Qt::StringLiterals;
using namespace qipc;

IPCSender::IPCSender() = default;
IPCSender::~IPCSender() = default;
IPCSender::IPCSender(const IPCSender &other) = default;
IPCSender::IPCSender(IPCSender &&other) noexcept = default;
IPCSender &IPCSender::operator=(const IPCSender &other) = default;
IPCSender &IPCSender::operator=(IPCSender &&other) noexcept = default;

IPCSender::IPCSender(IPCPeer *peer)
{
    if (peer && !isRefused(peer, "IPCSender()"))
        m_intake = peer->d_ptr->intakeForSenders();
}

IPCResult<void> IPCSender::post(const IPCValue &message) const
{
    if (!m_intake)
        return IPCError(IPCError::Code::InvalidState, u"this sender belongs to no connection"_s);
    return m_intake->post(message.variant());
}
