// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_JSONWRITER_P_H
#define QIPC_JSONWRITER_P_H

#include "bytewriter_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QDateTime>
#include <QtCore/QStringView>

namespace qipc {

/*!
 * Writes JSON, compact and in UTF-8, by events; see valueencoder_p.h for them. Appends to the array
 * it was made for, which has to outlive it, and which may be used where a value is whole.
 *
 * A key whose value is undefined is left out; undefined in a list is null. A double always has a
 * `.` or an exponent, so that it comes back as one; NaN and infinities are null. Bytes are
 * `{"type":"Buffer","data":[…]}`, as Node writes them. A date is ISO 8601 in UTC with milliseconds,
 * null where it is invalid or too far off for a JavaScript Date. A lone surrogate is written as an
 * escape.
 */
class JsonWriter
{
public:
    explicit JsonWriter(QByteArray &out);

    void undefined();
    void null();
    void boolean(bool value);
    void integer(qint64 value);
    void unsignedInteger(quint64 value);
    void real(double value);
    void string(QStringView value);
    void bytes(QByteArrayView value);
    void dateTime(const QDateTime &value);
    void beginList(qsizetype size);
    void endList();
    void beginMap(qsizetype size);
    void key(QStringView key);
    //! A key of one ASCII letter, as a packet has.
    void key(char letter);
    void endMap();

private:
    //! What was written last, and so what may come next.
    enum class Last { Opening, Key, Value };

    [[nodiscard]] char *beginValue(qsizetype size);
    void endValue(char *end);
    void literal(QByteArrayView text);
    void openContainer(char bracket);
    void closeContainer(char bracket);
    [[nodiscard]] char *quoted(QStringView text);

    ByteWriter m_out;
    qsizetype m_keyStart = 0; //!< Of the last key, with the comma before it.
    int m_nesting = 0; //!< How many lists and maps are open.
    Last m_last = Last::Opening;
};

} // namespace qipc

#endif
