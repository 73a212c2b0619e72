// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "guests.h"

#include <algorithm>

namespace {

constexpr int guestsPerProcess = 16;

} // namespace

Guests::Guests(const QString &path, const QString &name, uint seed)
    : m_dice(seed)
{
    for (int i = 0; i < guestsPerProcess; ++i)
        m_guests.push_back(new Guest(path, name + u'.' + QString::number(i), &m_dice, this));
    begin();
}

void Guests::go()
{
    for (Guest *guest : m_guests)
        guest->go();
}

void Guests::rest()
{
    for (Guest *guest : m_guests)
        guest->rest();
}

bool Guests::isAtRest() const
{
    return std::all_of(m_guests.begin(), m_guests.end(),
                       [](const Guest *guest) { return guest->isAway(); });
}
