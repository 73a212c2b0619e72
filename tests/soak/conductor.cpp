// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "conductor.h"

#include "../faults/sanitized.h"

#include <QtTest/QTest>

#include <algorithm>
#include <cstdio>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr int guestProcesses = 3;
constexpr auto betweenProgress = 10s;
constexpr auto longestLifeOfVictim = 1500ms;
constexpr int mostComplaints = 20; // that are printed

// What the heap may have grown by from one rest to the next: tables that keep the size they once
// had (connections by id and by address, timers, descriptors), holes too small to be given back,
// and 64 KiB at once that a warm-up does not always need. That does not grow with time, so that a
// soak of minutes finds a leak of a few bytes for each connection.
constexpr qint64 heapSlack = 128 * 1024;
// And what stays resident: the holes that the allocator cannot give back, besides.
constexpr qint64 residentSlack = 4 * 1024 * 1024;

void say(const QString &line)
{
    printf("%s\n", qPrintable(line));
    fflush(stdout);
}

QString inTime(qint64 ms)
{
    return u"%1:%2"_s.arg(ms / 60'000).arg(ms / 1000 % 60, 2, 10, QChar(u'0'));
}

QString inKiB(const QJsonValue &bytes)
{
    return u"%1 KiB"_s.arg(bytes.toInteger() / 1024);
}

} // namespace

Conductor::Conductor(uint seed)
    : m_dice(seed)
    , m_audit([this](const QString &what) { complain(what); })
{
    connect(&m_progress, &QTimer::timeout, this, &Conductor::tellProgress);
    m_killing.setSingleShot(true);
    connect(&m_killing, &QTimer::timeout, this, &Conductor::killSometimes);
}

bool Conductor::run(seconds time)
{
    m_time = time;
    m_clock.start();
    m_progress.start(betweenProgress);
    const milliseconds warmUp = std::max<milliseconds>(time / 10, 1s);
    if (startAll()) {
        talkFor(warmUp);
        const bool isWarm = restAll();
        m_before = m_after;
        talkFor(milliseconds(time) - warmUp);
        if (restAll() && isWarm)
            compareRests();
        quitAll();
        m_audit.finish();
        tellSummary();
    }
    return m_complaints == 0;
}

bool Conductor::startAll()
{
    m_house.reset(start(u"house"_s));
    if (!m_house->isThere())
        return false;
    for (int i = 0; i < guestProcesses; ++i)
        m_workers.emplace_back(start(u"guests"_s, {u"p%1"_s.arg(i)}));
    m_workers.emplace_back(start(u"vandals"_s));
    return std::all_of(m_workers.begin(), m_workers.end(),
                       [](const auto &worker) { return worker->isThere(); });
}

Worker *Conductor::start(const QString &role, const QStringList &arguments)
{
    const QString seed = QString::number(m_dice.below(std::numeric_limits<int>::max()));
    auto *const worker =
        new Worker(role, QStringList{m_folder.filePath(u"s"_s), seed} + arguments, nullptr);
    connect(worker, &Worker::lifeTold, this,
            [this](const QJsonObject &life) { m_audit.add(life); });
    connect(worker, &Worker::complained, this, &Conductor::complain);
    return worker;
}

void Conductor::talkFor(milliseconds time)
{
    m_house->order("go");
    for (const auto &worker : m_workers)
        worker->order("go");
    m_killing.start(0);
    (void)QTest::qWaitFor([this] { return m_complaints > 0; }, int(time.count()));
    m_killing.stop();
    killVictim();
}

// The house is the last: it rests when all have gone.
bool Conductor::restAll()
{
    for (const auto &worker : m_workers)
        worker->order("rest");
    std::vector<QJsonObject> rests;
    bool allRested = true;
    for (const auto &worker : m_workers) {
        allRested = worker->hasRested() && allRested;
        rests.push_back(worker->rested());
    }
    m_house->order("rest");
    allRested = m_house->hasRested() && allRested;
    rests.insert(rests.begin(), m_house->rested());
    m_after = rests;
    if (!allRested)
        complain(u"not all came to rest"_s);
    return allRested;
}

