// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_ASCII_P_H
#define QIPC_ASCII_P_H

#include <QtCore/qglobal.h>

namespace qipc {

//! How many units a loop takes at once, so that compilers make vector instructions of it.
constexpr qsizetype asciiBlock = 16;

//! Whether \a count \a units of UTF-8 or UTF-16 are ASCII.
template <typename Unit>
[[nodiscard]] bool isAscii(const Unit *units, qsizetype count)
{
    constexpr auto outside = Unit(~0x7f);
    for (; count >= asciiBlock; count -= asciiBlock, units += asciiBlock) {
        Unit all = 0;
        for (qsizetype i = 0; i < asciiBlock; ++i)
            all |= units[i];
        if (all & outside)
            return false;
    }
    Unit all = 0;
    for (qsizetype i = 0; i < count; ++i)
        all |= units[i];
    return !(all & outside);
}

} // namespace qipc

#endif
