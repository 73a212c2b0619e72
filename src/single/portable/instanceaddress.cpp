// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Where addresses are no files: the names of pipes, which all users see.

#include "instanceaddress_p.h"

using namespace Qt::StringLiterals;

namespace qipc {

QList<InstancePlace> instancePlaces(const Program &program)
{
    constexpr qsizetype room = 100; // of the 256 that the name of a pipe may take
    const QString user =
        qEnvironmentVariable("USERDOMAIN") + u'\\' + qEnvironmentVariable("USERNAME");
    const QString session = program.scope == IPCSingleInstance::Scope::User
        ? QString()
        : u" session "_s + qEnvironmentVariable("SESSIONNAME");
    const QString directory =
        program.directory.isEmpty() ? QString() : u" in "_s + program.directory;
    return {{u"qipc-"_s + instanceName(program.id, user + session + directory, room), {}}};
}

} // namespace qipc
