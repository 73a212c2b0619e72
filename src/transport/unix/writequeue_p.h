// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_WRITEQUEUE_P_H
#define QIPC_WRITEQUEUE_P_H

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <vector>

#include <sys/uio.h>

namespace qipc {

//! Bytes that wait for the system to take them, in the pieces that they came in: a large one is
//! shared and never copied, small ones are put together.
class WriteQueue
{
public:
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }
    [[nodiscard]] qint64 size() const { return m_size; }

    //! Puts the \a size bytes from \a begin at the end.
    void append(const QByteArray &bytes, qsizetype begin, qsizetype size);
    //! Copies \a bytes to the end.
    void append(QByteArrayView bytes);

    //! Where the first bytes are, for sendmsg(), in at most \a most pieces.
    [[nodiscard]] std::vector<iovec> front(size_t most) const;
    //! The first \a count bytes have left.
    void consume(qint64 count);

    void clear();

private:
    struct Piece
    {
        QByteArray bytes;
        qsizetype begin;
        qsizetype size;

        [[nodiscard]] bool takes(qsizetype more) const;
    };

    std::vector<Piece> m_pieces;
    size_t m_first = 0; // of the pieces, the ones before it have left
    qint64 m_size = 0;
};

} // namespace qipc

#endif
