// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "measure.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace Qt::StringLiterals;

int descriptors()
{
    return int(QDir(u"/proc/self/fd"_s)
                   .entryList(QDir::System | QDir::Files | QDir::NoDotAndDotDot)
                   .size());
}

namespace {

qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QFile::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

} // namespace

Memory memoryInUse()
{
    qint64 heap = 0;
#ifdef __GLIBC__
    ::malloc_trim(0);
#if __GLIBC_PREREQ(2, 33)
    const auto info = ::mallinfo2();
    heap = qint64(info.uordblks + info.hblkhd);
#endif
#endif
    return {heap, residentBytes()};
}
