// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "account.h"

#include <algorithm>

using namespace Qt::StringLiterals;

QString Ledger::complaint() const
{
    for (const auto &entry : m_entries) {
        if (!entry->isSettled())
            return entry->name + u" is not settled"_s;
        if (entry->settled != 1)
            return u"%1 has settled %2 times"_s.arg(entry->name).arg(entry->settled);
    }
    return {};
}

int Ledger::pending() const
{
    return int(std::count_if(m_entries.begin(), m_entries.end(),
                             [](const auto &entry) { return entry->settled == 0; }));
}

bool isPrefix(const QVariantList &part, const QVariantList &list)
{
    return part.size() <= list.size() && std::equal(part.begin(), part.end(), list.begin());
}
