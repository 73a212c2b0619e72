// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "exitstatus_p.h"

namespace qipc::cli {

ExitStatus exitStatus(IPCError::Code code)
{
    switch (code) {
    case IPCError::Code::NoError:
        return ExitStatus::Done;
    case IPCError::Code::NoAnswer:
    case IPCError::Code::RemoteError:
    case IPCError::Code::NotSupported:
        return ExitStatus::Unanswered;
    case IPCError::Code::InvalidArgument:
    case IPCError::Code::NameTooLong:
    case IPCError::Code::MessageTooLarge:
    case IPCError::Code::EncodingError:
        return ExitStatus::BadUsage;
    case IPCError::Code::NoSuchServer:
    case IPCError::Code::ConnectionRefused:
    case IPCError::Code::PermissionDenied:
    case IPCError::Code::AddressInUse:
    case IPCError::Code::NotASocket:
    case IPCError::Code::OutOfResources:
    case IPCError::Code::Rejected:
    case IPCError::Code::TooManyConnections:
        return ExitStatus::NoServer;
    case IPCError::Code::TimedOut:
        return ExitStatus::TimedOut;
    case IPCError::Code::InvalidState:
    case IPCError::Code::ConnectionLost:
    case IPCError::Code::Closed:
    case IPCError::Code::Aborted:
    case IPCError::Code::QueueFull:
    case IPCError::Code::ProtocolViolation:
    case IPCError::Code::DecodingError:
        return ExitStatus::Lost;
    }
    Q_UNREACHABLE();
    return ExitStatus::Lost;
}

ExitStatus connectStatus(IPCError::Code code)
{
    const ExitStatus status = exitStatus(code);
    return status == ExitStatus::Unanswered ? ExitStatus::NoServer : status;
}

} // namespace qipc::cli
