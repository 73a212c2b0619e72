// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_DICE_H
#define QIPC_TEST_DICE_H

#include <chrono>
#include <random>

//! Chance that a seed repeats.
class Dice
{
public:
    explicit Dice(uint seed)
        : m_random(seed)
    {
    }

    //! 0 to \a count - 1.
    [[nodiscard]] int below(int count)
    {
        return std::uniform_int_distribution(0, count - 1)(m_random);
    }
    [[nodiscard]] bool oneIn(int count) { return below(count) == 0; }
    [[nodiscard]] std::chrono::milliseconds upTo(std::chrono::milliseconds longest)
    {
        return std::chrono::milliseconds(below(int(longest.count()) + 1));
    }

private:
    std::mt19937 m_random;
};

#endif
