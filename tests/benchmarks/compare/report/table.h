// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_TABLE_H
#define COMPARE_TABLE_H

#include "rounds.h"

namespace compare {

//! Prints the medians of \a results, a table for each figure, each with its ratio to ours.
void printTables(const Results &results);

} // namespace compare

#endif
