// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "writequeue_p.h"

#include <algorithm>
#include <cstddef>

namespace qipc {

namespace {
// From this size on a piece is shared and not copied.
constexpr qsizetype sharedSize = 16 * 1024;

// How large small ones become together.
constexpr qsizetype pieceSize = 64 * 1024;
} // namespace

void WriteQueue::append(const QByteArray &bytes, qsizetype begin, qsizetype size)
{
    if (size < sharedSize) {
        append(QByteArrayView(bytes).sliced(begin, size));
        return;
    }
    m_pieces.push_back({bytes, begin, size});
    m_size += size;
}

// Only an array of our own ends where its piece does.
bool WriteQueue::Piece::takes(qsizetype more) const
{
    return bytes.isDetached() && begin + size == bytes.size() && bytes.size() + more <= pieceSize;
}

void WriteQueue::append(QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return;
    if (m_first < m_pieces.size() && m_pieces.back().takes(bytes.size())) {
        m_pieces.back().bytes.append(bytes);
        m_pieces.back().size += bytes.size();
    } else {
        m_pieces.push_back({bytes.toByteArray(), 0, bytes.size()});
    }
    m_size += bytes.size();
}

std::vector<iovec> WriteQueue::front(size_t most) const
{
    std::vector<iovec> pieces;
    const size_t end = std::min(m_pieces.size(), m_first + most);
    for (size_t i = m_first; i < end; ++i) {
        const Piece &piece = m_pieces[i];
        // Only read from: iovec serves both directions.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): so it has no const
        char *data = const_cast<char *>(piece.bytes.constData()) + piece.begin;
        pieces.push_back({data, size_t(piece.size)});
    }
    return pieces;
}

void WriteQueue::consume(qint64 count)
{
    m_size -= count;
    while (count > 0) {
        Piece &piece = m_pieces[m_first];
        if (count < piece.size) {
            piece.begin += qsizetype(count);
            piece.size -= qsizetype(count);
            break;
        }
        count -= piece.size;
        piece.bytes = QByteArray();
        ++m_first;
    }
    if (m_size == 0)
        clear();
    else if (m_first > m_pieces.size() / 2)
        m_pieces.erase(m_pieces.begin(),
                       m_pieces.begin() + std::ptrdiff_t(std::exchange(m_first, 0)));
}

void WriteQueue::clear()
{
    std::vector<Piece>().swap(m_pieces);
    m_first = 0;
    m_size = 0;
}

} // namespace qipc
