// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

#include <algorithm>
#include <iterator>

namespace compare {

Pair &Pairs::of(const Contender &contender, Placement placement)
{
    auto &pair = m_pairs[contender.id()];
    if (!pair)
        pair = std::make_unique<Pair>(contender);
    pair->place(placement);
    return *pair;
}

std::vector<Contender> Work::contenders(const std::vector<Contender> &all) const
{
    std::vector<Contender> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some), [this](const Contender &one) {
        for (int which = 0; which < cases().size(); ++which) {
            if (suits(one, which))
                return true;
        }
        return false;
    });
    return some;
}

bool Work::suits(const Contender & /*contender*/, int /*which*/) const
{
    return true;
}

void Work::prepare(const std::vector<Contender> & /*contenders*/, int /*which*/)
{
}

std::vector<std::unique_ptr<Work>> allWorks(const QString &codecs)
{
    std::vector<std::unique_ptr<Work>> works;
    works.push_back(roundTrip(Placement::OneCore));
    works.push_back(roundTrip(Placement::Apart));
    works.push_back(inFlight(Placement::OneCore));
    works.push_back(inFlight(Placement::Apart));
    works.push_back(oneWay());
    works.push_back(broadcast());
    works.push_back(connecting());
    works.push_back(idleConnections());
    works.push_back(memory());
    works.push_back(wakeUps());
    works.push_back(flood());
    works.push_back(codecsJson(codecs));
    works.push_back(codecsMessagePack(codecs));
    return works;
}

} // namespace compare
