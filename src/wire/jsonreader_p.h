// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_JSONREADER_P_H
#define QIPC_JSONREADER_P_H

#include "valuebuilder_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QByteArrayView>

namespace qipc {

/*!
 * Reads \a text, one JSON value (RFC 8259) with nothing but white space around it, into \a builder.
 *
 * Takes what JavaScript writes: integers wider than 64 bits (they become doubles), lone surrogate
 * escapes (they stay lone surrogates), and `{"type":"Buffer","data":[…]}`, which is bytes: a map of
 * these two keys alone, in either order and without escapes, and integers from 0 to 255. `-0` is
 * the double -0.0, a number too large for a double is infinite. Of a key that stands twice the last
 * value holds.
 *
 * Returns no error, or DecodingError, whose text says what was wrong at which byte; where
 * the limits of the builder are exceeded the error's limit is `nesting` or `values`. No recursion,
 * and no memory that the text's own length does not bound.
 */
[[nodiscard]] IPCError readJson(QByteArrayView text, ValueBuilder &builder);

} // namespace qipc

#endif
