// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace compare {

double percentile(std::vector<double> samples, double share)
{
    if (samples.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const auto last = double(samples.size() - 1);
    const auto at = samples.begin() + std::ptrdiff_t(std::lround(share * last));
    std::nth_element(samples.begin(), at, samples.end());
    return *at;
}

double median(const std::vector<double> &samples)
{
    return percentile(samples, 0.5);
}

} // namespace compare
