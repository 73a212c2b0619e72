// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

class RoundTrip : public Work
{
public:
    explicit RoundTrip(Placement placement)
        : m_oneCore(placement == Placement::OneCore)
        , m_placement(placement)
    {
    }

    QString name() const override { return m_oneCore ? u"round-trip"_s : u"round-trip-apart"_s; }
    QList<Figure> figures() const override
    {
        const auto title = m_oneCore ? u"Round trip on one core, %1, µs"_s
                                     : u"Round trip across two cores, %1, µs"_s;
        return {{u"p50"_s, title.arg(u"p50"_s)}, {u"p99"_s, title.arg(u"p99"_s)}};
    }
    QStringList cases() const override
    {
        return {u"16 B"_s, u"64 B"_s, u"1 KiB"_s, u"64 KiB"_s, u"1 MiB"_s};
    }
    Answer measure(const Contender &contender, int which, Pairs &pairs,
                   const Effort &effort) override
    {
        static const QStringList payloads{u"text:16"_s, u"text:64"_s, u"text:1024"_s,
                                          u"bytes:65536"_s, u"bytes:1048576"_s};
        return pairs.of(contender, m_placement)
            .client()
            .ask({{u"do"_s, u"exchange"_s},
                  {u"payload"_s, payloads[which]},
                  {u"window"_s, 1},
                  {u"ms"_s, int(effort.budget.count())}},
                 3s + 4 * effort.budget);
    }

private:
    bool m_oneCore;
    Placement m_placement;
};

} // namespace

std::unique_ptr<Work> roundTrip(Placement placement)
{
    return std::make_unique<RoundTrip>(placement);
}

} // namespace compare
