// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

constexpr int count = 1000;

//! What a connection that does nothing adds to the server's resident set.
class Memory : public Work
{
public:
    QString name() const override { return u"memory"_s; }
    QList<Figure> figures() const override
    {
        return {
            {u"bytes"_s, u"Resident memory of the server for each idle connection, KiB"_s, 1024}};
    }
    QStringList cases() const override { return {u"of 1,000"_s}; }
    bool suits(const Contender &contender, int /*which*/) const override
    {
        return contender.peer.abilities.testFlag(Peer::ManyClients);
    }
    int rounds(const Effort &effort) const override { return effort.quick ? 1 : 3; }
    Answer measure(const Contender &contender, int /*which*/, Pairs & /*pairs*/,
                   const Effort & /*effort*/) override
    {
        Pair pair(contender);
        // What the first few need, all share: the server has done everything once.
        Answer come = pair.client().ask({{u"do"_s, u"crowd"_s}, {u"count"_s, 10}}, 10s);
        if (!come.error.isEmpty())
            return come;
        const double before = pair.server().residentBytes();
        come = pair.client().ask({{u"do"_s, u"crowd"_s}, {u"count"_s, count}}, 60s);
        if (!come.error.isEmpty())
            return come;
        return {{{u"bytes"_s, (pair.server().residentBytes() - before) / count}}, {}};
    }
};

} // namespace

std::unique_ptr<Work> memory()
{
    return std::make_unique<Memory>();
}

} // namespace compare
