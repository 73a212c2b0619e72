// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_MESSAGEPACKREADER_P_H
#define QIPC_MESSAGEPACKREADER_P_H

#include "valuebuilder_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QByteArrayView>

namespace qipc {

/*!
 * Reads \a data, exactly one MessagePack value, into \a builder.
 *
 * Takes what msgpackr writes (wire.md, "MessagePack"): extension 0 is undefined, extension -1 a
 * date and time, in UTC (invalid where it is none of the three forms of a timestamp), any other
 * extension is undefined. Keys of a map that are no strings become strings, as JavaScript would
 * write them; a list or a map as a key becomes `(list)` or `(map)`. Lone surrogates stay what they
 * are; other invalid UTF-8 is replaced.
 *
 * Returns no error, or DecodingError, whose text says what was wrong at which byte; where the
 * limits of the builder are exceeded the error's limit is `nesting` or `values`. Sizes that the
 * data declares take no memory ahead.
 *
 * \a storage may be the array that \a data lies in, given away. Then bytes from sharingSize on that
 * take at least half of its capacity are not copied: the value is this array, cut to size. It
 * changes only where it is not shared; once at most.
 */
[[nodiscard]] IPCError readMessagePack(QByteArrayView data, ValueBuilder &builder,
                                       QByteArray storage = {});

} // namespace qipc

#endif
