// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_MEASURE_H
#define QIPC_TEST_MEASURE_H

#include <QtCore/QtGlobal>

//! How many descriptors this process has.
[[nodiscard]] int descriptors();

//! What a process has, without what its allocator could give back.
struct Memory
{
    qint64 heap; //!< In use, in bytes; 0 where the C library does not tell.
    qint64 resident; //!< In bytes.
};

//! Of this process.
[[nodiscard]] Memory memoryInUse();

#endif
