// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

//! Clients that come, ask once, and go.
class Connect : public Work
{
public:
    QString name() const override { return u"connect"_s; }
    QList<Figure> figures() const override
    {
        return {{u"ready"_s, u"Connect and handshake on one core, p50, µs"_s},
                {u"answered"_s, u"Connect, handshake and the first answer on one core, p50, µs"_s}};
    }
    QStringList cases() const override { return {u"16 B"_s}; }
    bool suits(const Contender &contender, int /*which*/) const override
    {
        return contender.peer.abilities.testFlag(Peer::ManyClients);
    }
    Answer measure(const Contender &contender, int /*which*/, Pairs &pairs,
                   const Effort &effort) override
    {
        return pairs.of(contender, Placement::OneCore)
            .client()
            .ask({{u"do"_s, u"connect"_s}, {u"ms"_s, int(effort.budget.count())}},
                 5s + 4 * effort.budget);
    }
};

} // namespace

std::unique_ptr<Work> connecting()
{
    return std::make_unique<Connect>();
}

} // namespace compare
