// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "suggestion_p.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace qipc::cli {

namespace {

//! How many letters have to be put in, left out, replaced, or swapped with the next one, to make \a
//! b of \a a: the "optimal string alignment" distance, row by row.
[[nodiscard]] qsizetype distance(const QString &a, const QString &b)
{
    using Row = std::vector<qsizetype>;
    const auto at = [](const Row &row, qsizetype i) { return row[size_t(i)]; };
    Row beforeLast;
    Row last(size_t(b.size()) + 1);
    std::iota(last.begin(), last.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        Row row{i};
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const qsizetype replaced = at(last, j - 1) + (a.at(i - 1) == b.at(j - 1) ? 0 : 1);
            qsizetype best = std::min({at(last, j) + 1, at(row, j - 1) + 1, replaced});
            if (i > 1 && j > 1 && a.at(i - 1) == b.at(j - 2) && a.at(i - 2) == b.at(j - 1))
                best = std::min(best, at(beforeLast, j - 2) + 1);
            row.push_back(best);
        }
        beforeLast = std::exchange(last, std::move(row));
    }
    return last.back();
}

//! How far a name may be from a word of this \a length: not so far that any would do.
[[nodiscard]] qsizetype farthest(qsizetype length)
{
    return length < 3 ? 0 : (length + 1) / 3;
}

} // namespace

QString nearestName(const QString &word, const QStringList &names)
{
    QString nearest;
    qsizetype limit = farthest(word.size());
    for (const QString &name : names) {
        const qsizetype far = distance(word, name);
        if (far <= limit) {
            nearest = name;
            limit = far - 1;
        }
    }
    if (!nearest.isEmpty() || word.isEmpty())
        return nearest;
    QStringList longer = names;
    longer.removeIf([&word](const QString &name) { return !name.startsWith(word); });
    return longer.size() == 1 ? longer.first() : QString();
}

} // namespace qipc::cli
