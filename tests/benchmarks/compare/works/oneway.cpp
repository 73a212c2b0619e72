// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

class OneWay : public Work
{
public:
    QString name() const override { return u"one-way"_s; }
    QList<Figure> figures() const override
    {
        return {{u"perSecond"_s, u"One way, thousands of messages a second"_s, 1e3},
                {u"bytesPerSecond"_s, u"One way, MB/s"_s, 1e6, {u"64 KiB"_s, u"1 MiB"_s}}};
    }
    QStringList cases() const override
    {
        return {u"64 B text"_s, u"64 B bytes"_s, u"10-key map"_s, u"64 KiB"_s, u"1 MiB"_s};
    }
    bool suits(const Contender &contender, int which) const override
    {
        return which != 2 || contender.peer.abilities.testFlag(Peer::CarriesMaps);
    }
    Answer measure(const Contender &contender, int which, Pairs &pairs,
                   const Effort &effort) override
    {
        static const QStringList payloads{u"text:64"_s, u"bytes:64"_s, u"map"_s, u"bytes:65536"_s,
                                          u"bytes:1048576"_s};
        return pairs.of(contender, Placement::Anywhere)
            .client()
            .ask({{u"do"_s, u"oneWay"_s},
                  {u"payload"_s, payloads[which]},
                  {u"ms"_s, int(effort.budget.count())}},
                 3s + 10 * effort.budget);
    }
};

} // namespace

std::unique_ptr<Work> oneWay()
{
    return std::make_unique<OneWay>();
}

} // namespace compare
