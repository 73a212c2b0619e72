// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "turnclock_p.h"

#include <QtCore/QEventLoop>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <chrono>

using namespace std::chrono_literals;
using qipc::TurnClock;

class TestTurnClock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void standsStillWithinATurn();
    void movesFromTurnToTurn();
    void movesInANestedEventLoop();
    void movesInAThreadOfItsOwn();
    void isOneForEachThread();
};

namespace {

// Of turns that begin with a timer, each behind a wait.
std::vector<quint64> turnsOfTimers(const TurnClock &clock, int count)
{
    std::vector<quint64> turns;
    QEventLoop loop;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        turns.push_back(clock.turn());
        if (int(turns.size()) == count)
            loop.quit();
    });
    timer.start(1ms);
    loop.exec();
    return turns;
}

bool allDiffer(const std::vector<quint64> &turns)
{
    for (size_t i = 1; i < turns.size(); ++i) {
        if (turns[i] <= turns[i - 1])
            return false;
    }
    return true;
}

} // namespace

void TestTurnClock::standsStillWithinATurn()
{
    const auto clock = TurnClock::ofThisThread();
    const quint64 before = clock->turn();
    QVERIFY(before >= 1);
    int heard = 0;
    quint64 first = 0;
    const auto look = [&] {
        if (heard++ == 0)
            first = clock->turn();
        QCOMPARE(clock->turn(), first);
    };
    QMetaObject::invokeMethod(this, look, Qt::QueuedConnection);
    QMetaObject::invokeMethod(this, look, Qt::QueuedConnection);
    QCOMPARE(clock->turn(), before);
    QCoreApplication::processEvents();
    QCOMPARE(heard, 2);
}

void TestTurnClock::movesFromTurnToTurn()
{
    const auto clock = TurnClock::ofThisThread();
    QVERIFY(allDiffer(turnsOfTimers(*clock, 5)));
}

void TestTurnClock::movesInANestedEventLoop()
{
    const auto clock = TurnClock::ofThisThread();
    quint64 before = 0;
    quint64 after = 0;
    std::vector<quint64> inside;
    QTimer::singleShot(0, this, [&] {
        before = clock->turn();
        inside = turnsOfTimers(*clock, 3);
        after = clock->turn();
    });
    QTRY_VERIFY(after > 0);
    QVERIFY(allDiffer(inside));
    QVERIFY(inside.back() > before);
    QVERIFY(after >= inside.back());
}

void TestTurnClock::movesInAThreadOfItsOwn()
{
    std::vector<quint64> turns;
    const std::unique_ptr<QThread> thread(
        QThread::create([&turns] { turns = turnsOfTimers(*TurnClock::ofThisThread(), 3); }));
    thread->start();
    QVERIFY(thread->wait(5000));
    QCOMPARE(turns.size(), 3);
    QVERIFY(allDiffer(turns));
}

void TestTurnClock::isOneForEachThread()
{
    auto clock = TurnClock::ofThisThread();
    QCOMPARE(TurnClock::ofThisThread(), clock);
    bool isOther = false;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        const auto inside = TurnClock::ofThisThread();
        isOther = inside != clock && inside == TurnClock::ofThisThread();
    }));
    thread->start();
    QVERIFY(thread->wait(5000));
    QVERIFY(isOther);

    const std::weak_ptr<const TurnClock> weak = clock;
    clock.reset();
    QVERIFY(weak.expired());
    QVERIFY(TurnClock::ofThisThread()->turn() >= 1);
}

QTEST_GUILESS_MAIN(TestTurnClock)
#include "tst_turnclock.moc"
