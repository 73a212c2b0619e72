// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "table.h"

#include "statistics.h"

#include <QtCore/QTextStream>

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace compare {

namespace {

constexpr int nameWidth = 22;
constexpr int leastWidth = 9;
constexpr int ratioWidth = 9;

//! Three digits that say something, or all before the point.
QString number(double value)
{
    const double size = std::abs(value);
    const int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.1 ? 2 : 3;
    return QString::number(value, 'f', decimals);
}

QString withoutSpacesBehind(QString line)
{
    while (line.endsWith(u' '))
        line.chop(1);
    return line;
}

QString ratio(double value, double ours)
{
    if (ours == 0 || std::isnan(ours))
        return {};
    return u"×"_s + number(value / ours);
}

//! The contender that \a other is compared to: the first that runs the same dispatcher.
const Contender &reference(const Results &results, const Contender &other)
{
    for (const Contender &contender : results.contenders()) {
        if (contender.dispatcher == other.dispatcher)
            return contender;
    }
    return results.contenders().front();
}

class Table
{
public:
    Table(const Results &results, const Work::Figure &figure, QTextStream &out)
        : m_results(results)
        , m_figure(figure)
        , m_cases(results.work().cases())
        , m_out(out)
    {
    }

    void print();

private:
    void printHead();
    void printRow(const Contender &contender);
    [[nodiscard]] QString cell(const Contender &contender, int which) const;
    [[nodiscard]] bool shows(int which) const
    {
        return m_figure.cases.isEmpty() || m_figure.cases.contains(m_cases[which]);
    }
    [[nodiscard]] qsizetype width(int which) const
    {
        return std::max<qsizetype>(leastWidth, m_cases[which].size());
    }
    [[nodiscard]] double value(const Contender &contender, int which) const
    {
        return median(m_results.samples(contender, which, m_figure.key)) / m_figure.unit;
    }

    const Results &m_results;
    const Work::Figure &m_figure;
    QStringList m_cases;
    QTextStream &m_out;
};

void Table::print()
{
    printHead();
    for (const Contender &contender : m_results.contenders())
        printRow(contender);
}

void Table::printHead()
{
    QString head(nameWidth, u' ');
    for (int which = 0; which < m_cases.size(); ++which) {
        if (shows(which))
            head += m_cases[which].rightJustified(width(which)) + QString(ratioWidth, u' ');
    }
    m_out << '\n' << m_figure.title << '\n' << withoutSpacesBehind(head) << '\n';
}

void Table::printRow(const Contender &contender)
{
    QString row = u"  "_s + contender.id().leftJustified(nameWidth - 2);
    for (int which = 0; which < m_cases.size(); ++which) {
        if (shows(which))
            row += cell(contender, which);
    }
    m_out << withoutSpacesBehind(row) << '\n';
}

QString Table::cell(const Contender &contender, int which) const
{
    const double shown = value(contender, which);
    if (std::isnan(shown)) {
        const QString error = m_results.error(contender, which);
        const QString word = error.isEmpty() ? u"–"_s : error == u"hangs" ? error : u"failed"_s;
        return word.rightJustified(width(which)) + QString(ratioWidth, u' ');
    }
    const Contender &ours = reference(m_results, contender);
    const QString compared =
        ours.id() == contender.id() ? QString() : ratio(shown, value(ours, which));
    return number(shown).rightJustified(width(which)) + u' '
        + compared.leftJustified(ratioWidth - 1);
}

} // namespace

void printTables(const Results &results)
{
    QTextStream out(stdout);
    for (const Work::Figure &figure : results.work().figures())
        Table(results, figure, out).print();
    for (const Contender &contender : results.contenders()) {
        for (int which = 0; which < results.work().cases().size(); ++which) {
            const QString error = results.error(contender, which);
            if (!error.isEmpty() && error != u"hangs") {
                out << "  " << contender.id() << ", " << results.work().cases()[which] << ": "
                    << error << '\n';
            }
        }
    }
}

} // namespace compare
