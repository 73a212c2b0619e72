// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_FAILURE_H
#define COMPARE_FAILURE_H

#include <QtCore/QString>

namespace compare {

//! Ends this process, a peer's server or client, with \a what on standard error: its figure is
//! none.
[[noreturn]] void fail(const QString &what);

//! As fail(), with the system's word for `errno`.
[[noreturn]] void failSystem(const char *call);

} // namespace compare

#endif
