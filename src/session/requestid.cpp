// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "requestid_p.h"

#include <atomic>

namespace qipc {

RequestId::Nonce::Nonce(quint64 number)
{
    do {
        m_digits[size_t(--m_begin)] = char16_t(u'0' + number % 10);
        number /= 10;
    } while (number > 0);
}

RequestId RequestId::next()
{
    static std::atomic<quint64> last{0};
    return RequestId(++last);
}

RequestId RequestId::of(QStringView nonce)
{
    constexpr auto most = std::numeric_limits<quint64>::digits10; // of these none overflows
    if (nonce.isEmpty() || nonce.size() > most || nonce.front() == u'0')
        return {};
    quint64 number = 0;
    for (const QChar digit : nonce) {
        if (digit < u'0' || digit > u'9')
            return {};
        number = 10 * number + quint64(digit.unicode() - u'0');
    }
    return RequestId(number);
}

} // namespace qipc
