// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "lateness.h"

#include "report/statistics.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

constexpr auto interval = 16ms;

}

Lateness::Lateness()
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(interval);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { note(); });
}

void Lateness::start()
{
    m_late.clear();
    m_due = Clock::now() + interval;
    m_timer.start();
}

void Lateness::note()
{
    const auto now = Clock::now();
    const std::chrono::duration<double, std::milli> late = now - m_due;
    m_late.push_back(std::max(late.count(), 0.0));
    // Qt leaves out the times that have passed; what was late counts once, with all its time.
    do
        m_due += interval;
    while (m_due <= now);
}

QJsonObject Lateness::stop()
{
    m_timer.stop();
    return {{u"p50"_s, percentile(m_late, 0.5)},
            {u"p99"_s, percentile(m_late, 0.99)},
            {u"max"_s, percentile(m_late, 1)}};
}

} // namespace compare
