// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_WORK_H
#define COMPARE_WORK_H

#include "contender.h"

#include <QtCore/QStringList>

#include <map>

namespace compare {

//! How long and how often to measure.
struct Effort
{
    bool quick = false;
    int rounds = 7;
    std::chrono::milliseconds budget{200}; //!< Of one measurement.
};

//! The pairs that measurements share: started once, and asleep between them.
class Pairs
{
public:
    Pair &of(const Contender &contender, Placement placement);
    //! Ends the pair; the next one is new. For one that hangs.
    void drop(const Contender &contender) { m_pairs.erase(contender.id()); }

private:
    std::map<QString, std::unique_ptr<Pair>> m_pairs;
};

/*!
 * Something that contenders are made to do. It has cases, the columns of its tables, and for each
 * figure that a case gives a table.
 */
class Work
{
public:
    //! One figure of the measurement.
    struct Figure
    {
        QString key; //!< By which measure() gives it.
        QString title; //!< With the unit.
        double unit = 1; //!< What the figure is divided by to be printed.
        QStringList cases = {}; //!< Those that it is shown for; all where empty.
    };

    Work() = default;
    virtual ~Work() = default;
    Work(const Work &) = delete;
    Work &operator=(const Work &) = delete;

    //! By which it is chosen.
    [[nodiscard]] virtual QString name() const = 0;
    [[nodiscard]] virtual QList<Figure> figures() const = 0;
    [[nodiscard]] virtual QStringList cases() const = 0;

    //! Those of \a all that do it, or others in their place; the first is what the others are
    //! compared to.
    [[nodiscard]] virtual std::vector<Contender>
    contenders(const std::vector<Contender> &all) const;
    [[nodiscard]] virtual bool suits(const Contender &contender, int which) const;
    [[nodiscard]] virtual int rounds(const Effort &effort) const { return effort.rounds; }

    //! Before a round in which \a contenders measure() the case number \a which, one after another.
    virtual void prepare(const std::vector<Contender> &contenders, int which);
    //! Measures once.
    virtual Answer measure(const Contender &contender, int which, Pairs &pairs,
                           const Effort &effort) = 0;
};

//! All there is, in the order of the tables. \a codecs is the program of the encodings alone.
std::vector<std::unique_ptr<Work>> allWorks(const QString &codecs);

std::unique_ptr<Work> roundTrip(Placement placement);
std::unique_ptr<Work> inFlight(Placement placement);
std::unique_ptr<Work> oneWay();
std::unique_ptr<Work> broadcast();
std::unique_ptr<Work> connecting();
std::unique_ptr<Work> idleConnections();
std::unique_ptr<Work> memory();
std::unique_ptr<Work> wakeUps();
std::unique_ptr<Work> flood();
std::unique_ptr<Work> codecsJson(const QString &program);
std::unique_ptr<Work> codecsMessagePack(const QString &program);

} // namespace compare

#endif
