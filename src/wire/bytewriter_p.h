// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_BYTEWRITER_P_H
#define QIPC_BYTEWRITER_P_H

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <algorithm>
#include <cstring>

namespace qipc {

//! The room that is taken first: most small messages fit, and what waits to be sent stays small.
constexpr qsizetype firstRoom = 128;

/*!
 * Appends to a QByteArray, which has to outlive it.
 *
 * The array is made as large as its memory ahead and is written through a pointer, so that a byte
 * costs no call. From the first write up to finish(), which the destructor calls too, its size
 * is not what was written, and nobody else may use it.
 */
class ByteWriter
{
public:
    explicit ByteWriter(QByteArray &out)
        : m_out(out)
    {
    }
    ~ByteWriter() { finish(); }
    Q_DISABLE_COPY_MOVE(ByteWriter)

    //! Where at least \a size bytes may be written; those up to setEnd() count.
    [[nodiscard]] char *reserve(qsizetype size)
    {
        if (m_roomEnd - m_end < size)
            makeRoom(size);
        return m_end;
    }
    //! What was written behind reserve() ends at \a end.
    void setEnd(char *end) { m_end = end; }

    void put(char byte)
    {
        char *const to = reserve(1);
        *to = byte;
        setEnd(to + 1);
    }
    void put(QByteArrayView bytes)
    {
        char *const to = reserve(bytes.size());
        if (!bytes.isEmpty())
            std::memcpy(to, bytes.data(), size_t(bytes.size()));
        setEnd(to + bytes.size());
    }

    //! How many bytes there are, those included that were there before.
    [[nodiscard]] qsizetype size() const { return m_begin ? m_end - m_begin : m_out.size(); }
    //! The byte \a position, of those that were written.
    [[nodiscard]] char at(qsizetype position) const { return m_out.at(position); }
    //! Drops what is behind the first \a size bytes of those that were written.
    void truncate(qsizetype size) { m_end = m_begin + size; }

    //! The array has what was written, and nothing else, until more is written.
    void finish()
    {
        if (m_begin)
            m_out.truncate(size());
        m_begin = m_end = m_roomEnd = nullptr;
    }

private:
    void makeRoom(qsizetype size)
    {
        const qsizetype used = this->size();
        if (used + size > m_out.capacity())
            m_out.reserve(std::max({used + size, 2 * used, firstRoom}));
        m_out.resize(std::max(used + size, m_out.capacity()));
        m_begin = m_out.data();
        m_end = m_begin + used;
        m_roomEnd = m_begin + m_out.size();
    }

    QByteArray &m_out;
    char *m_begin = nullptr; //!< Null where nothing was written since finish().
    char *m_end = nullptr;
    char *m_roomEnd = nullptr;
};

} // namespace qipc

#endif
