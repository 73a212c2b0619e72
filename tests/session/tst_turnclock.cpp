// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "turnclock_p.h"

#include <QtCore/QEventLoop>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <utility>
#include <vector>

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

    void tellsTheEndOfATurnOnce();
    void tellsTheEndInANestedEventLoop();
    void tellsTheEndAlsoWhereNoLoopOfQtRunsAnyMore();
    void tellsNobodyWhoIsForgotten();
    void mayGoInsideWithItsLastClient();
    void isLongAfterAWhile();
    void isNotLongForAWaitBefore();
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

class Client final : public TurnClock::Client
{
public:
    explicit Client(std::function<void()> told = {})
        : m_told(std::move(told))
    {
    }

    int ends = 0;

private:
    void turnEnded() override
    {
        ++ends;
        if (m_told)
            m_told();
    }

    std::function<void()> m_told;
};

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
    std::promise<void> done; // what ThreadSanitizer sees, as it does not the end of a QThread
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        turns = turnsOfTimers(*TurnClock::ofThisThread(), 3);
        done.set_value();
    }));
    thread->start();
    QVERIFY(thread->wait(5000));
    done.get_future().wait();
    QCOMPARE(turns.size(), 3);
    QVERIFY(allDiffer(turns));
}

void TestTurnClock::isOneForEachThread()
{
    auto clock = TurnClock::ofThisThread();
    QCOMPARE(TurnClock::ofThisThread(), clock);
    bool isOther = false;
    std::promise<void> done;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        const auto inside = TurnClock::ofThisThread();
        isOther = inside != clock && inside == TurnClock::ofThisThread();
        done.set_value();
    }));
    thread->start();
    QVERIFY(thread->wait(5000));
    done.get_future().wait();
    QVERIFY(isOther);

    const std::weak_ptr<const TurnClock> weak = clock;
    clock.reset();
    QVERIFY(weak.expired());
    QVERIFY(TurnClock::ofThisThread()->turn() >= 1);
}

void TestTurnClock::tellsTheEndOfATurnOnce()
{
    const auto clock = TurnClock::ofThisThread();
    Client client;
    Client other;
    clock->tellAtEnd(&client);
    clock->tellAtEnd(&other);
    QCOMPARE(client.ends, 0);
    QTRY_COMPARE(client.ends, 1);
    QCOMPARE(other.ends, 1);
    static_cast<void>(turnsOfTimers(*clock, 3));
    QCOMPARE(client.ends, 1);
}

void TestTurnClock::tellsTheEndInANestedEventLoop()
{
    const auto clock = TurnClock::ofThisThread();
    Client client;
    int endsInside = -1;
    QTimer::singleShot(0, this, [&] {
        clock->tellAtEnd(&client);
        static_cast<void>(turnsOfTimers(*clock, 2));
        endsInside = client.ends;
    });
    QTRY_COMPARE(endsInside, 1);
}

// As where the program's own loop is that of another toolkit, which sends what Qt has posted.
void TestTurnClock::tellsTheEndAlsoWhereNoLoopOfQtRunsAnyMore()
{
    const auto clock = TurnClock::ofThisThread();
    static_cast<void>(turnsOfTimers(*clock, 3)); // in a loop of Qt's, which ends
    Client client;
    clock->tellAtEnd(&client);
    QCOMPARE(client.ends, 0);
    QCoreApplication::sendPostedEvents();
    QCOMPARE(client.ends, 1);
}

void TestTurnClock::tellsNobodyWhoIsForgotten()
{
    const auto clock = TurnClock::ofThisThread();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i)
        clients.push_back(std::make_unique<Client>([&] {
            // Whoever comes first takes the others with it.
            for (const auto &client : clients) {
                if (client->ends == 0)
                    clock->forget(client.get());
            }
        }));
    for (const auto &client : clients)
        clock->tellAtEnd(client.get());
    static_cast<void>(turnsOfTimers(*clock, 3));
    QCOMPARE(clients[0]->ends + clients[1]->ends + clients[2]->ends, 1);
}

void TestTurnClock::mayGoInsideWithItsLastClient()
{
    auto clock = TurnClock::ofThisThread();
    const std::weak_ptr<TurnClock> watched = clock;
    Client client([&clock] { clock.reset(); });
    clock->tellAtEnd(&client);
    QTRY_COMPARE(client.ends, 1);
    QVERIFY(watched.expired());
}

void TestTurnClock::isLongAfterAWhile()
{
    const auto clock = TurnClock::ofThisThread();
    bool atOnce = true;
    bool later = false;
    QTimer::singleShot(0, this, [&] {
        atOnce = clock->isLong();
        while (!clock->isLong()) { // without a way back to the loop
        }
        later = true;
    });
    QTRY_VERIFY(later);
    QVERIFY(!atOnce);
}

// The dispatcher waits inside a turn, and what comes then is its first work.
void TestTurnClock::isNotLongForAWaitBefore()
{
    const auto clock = TurnClock::ofThisThread();
    QList<bool> answers;
    QEventLoop loop;
    QTimer timer;
    connect(&timer, &QTimer::timeout, &loop, [&] {
        answers.append(clock->isLong());
        if (answers.size() == 3)
            loop.quit();
    });
    timer.start(20ms);
    loop.exec();
    QCOMPARE(answers, (QList<bool>{false, false, false}));
}

QTEST_GUILESS_MAIN(TestTurnClock)
#include "tst_turnclock.moc"
