// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "outputwatch_p.h"

namespace qipc::cli {

// There is no portable way to ask.
class OutputWatch::Private
{
};

OutputWatch::OutputWatch() = default;

OutputWatch::~OutputWatch() = default;

} // namespace qipc::cli
