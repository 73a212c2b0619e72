// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_ROUNDS_H
#define COMPARE_ROUNDS_H

#include "works/work.h"

#include <map>

namespace compare {

//! What a work has given: for each contender and case a figure for each round, or an error.
class Results
{
public:
    Results(const Work &work, std::vector<Contender> contenders);

    void add(const Contender &contender, int which, const Answer &answer);

    //! Empty where there is none.
    [[nodiscard]] QString error(const Contender &contender, int which) const;
    //! What the rounds have given; empty where they have not.
    [[nodiscard]] std::vector<double> samples(const Contender &contender, int which,
                                              const QString &key) const;

    [[nodiscard]] const Work &work() const { return *m_work; }
    [[nodiscard]] const std::vector<Contender> &contenders() const { return m_contenders; }

private:
    using Cell = std::pair<QString, int>;

    const Work *m_work;
    std::vector<Contender> m_contenders;
    std::map<Cell, std::vector<QJsonObject>> m_figures;
    std::map<Cell, QString> m_errors;
};

//! Makes \a all the contenders do \a work, taking turns within each round. Who failed once is not
//! asked again.
[[nodiscard]] Results runRounds(Work &work, const std::vector<Contender> &all, Pairs &pairs,
                                const Effort &effort);

} // namespace compare

#endif
