// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

constexpr auto patience = 60s;

//! How many clients a process gets: with more, they keep each other waiting as they connect.
constexpr int mostOfOne = 500;

constexpr int counts[] = {0, 100, 1000, 4000};

//! A round trip beside connections that do nothing, whose clients are in further processes.
class IdleConnections : public Work
{
public:
    QString name() const override { return u"idle-connections"_s; }
    QList<Figure> figures() const override
    {
        return {{u"p50"_s, u"Round trip of 64 B on one core beside idle connections, p50, µs"_s}};
    }
    QStringList cases() const override { return {u"none"_s, u"100"_s, u"1,000"_s, u"4,000"_s}; }
    bool suits(const Contender &contender, int /*which*/) const override
    {
        return contender.peer.abilities.testFlag(Peer::ManyClients);
    }
    int rounds(const Effort &effort) const override { return effort.quick ? 1 : 3; }
    Answer measure(const Contender &contender, int which, Pairs & /*pairs*/,
                   const Effort &effort) override
    {
        if (effort.quick && counts[which] > 100
            && !contender.peer.abilities.testFlag(Peer::CheapClients))
            return {};
        Pair pair(contender);
        std::vector<std::unique_ptr<Process>> crowds;
        for (int left = counts[which]; left > 0; left -= mostOfOne) {
            crowds.push_back(pair.makeClient());
            crowds.back()->tell({{u"do"_s, u"crowd"_s}, {u"count"_s, std::min(left, mostOfOne)}});
        }
        for (const auto &crowd : crowds) {
            const Answer come = crowd->hear(patience);
            if (!come.error.isEmpty())
                return come;
        }
        pair.place(Placement::OneCore);
        return pair.client().ask({{u"do"_s, u"exchange"_s},
                                  {u"payload"_s, u"text:64"_s},
                                  {u"window"_s, 1},
                                  {u"ms"_s, int(effort.budget.count())}},
                                 patience);
    }
};

} // namespace

std::unique_ptr<Work> idleConnections()
{
    return std::make_unique<IdleConnections>();
}

} // namespace compare
