// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_VALUEENCODER_P_H
#define QIPC_VALUEENCODER_P_H

#include "valuelimits_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QVariant>

namespace qipc {

/*!
 * Writes \a value, as the table "Values" of the documentation says, with \a writer: the sending
 * side of the value model, the one place that knows which C++ type is sent as what.
 *
 * Returns no error, or EncodingError, whose text names the type and the place, such as
 * `cannot encode a QImage at .photo`; for lists and maps that stand in each other deeper than
 * the \a limits allow, or hold more values, the error's limit is `nesting` or `values`. \a writer
 * then holds half a value, to be thrown away.
 *
 * Instantiated for JsonWriter and MessagePackWriter, which both have these members:
 * \code
 * void undefined();
 * void null();
 * void boolean(bool);
 * void integer(qint64);
 * void unsignedInteger(quint64);
 * void real(double);
 * void string(QStringView);
 * void bytes(QByteArrayView);
 * void dateTime(const QDateTime &);   // any, also an invalid one
 * void beginList(qsizetype size);     // size values follow, then
 * void endList();
 * void beginMap(qsizetype size);      // size times key() and a value follow, then
 * void key(QStringView);
 * void endMap();
 * \endcode
 */
template <typename Writer>
[[nodiscard]] IPCError encodeValue(const QVariant &value, Writer &writer, ValueLimits limits);

} // namespace qipc

#endif
