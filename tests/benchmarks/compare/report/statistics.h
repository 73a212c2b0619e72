// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_STATISTICS_H
#define COMPARE_STATISTICS_H

#include <vector>

namespace compare {

//! The value below which \a share (0 to 1) of \a samples lie; NaN where there are none.
[[nodiscard]] double percentile(std::vector<double> samples, double share);

[[nodiscard]] double median(const std::vector<double> &samples);

} // namespace compare

#endif
