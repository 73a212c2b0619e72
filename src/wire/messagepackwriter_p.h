// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_MESSAGEPACKWRITER_P_H
#define QIPC_MESSAGEPACKWRITER_P_H

#include "bytewriter_p.h"
#include "encoding_p.h"
#include "frame_p.h"
#include "messagepackmarks_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QDateTime>
#include <QtCore/QStringView>

namespace qipc {

/*!
 * Writes MessagePack by events; see valueencoder_p.h for them. Appends to the array it was made
 * for, which has to outlive it, and which may be used where a value is whole.
 *
 * Undefined is extension 0 (`D4 00 00`), a date the extension -1, an invalid one `D4 FF FF`. To a
 * Node peer an integer outside 32 bits that a double holds exactly goes as float64, for the 64-bit
 * forms become a BigInt there (wire.md, "MessagePack").
 *
 * A lone surrogate, which JavaScript's and Qt's strings may hold, is written as UTF-8 would write
 * its number (`ED A0 80` and up), so that it comes back. To a Node peer it is U+FFFD, for msgpackr
 * would read three of those.
 */
class MessagePackWriter
{
public:
    //! Where \a shared is not null, it gets the bytes from sharingSize on, instead of \a out.
    MessagePackWriter(QByteArray &out, Dialect dialect, SharedParts *shared = nullptr);

    void undefined();
    void null();
    void boolean(bool value);
    void integer(qint64 value);
    void unsignedInteger(quint64 value);
    void real(double value);
    void string(QStringView value);
    void bytes(const QByteArray &value);
    void dateTime(const QDateTime &value);
    void beginList(qsizetype size);
    void endList();
    void beginMap(qsizetype size);
    void key(QStringView key);
    //! A key of one ASCII letter, as a packet has.
    void key(char letter);
    void endMap();

private:
    //! The marks of a container, by how its size is written.
    struct Heads
    {
        messagepack::Mark fix;
        messagepack::Mark of16;
        messagepack::Mark of32;
    };

    [[nodiscard]] char *writeText(QStringView text);
    [[nodiscard]] bool mayShare(const QByteArray &value) const;
    void endValue(char *end);
    void openContainer(const Heads &heads, qsizetype size);
    void closeContainer();

    ByteWriter m_out;
    SharedParts *m_shared;
    Dialect m_dialect;
    int m_nesting = 0; //!< How many lists and maps are open.
};

} // namespace qipc

#endif
