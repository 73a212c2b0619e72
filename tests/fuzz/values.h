// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_VALUES_H
#define QIPC_TESTS_VALUES_H

#include "encoding_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QVariant>

//! Whether \a a and \a b are the same value with the same types. QVariant's own comparison takes 5
//! for 5.0, and NaN for different from itself.
[[nodiscard]] bool sameValue(const QVariant &a, const QVariant &b);

//! How deep lists and maps stand in each other in \a value.
[[nodiscard]] int depthOf(const QVariant &value);

//! Whether JSON has a text for all of \a value, which came from JSON, that becomes the same value:
//! not for an infinity, nor for a map that looks as bytes do.
[[nodiscard]] bool survivesJson(const QVariant &value);

//! \a value in JSON. It has to be encodable, within \a maxNesting.
[[nodiscard]] QByteArray toJson(const QVariant &value, int maxNesting);
//! \a value in MessagePack. As toJson().
[[nodiscard]] QByteArray toMessagePack(const QVariant &value, qipc::Dialect dialect,
                                       int maxNesting);

//! Has the one value in \a text, which has to be JSON.
[[nodiscard]] QVariant fromJson(const QByteArray &text, int maxNesting);
//! As fromJson(), for MessagePack.
[[nodiscard]] QVariant fromMessagePack(const QByteArray &data, int maxNesting);

#endif
