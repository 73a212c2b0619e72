// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_EXACTLY_H
#define QIPC_TESTS_EXACTLY_H

#include <QtCore/QVariant>

/*!
 * \a value and its types as a text. QVariant's own comparison takes 5 for 5.0, and NaN for
 * different from itself; two values with the same text here are the same in every respect that the
 * value model knows. A type that never comes from the wire stands there by its name.
 */
[[nodiscard]] QString exactly(const QVariant &value);

#endif
