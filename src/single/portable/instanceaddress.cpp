// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Where addresses are no files: the names of pipes, which all users see.

#include "instanceaddress_p.h"

using namespace Qt::StringLiterals;

namespace qipc {

IPCResult<QString> instanceAddress(const QString &id, IPCSingleInstance::Scope scope)
{
    const QString user =
        qEnvironmentVariable("USERDOMAIN") + u'\\' + qEnvironmentVariable("USERNAME");
    const QString session = scope == IPCSingleInstance::Scope::User
        ? QString()
        : u" session "_s + qEnvironmentVariable("SESSIONNAME");
    return instanceName(id, user + session);
}

} // namespace qipc
