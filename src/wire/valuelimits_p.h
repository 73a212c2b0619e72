// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_VALUELIMITS_P_H
#define QIPC_VALUELIMITS_P_H

#include <limits>

namespace qipc {

//! What one message may be made of: see IPCLimits::nesting() and IPCLimits::values().
struct ValueLimits
{
    constexpr ValueLimits(int maxNesting, // NOLINT(google-explicit-constructor): any number of them
                          int maxValues = std::numeric_limits<int>::max())
        : nesting(maxNesting)
        , values(maxValues)
    {
    }

    int nesting;
    int values; //!< Those in lists and maps.

    friend bool operator==(const ValueLimits &a, const ValueLimits &b)
    {
        return a.nesting == b.nesting && a.values == b.values;
    }
};

} // namespace qipc

#endif
