// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pendingrequests_p.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

#include <chrono>
#include <ctime>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using qipc::AnswerCallback;
using qipc::PendingRequests;
using qipc::RequestId;
using Code = IPCError::Code;
using Kind = PendingRequests::Kind;

class TestPendingRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void expireInTheOrderOfTheirTime();
    void expireOnceWhereThatIsKnownBeforehand();
    void expireWhereOthersWereAnswered();
    void expireAtNoCostOfThoseThatWait();

private:
    [[nodiscard]] AnswerCallback note(int name);

    QList<int> m_timedOut; // in order
};

AnswerCallback TestPendingRequests::note(int name)
{
    return [this, name](IPCResult<QVariant> &&answer) {
        if (answer.error().code() == Code::TimedOut)
            m_timedOut.append(name);
    };
}

void TestPendingRequests::expireInTheOrderOfTheirTime()
{
    m_timedOut.clear();
    PendingRequests pending;
    for (const int time : {90, 30, 120, 60}) // wide enough for valgrind
        pending.add(Kind::Request, RequestId::next(), std::chrono::milliseconds(time), note(time));
    pending.add(Kind::Request, RequestId::next(), 0ms, note(0));
    QTRY_COMPARE(m_timedOut, QList<int>({30, 60, 90, 120}));
    QCOMPARE(pending.count(Kind::Request), 1);
}

// Of two timers for one request either may be the earlier one, by their inaccuracy.
void TestPendingRequests::expireOnceWhereThatIsKnownBeforehand()
{
    m_timedOut.clear();
    PendingRequests pending;
    const auto id = RequestId::next();
    pending.add(Kind::Request, id, 20ms, note(1));
    pending.add(Kind::Request, RequestId::next(), 40ms, note(2));
    pending.expire(id);
    QCOMPARE(m_timedOut, QList<int>{1});
    pending.expire(id);
    QTRY_COMPARE(m_timedOut, (QList<int>{1, 2}));
}

void TestPendingRequests::expireWhereOthersWereAnswered()
{
    m_timedOut.clear();
    PendingRequests pending;
    for (int i = 0; i < 1000; ++i) {
        const auto id = RequestId::next();
        pending.add(Kind::Request, id, 10ms, note(i));
        if (i % 100 != 0)
            QVERIFY(pending.resolve(Kind::Request, id, QVariant(i)));
    }
    QTRY_COMPARE(m_timedOut.size(), 10);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(m_timedOut.at(i), i * 100);
    QCOMPARE(pending.count(Kind::Request), 0);
}

// A peer that answers nothing costs as much as the questions, not their square.
void TestPendingRequests::expireAtNoCostOfThoseThatWait()
{
    constexpr int count = 300;
    const auto costOfExpiring = [this](int waiting) {
        m_timedOut.clear();
        PendingRequests pending;
        for (int i = 0; i < waiting; ++i)
            pending.add(Kind::Request, RequestId::next(), 1h, note(-1));
        for (int i = 0; i < count; ++i)
            pending.add(Kind::Request, RequestId::next(), std::chrono::milliseconds(i), note(i));
        const std::clock_t begin = std::clock();
        const bool over =
            QTest::qWaitFor([this] { return m_timedOut.size() == count - 1; }, 60'000);
        return over ? std::clock() - begin : -1;
    };
    // What another program does to the caches may cost ten times as much as this, once.
    std::clock_t alone = 0;
    std::clock_t beside = 0;
    for (int attempt = 0; attempt < 3 && beside >= 10 * alone; ++attempt) {
        alone = costOfExpiring(0);
        beside = costOfExpiring(100'000);
        QVERIFY(alone > 0 && beside > 0);
    }
    QVERIFY2(beside < 10 * alone, qPrintable(u"%1 instead of %2"_s.arg(beside).arg(alone)));
}

QTEST_GUILESS_MAIN(TestPendingRequests)
#include "tst_pendingrequests.moc"
