// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <algorithm>

// What is asked of a peer does not outlive the connection: it fails when that ends, not at its
// timeout.

namespace {

constexpr auto promised = 50ms;

//! Calls that the other side of \a pair never answers, for it does not read.
class Unanswered
{
public:
    explicit Unanswered(Pair &pair)
        : m_client(pair.client)
    {
        m_client.setRequestTimeout(0ms);
        pair.connection()->pause();
        // As much as no socket takes, so that even what is sent is still to be sent.
        expect(m_client.send(QByteArray(8'000'000, 'x')));
        expect(m_client.request(1));
        expect(m_client.ping());
        expect(m_client.subscribe(u"t"_s));
        expect(m_client.request(2));
        m_clock.start();
    }

    [[nodiscard]] int pending() const { return m_pending; }
    [[nodiscard]] const QList<Code> &codes() const { return m_codes; }

    void startClock() { m_clock.start(); }
    //! From startClock() to when the last of them failed.
    [[nodiscard]] std::chrono::nanoseconds time() const { return m_time; }

private:
    template <typename T>
    void expect(const QFuture<IPCResult<T>> &future)
    {
        ++m_pending;
        auto told = future;
        told.then(&m_client, [this](const IPCResult<T> &result) {
            m_codes.append(result.error().code());
            m_time = std::chrono::nanoseconds(m_clock.nsecsElapsed());
            --m_pending;
        });
    }

    IPCClient &m_client;
    QList<Code> m_codes;
    QElapsedTimer m_clock;
    std::chrono::nanoseconds m_time{};
    int m_pending = 0;
};

using End = std::function<void(Pair &)>;

} // namespace

Q_DECLARE_METATYPE(End)

class tst_Pending : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void failsWithTheConnection_data();
    void failsWithTheConnection();
};

void tst_Pending::failsWithTheConnection_data()
{
    QTest::addColumn<End>("end");
    QTest::addColumn<Code>("code");
    QTest::addColumn<bool>("paused");
    const auto row = [](const char *name, Code code, const End &end) {
        for (const bool paused : {false, true})
            QTest::addRow("%s%s", name, paused ? ", paused" : "") << end << code << paused;
    };
    row("the peer aborts", Code::ConnectionLost, [](Pair &pair) { pair.connection()->abort(); });
    row("the peer is deleted", Code::Closed, [](Pair &pair) { delete pair.connection(); });
    row("abort", Code::Aborted, [](Pair &pair) { pair.client.abort(); });
}

void tst_Pending::failsWithTheConnection()
{
    QFETCH(const End, end);
    QFETCH(const Code, code);
    QFETCH(const bool, paused);
    std::vector<std::chrono::nanoseconds> times;
    for (int i = 0; i < 5; ++i) {
        Pair pair;
        QVERIFY(pair.connect());
        if (paused)
            pair.client.pause();
        for (int message = 0; message < 100; ++message) // which a paused client does not read
            QVERIFY(pair.connection()->post(QByteArray(1'000, 'x')));
        Unanswered calls(pair);
        QCoreApplication::processEvents();
        QCOMPARE(calls.pending(), 5);
        calls.startClock();
        end(pair);
        QTRY_COMPARE(calls.pending(), 0);
        for (const Code told : calls.codes())
            QCOMPARE(told, code);
        times.push_back(calls.time());
    }
    std::nth_element(times.begin(), times.begin() + 2, times.end());
    QVERIFY2(times[2] < promised, qPrintable(QString::number(times[2].count()) + u" ns"));
}

QTEST_GUILESS_MAIN(tst_Pending)

#include "tst_pending.moc"
