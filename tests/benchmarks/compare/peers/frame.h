// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_FRAME_H
#define COMPARE_FRAME_H

#include <QtCore/QtEndian>

#include <array>

namespace compare {

//! What stands before the bytes of a message, for the peers that have no messages of their own.
struct FrameHeader
{
    enum class Kind : quint8 {
        Echo, //!< To be sent back.
        Post, //!< To be counted.
        Finish, //!< To be answered with the count, which starts again.
    };

    static constexpr qsizetype size = 5;
    using Bytes = std::array<char, size>;

    quint32 length = 0; //!< Of what follows.
    Kind kind = Kind::Echo;

    [[nodiscard]] Bytes toBytes() const
    {
        Bytes bytes{};
        qToLittleEndian(length, bytes.data());
        bytes[4] = char(kind);
        return bytes;
    }

    [[nodiscard]] static FrameHeader fromBytes(const char *bytes)
    {
        return {qFromLittleEndian<quint32>(bytes), Kind(bytes[4])};
    }
};

} // namespace compare

#endif
