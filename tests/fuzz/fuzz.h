// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_FUZZ_H
#define QIPC_TESTS_FUZZ_H

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

//! What each target is: it takes one input, and ends the process where something does not hold.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

//! Ends the process with \a what, which should have held.
inline void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

//! An input that is read from its beginning. Behind its end are zeros.
class Input
{
public:
    Input(const uint8_t *data, size_t size)
        : m_left(reinterpret_cast<const char *>(data), qsizetype(size))
    {
    }

    [[nodiscard]] bool atEnd() const { return m_left.isEmpty(); }

    quint8 byte()
    {
        const QByteArrayView one = bytes(1);
        return one.isEmpty() ? 0 : quint8(one.front());
    }

    //! 16 bits, big-endian.
    quint16 number()
    {
        const quint8 high = byte();
        return quint16((high << 8) | byte());
    }

    //! \a size bytes, or what is left.
    QByteArrayView bytes(qsizetype size)
    {
        const QByteArrayView taken = m_left.first(std::min(size, m_left.size()));
        m_left = m_left.sliced(taken.size());
        return taken;
    }

    //! As many bytes as the number that comes first says.
    QByteArrayView counted() { return bytes(number()); }

    QByteArrayView rest() { return bytes(m_left.size()); }

private:
    QByteArrayView m_left;
};

#endif
