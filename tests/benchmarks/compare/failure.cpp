// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "failure.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace Qt::StringLiterals;

namespace compare {

void fail(const QString &what)
{
    std::fprintf(stderr, "%s\n", qUtf8Printable(what));
    std::_Exit(EXIT_FAILURE); // threads of ZeroMQ and nng may be under way
}

void failSystem(const char *call)
{
    fail(u"%1: %2"_s.arg(QString::fromLatin1(call), QString::fromLocal8Bit(std::strerror(errno))));
}

} // namespace compare
