// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_JSON_H
#define COMPARE_JSON_H

#include "rounds.h"

#include <QtCore/QJsonObject>

namespace compare {

//! `{figure: {case: {contender: {"median": …, "rounds": […]} or {"error": …}}}}`. Times
//! in µs (lateness in ms, codecs in ns), memory in bytes, rates per second.
[[nodiscard]] QJsonObject toJson(const Results &results);

} // namespace compare

#endif
