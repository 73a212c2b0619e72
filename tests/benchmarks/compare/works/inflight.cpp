// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

class InFlight : public Work
{
public:
    explicit InFlight(Placement placement)
        : m_oneCore(placement == Placement::OneCore)
        , m_placement(placement)
    {
    }

    QString name() const override { return m_oneCore ? u"in-flight"_s : u"in-flight-apart"_s; }
    QList<Figure> figures() const override
    {
        return {{u"perSecond"_s,
                 m_oneCore ? u"64 requests in flight on one core, thousands a second"_s
                           : u"64 requests in flight across two cores, thousands a second"_s,
                 1e3}};
    }
    QStringList cases() const override { return {u"64 B"_s}; }
    Answer measure(const Contender &contender, int /*which*/, Pairs &pairs,
                   const Effort &effort) override
    {
        return pairs.of(contender, m_placement)
            .client()
            .ask({{u"do"_s, u"exchange"_s},
                  {u"payload"_s, u"text:64"_s},
                  {u"window"_s, 64},
                  {u"ms"_s, int(effort.budget.count())}},
                 3s + 4 * effort.budget);
    }

private:
    bool m_oneCore;
    Placement m_placement;
};

} // namespace

std::unique_ptr<Work> inFlight(Placement placement)
{
    return std::make_unique<InFlight>(placement);
}

} // namespace compare
