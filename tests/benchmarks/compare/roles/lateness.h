// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_LATENESS_H
#define COMPARE_LATENESS_H

#include <QtCore/QJsonObject>
#include <QtCore/QTimer>

#include <chrono>
#include <vector>

namespace compare {

//! A timer of about 60 Hz, as one that drives a window's animation, and how late it comes.
class Lateness
{
public:
    Lateness();

    void start();
    //! `p50`, `p99` and `max` in ms since start().
    QJsonObject stop();

private:
    using Clock = std::chrono::steady_clock;

    void note();

    QTimer m_timer;
    Clock::time_point m_due;
    std::vector<double> m_late;
};

} // namespace compare

#endif
