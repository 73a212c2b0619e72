// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_REQUESTID_P_H
#define QIPC_REQUESTID_P_H

#include <QtCore/QStringView>

#include <array>
#include <limits>

namespace qipc {

/*!
 * Names a question among all that this process asks, so that an answer to an old one, which can
 * come on a new connection, matches nothing.
 */
class RequestId
{
public:
    //! The id as the `n` of a packet: its decimal digits.
    class Nonce
    {
    public:
        explicit Nonce(quint64 number);

        operator QStringView() const // NOLINT(google-explicit-constructor): this is one
        {
            return QStringView(m_digits).sliced(m_begin);
        }

    private:
        static constexpr qsizetype most = std::numeric_limits<quint64>::digits10 + 1;

        std::array<char16_t, most> m_digits{};
        qsizetype m_begin = most;
    };

    //! No question.
    RequestId() = default;
    //! One that there was not before. Any thread.
    [[nodiscard]] static RequestId next();
    //! The question whose nonce() this is; none where it is nobody's.
    [[nodiscard]] static RequestId of(QStringView nonce);

    [[nodiscard]] Nonce nonce() const { return Nonce(m_number); }

    [[nodiscard]] explicit operator bool() const { return m_number != 0; }
    friend bool operator==(RequestId a, RequestId b) { return a.m_number == b.m_number; }
    friend bool operator!=(RequestId a, RequestId b) { return !(a == b); }
    friend size_t qHash(RequestId id, size_t seed = 0) noexcept
    {
        return size_t(id.m_number) ^ seed;
    }

private:
    explicit RequestId(quint64 number)
        : m_number(number)
    {
    }

    quint64 m_number = 0;
};

} // namespace qipc

#endif
