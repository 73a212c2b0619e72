// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

#include <QtCore/QThread>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

//! How late a timer of a server is that one client floods.
class Flood : public Work
{
public:
    QString name() const override { return u"flood"_s; }
    QList<Figure> figures() const override
    {
        return {{u"p99"_s, u"Lateness of a 60 Hz timer in a server that is flooded, p99, ms"_s},
                {u"max"_s, u"Lateness of a 60 Hz timer in a server that is flooded, most, ms"_s}};
    }
    QStringList cases() const override
    {
        return {u"no flood"_s, u"64 B"_s, u"64 KiB"_s, u"1 MiB"_s};
    }
    bool suits(const Contender &contender, int /*which*/) const override
    {
        return contender.peer.abilities.testFlag(Peer::HasTimers);
    }
    int rounds(const Effort &effort) const override { return effort.quick ? 1 : 3; }
    Answer measure(const Contender &contender, int which, Pairs & /*pairs*/,
                   const Effort &effort) override;
};

Answer Flood::measure(const Contender &contender, int which, Pairs & /*pairs*/,
                      const Effort &effort)
{
    static const QStringList payloads{QString(), u"text:64"_s, u"bytes:65536"_s,
                                      u"bytes:1048576"_s};
    if (effort.quick && !contender.peer.isQt)
        return {};
    const std::chrono::milliseconds length = effort.quick ? 300ms : 1s;
    Pair pair(contender);
    pair.place(Placement::Apart);
    Answer answer = pair.client().ask(
        {{u"do"_s, u"exchange"_s}, {u"payload"_s, u"text:16"_s}, {u"window"_s, 1}, {u"ms"_s, 10}},
        10s);
    if (answer.error.isEmpty())
        answer = pair.server().ask({{u"do"_s, u"startTimer"_s}}, 10s);
    if (answer.error.isEmpty() && which == 0)
        QThread::msleep(ulong(length.count()));
    else if (answer.error.isEmpty())
        answer = pair.client().ask({{u"do"_s, u"oneWay"_s},
                                    {u"payload"_s, payloads[which]},
                                    {u"ms"_s, int(length.count())}},
                                   30s);
    if (answer.error.isEmpty())
        answer = pair.server().ask({{u"do"_s, u"stopTimer"_s}}, 10s);
    return answer;
}

} // namespace

std::unique_ptr<Work> flood()
{
    return std::make_unique<Flood>();
}

} // namespace compare
