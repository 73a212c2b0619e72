// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TIMERINTERVAL_P_H
#define QIPC_TIMERINTERVAL_P_H

#include <algorithm>
#include <chrono>
#include <limits>

namespace qipc {

//! \a time as the timers of Qt count it: an int of milliseconds, 0 to 24 days.
[[nodiscard]] inline int timerInterval(std::chrono::milliseconds time)
{
    constexpr std::chrono::milliseconds longest{std::numeric_limits<int>::max()};
    return int(std::clamp(time, std::chrono::milliseconds(0), longest).count());
}

} // namespace qipc

#endif
