// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "rounds.h"

namespace compare {

Results::Results(const Work &work, std::vector<Contender> contenders)
    : m_work(&work)
    , m_contenders(std::move(contenders))
{
}

void Results::add(const Contender &contender, int which, const Answer &answer)
{
    const Cell cell(contender.id(), which);
    if (answer.error.isEmpty())
        m_figures[cell].push_back(answer.figures);
    else
        m_errors[cell] = answer.error;
}

QString Results::error(const Contender &contender, int which) const
{
    const auto found = m_errors.find({contender.id(), which});
    return found == m_errors.end() ? QString() : found->second;
}

std::vector<double> Results::samples(const Contender &contender, int which,
                                     const QString &key) const
{
    std::vector<double> samples;
    const auto found = m_figures.find({contender.id(), which});
    if (found != m_figures.end()) {
        for (const QJsonObject &figures : found->second) {
            if (figures.contains(key))
                samples.push_back(figures[key].toDouble());
        }
    }
    return samples;
}

Results runRounds(Work &work, const std::vector<Contender> &all, Pairs &pairs, const Effort &effort)
{
    Results results(work, work.contenders(all));
    const int rounds = work.rounds(effort);
    for (int round = 0; round < rounds; ++round) {
        for (int which = 0; which < work.cases().size(); ++which) {
            work.prepare(results.contenders(), which);
            for (const Contender &contender : results.contenders()) {
                if (!work.suits(contender, which) || !results.error(contender, which).isEmpty())
                    continue;
                const Answer answer = work.measure(contender, which, pairs, effort);
                if (!answer.error.isEmpty())
                    pairs.drop(contender);
                results.add(contender, which, answer);
            }
        }
    }
    return results;
}

} // namespace compare
