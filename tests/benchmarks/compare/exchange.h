// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_EXCHANGE_H
#define COMPARE_EXCHANGE_H

#include <chrono>
#include <vector>

namespace compare {

/*!
 * Keeps a number of requests under way for some time, and notes how long each took. What sends them
 * does
 * \code
 * while (exchange.start())
 *     …send a request…
 * \endcode
 * at the beginning and, after answered(), with each answer, until isDone().
 */
class Exchange
{
public:
    using Clock = std::chrono::steady_clock;

    Exchange(int window, Clock::duration budget)
        : m_window(window)
        , m_begin(Clock::now())
        , m_end(m_begin + budget)
    {
    }

    //! Whether to send another request now.
    [[nodiscard]] bool start()
    {
        if (m_underWay == m_window)
            return false;
        m_started = Clock::now();
        m_over = m_started >= m_end && m_answered > 0; // at least one
        if (m_over)
            return false;
        ++m_underWay;
        return true;
    }

    //! An answer came.
    void answered()
    {
        m_last = Clock::now();
        --m_underWay;
        ++m_answered;
        if (m_window == 1)
            m_times.push_back(m_last - m_started);
    }

    //! Whether the time is over and nothing is under way.
    [[nodiscard]] bool isDone() const { return m_underWay == 0 && m_over; }

    //! What each request took; only where one at a time was under way.
    [[nodiscard]] const std::vector<Clock::duration> &times() const { return m_times; }
    [[nodiscard]] double perSecond() const
    {
        return double(m_answered) / std::chrono::duration<double>(m_last - m_begin).count();
    }

private:
    int m_window;
    int m_underWay = 0;
    bool m_over = false;
    long m_answered = 0;
    Clock::time_point m_begin;
    Clock::time_point m_end;
    Clock::time_point m_started;
    Clock::time_point m_last;
    std::vector<Clock::duration> m_times;
};

} // namespace compare

#endif
