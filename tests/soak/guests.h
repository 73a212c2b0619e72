// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_GUESTS_H
#define QIPC_TEST_GUESTS_H

#include "dice.h"
#include "guest.h"
#include "role.h"

//! A process full of guests.
class Guests : public Role
{
public:
    //! For the server at \a path; the guests are named after \a name.
    Guests(const QString &path, const QString &name, uint seed);

private:
    void go() override;
    void rest() override;
    [[nodiscard]] bool isAtRest() const override;

    Dice m_dice;
    std::vector<Guest *> m_guests;
};

#endif
