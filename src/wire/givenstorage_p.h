// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_GIVENSTORAGE_P_H
#define QIPC_GIVENSTORAGE_P_H

#include "frame_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <utility>

namespace qipc {

/*!
 * The array that is read, where it was given away: large bytes in it can become a value as they
 * lie there.
 *
 * An array ends in a zero byte. To cut this one to its bytes writes that zero over what is behind
 * them, which is still to be read; so what was there is put back until all is read.
 */
class GivenStorage
{
public:
    explicit GivenStorage(QByteArray &&array)
        : m_array(std::move(array))
    {
    }
    ~GivenStorage()
    {
        if (m_end)
            *m_end = '\0';
    }
    Q_DISABLE_COPY_MOVE(GivenStorage)

    //! Whether \a bytes, which lie in it, are most of it, so that little memory is held in vain.
    [[nodiscard]] bool canBecome(QByteArrayView bytes) const
    {
        return bytes.size() >= sharingSize && 2 * bytes.size() >= m_array.capacity() && !m_end
            && !m_array.isEmpty() && m_array.isDetached();
    }

    //! The array, cut to \a bytes. It is kept here as well: if the value is dropped, for a key came
    //! twice, there is still more to be read from it.
    QByteArray become(QByteArrayView bytes)
    {
        const qsizetype offset = bytes.data() - m_array.constData();
        Q_ASSERT(offset >= 0 && offset + bytes.size() <= m_array.size());
        m_end = m_array.data() + offset + bytes.size();
        const char behind = *m_end;
        m_array.remove(0, offset); // moves no bytes
        m_array.truncate(bytes.size());
        *m_end = behind;
        return m_array;
    }

private:
    QByteArray m_array;
    char *m_end = nullptr; //!< Where the zero belongs; null where nothing was cut.
};

} // namespace qipc

#endif