void Conductor::killSometimes()
{
    killVictim();
    const QString name = u"k%1"_s.arg(m_killed.size());
    m_killed.insert(name);
    m_victim.reset(start(u"guests"_s, {name}));
    m_victim->order("go");
    m_killing.start(m_dice.upTo(longestLifeOfVictim));
}

void Conductor::killVictim()
{
    if (!m_victim)
        return;
    m_victim->killAtOnce();
    const QJsonObject counts = m_victim->counts();
    for (auto it = counts.begin(); it != counts.end(); ++it)
        m_countsOfKilled[it.key()] += it->toInteger();
    m_victim.reset();
}

void Conductor::tellProgress()
{
    qint64 visits = 0;
    const QJsonObject counts = m_workers.back()->counts();
    for (auto it = counts.begin(); it != counts.end(); ++it) {
        if (it.key().startsWith(u"hostile: "_s))
            visits += it->toInteger();
    }
    say(u"%1 of %2: %3 connections, %4 messages, %5 answers, %6 hostile visits, %7 kills"_s
            .arg(inTime(m_clock.elapsed()), inTime(duration_cast<milliseconds>(m_time).count()))
            .arg(counted(u"connections"_s))
            .arg(counted(u"messages received"_s))
            .arg(counted(u"answered"_s))
            .arg(visits)
            .arg(m_killed.size()));
}

qint64 Conductor::counted(const QString &what) const
{
    qint64 sum = m_countsOfKilled.value(what) + m_house->counts()[what].toInteger();
    for (const auto &worker : m_workers)
        sum += worker->counts()[what].toInteger();
    return sum;
}

void Conductor::compareRests()
{
    for (size_t i = 0; i < m_before.size(); ++i) {
        const QString who = i == 0 ? u"the house"_s : u"process %1"_s.arg(i);
        const QJsonObject &before = m_before[i];
        const QJsonObject &after = m_after[i];
        say(u"%1: descriptors %2, then %3; heap %4, then %5; resident %6, then %7"_s.arg(who)
                .arg(before["descriptors"_L1].toInt())
                .arg(after["descriptors"_L1].toInt())
                .arg(inKiB(before["heap"_L1]), inKiB(after["heap"_L1]),
                     inKiB(before["resident"_L1]), inKiB(after["resident"_L1])));
        if (before["descriptors"_L1] != after["descriptors"_L1])
            complain(who + u" has other descriptors than before"_s);
        if (!isSanitized) // whose leaks its sanitizer tells at its end
            checkMemory(who, before, after);
    }
}

void Conductor::checkMemory(const QString &who, const QJsonObject &before, const QJsonObject &after)
{
    const auto growth = [&](QLatin1StringView what) {
        return after[what].toInteger() - before[what].toInteger();
    };
    if (growth("heap"_L1) > heapSlack)
        complain(u"the heap of %1 has grown by %2 bytes"_s.arg(who).arg(growth("heap"_L1)));
    if (growth("resident"_L1) > residentSlack)
        complain(u"%1 has %2 bytes more resident"_s.arg(who).arg(growth("resident"_L1)));
}

void Conductor::quitAll()
{
    for (const auto &worker : m_workers) {
        if (!worker->quits())
            complain(u"a process did not end well"_s);
    }
    if (!m_house->quits())
        complain(u"the house did not end well"_s);
}

void Conductor::tellSummary()
{
    QMap<QString, qint64> sums;
    const auto add = [&sums](const QJsonObject &counts) {
        for (auto it = counts.begin(); it != counts.end(); ++it)
            sums[it.key()] += it->toInteger();
    };
    for (auto it = m_countsOfKilled.cbegin(); it != m_countsOfKilled.cend(); ++it)
        sums[it.key()] += it.value();
    add(m_house->counts());
    for (const auto &worker : m_workers)
        add(worker->counts());
    for (auto it = sums.cbegin(); it != sums.cend(); ++it)
        say(u"%1 %2"_s.arg(it.value(), 10).arg(it.key()));
    say(u"%1 kill -9 of a process full of guests"_s.arg(m_killed.size(), 10));
    say(u"%1 connections looked at from both ends, %2 from one"_s.arg(m_audit.compared(), 10)
            .arg(m_audit.oneSided()));
}

void Conductor::complain(const QString &what)
{
    if (++m_complaints <= mostComplaints)
        say(u"WRONG: "_s + what);
}
