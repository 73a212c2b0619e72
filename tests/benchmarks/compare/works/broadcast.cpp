// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

#include "report/statistics.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

constexpr auto patience = 60s;

constexpr int counts[] = {100, 1000};

//! From the call to the system having all the bytes; raw is a send() of the same to each socket.
class Broadcast : public Work
{
public:
    QString name() const override { return u"broadcast"_s; }
    QList<Figure> figures() const override
    {
        return {{u"sent"_s, u"Broadcast of 64 B, until all of it is handed to the system, µs"_s}};
    }
    QStringList cases() const override { return {u"to 100"_s, u"to 1,000"_s}; }
    bool suits(const Contender &contender, int /*which*/) const override
    {
        return contender.peer.abilities.testFlag(Peer::Broadcasts);
    }
    Answer measure(const Contender &contender, int which, Pairs & /*pairs*/,
                   const Effort &effort) override;
};

Answer Broadcast::measure(const Contender &contender, int which, Pairs & /*pairs*/,
                          const Effort &effort)
{
    Pair pair(contender);
    pair.place(Placement::Apart);
    Process &crowd = pair.client();
    Answer answer = crowd.ask(
        {{u"do"_s, u"crowd"_s}, {u"count"_s, counts[which]}, {u"listen"_s, true}}, patience);
    std::vector<double> sent;
    const int times = effort.quick ? 10 : 50;
    for (int i = 0; answer.error.isEmpty() && i < times; ++i) {
        answer =
            pair.server().ask({{u"do"_s, u"broadcast"_s}, {u"payload"_s, u"text:64"_s}}, patience);
        sent.push_back(answer.figures[u"sent"].toDouble());
        if (answer.error.isEmpty())
            answer = crowd.ask({{u"do"_s, u"await"_s}}, patience);
    }
    return {{{u"sent"_s, median(sent)}}, answer.error};
}

} // namespace

std::unique_ptr<Work> broadcast()
{
    return std::make_unique<Broadcast>();
}

} // namespace compare
