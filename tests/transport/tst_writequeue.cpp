// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "unix/writequeue_p.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

#include <algorithm>

using qipc::WriteQueue;

class TestWriteQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrder_data();
    void keepsTheOrder();
    void putsSmallOnesTogether();
    void sharesLargeOnes();
    void givesAtMostWhatWasAskedFor();
    void keepsWhatItWasGiven();
    void givesBackItsMemory();
    void ignoresNothing();
};

namespace {

constexpr size_t all = 1000000;

// All of the array behind its first bytes.
void append(WriteQueue &queue, const QByteArray &bytes, qsizetype start)
{
    queue.append(bytes, start, bytes.size() - start);
}

QByteArray contents(const WriteQueue &queue, size_t most = all)
{
    QByteArray bytes;
    for (const iovec &piece : queue.front(most))
        bytes.append(static_cast<const char *>(piece.iov_base), qsizetype(piece.iov_len));
    return bytes;
}

QByteArray randomBytes(QRandomGenerator &random, int size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    std::generate(bytes.begin(), bytes.end(), [&random] { return char(random.bounded(256)); });
    return bytes;
}

} // namespace

void TestWriteQueue::keepsTheOrder_data()
{
    QTest::addColumn<quint32>("seed");
    QTest::addColumn<int>("largest");
    for (quint32 seed = 1; seed <= 4; ++seed) {
        QTest::addRow("small, seed %u", seed) << seed << 300;
        QTest::addRow("mixed, seed %u", seed) << seed << 50000;
    }
}

// Against a plain array that does the same.
void TestWriteQueue::keepsTheOrder()
{
    QFETCH(const quint32, seed);
    QFETCH(const int, largest);
    QRandomGenerator random(seed);
    WriteQueue queue;
    QByteArray expected;
    for (int step = 0; step < 400; ++step) {
        const int action = random.bounded(4);
        if (action < 2) {
            const bool small = random.bounded(3) > 0;
            const QByteArray bytes =
                randomBytes(random, random.bounded(small ? 100 : largest) + (action == 0 ? 0 : 1));
            const int start = action == 0 ? 0 : random.bounded(int(bytes.size()) + 1);
            if (action == 0)
                queue.append(QByteArrayView(bytes));
            else
                append(queue, bytes, start);
            expected += bytes.mid(start);
        } else if (!expected.isEmpty()) {
            const int most = random.bounded(5) == 0 ? int(expected.size())
                                                    : std::min(int(expected.size()), largest);
            const int count = random.bounded(most + 1);
            const QByteArray first = contents(queue, 2);
            QVERIFY(expected.startsWith(first));
            queue.consume(count);
            expected.remove(0, count);
        }
        QCOMPARE(queue.size(), qint64(expected.size()));
        QCOMPARE(queue.isEmpty(), expected.isEmpty());
        if (step % 10 == 0)
            QVERIFY(contents(queue) == expected);
    }
    QVERIFY(contents(queue) == expected);
    queue.consume(queue.size());
    QVERIFY(queue.isEmpty());
    QVERIFY(queue.front(all).empty());
}

void TestWriteQueue::putsSmallOnesTogether()
{
    WriteQueue queue;
    for (int i = 0; i < 1000; ++i) {
        queue.append(QByteArrayView("0123456789"));
        append(queue, "__0123456789", 2);
    }
    QCOMPARE(queue.size(), 20000);
    QCOMPARE(queue.front(all).size(), 1);

    // Also behind what has left in part.
    queue.consume(5);
    queue.append(QByteArrayView("more"));
    QCOMPARE(queue.front(all).size(), 1);
    QCOMPARE(queue.size(), 19999);

    for (int i = 0; i < 100; ++i)
        append(queue, QByteArray(10000, 'x'), 0);
    QVERIFY(queue.front(all).size() <= 20);
}

void TestWriteQueue::sharesLargeOnes()
{
    const QByteArray first(100000, 'a');
    const QByteArray second(100000, 'b');
    WriteQueue queue;
    queue.append(QByteArrayView("small"));
    append(queue, first, 0);
    append(queue, second, 10);
    queue.append(QByteArrayView("small"));
    const auto pieces = queue.front(all);
    QCOMPARE(pieces.size(), 4);
    QCOMPARE(pieces[1].iov_base, first.constData());
    QCOMPARE(pieces[2].iov_base, second.constData() + 10);
    QCOMPARE(pieces[2].iov_len, 99990);

    queue.consume(5 + 1000);
    QCOMPARE(queue.front(1).front().iov_base, first.constData() + 1000);
    QCOMPARE(queue.front(1).front().iov_len, 99000);
    queue.consume(99000);
    QVERIFY2(first.isDetached(), "what has left is still held");
}

void TestWriteQueue::givesAtMostWhatWasAskedFor()
{
    WriteQueue queue;
    QVERIFY(queue.front(3).empty());
    for (int i = 0; i < 10; ++i)
        append(queue, QByteArray(20000, char('a' + i)), 0);
    QVERIFY(queue.front(0).empty());
    QCOMPARE(queue.front(3).size(), 3);
    QCOMPARE(contents(queue, 1), QByteArray(20000, 'a'));
    QCOMPARE(queue.front(10).size(), 10);
    QCOMPARE(queue.front(11).size(), 10);
    queue.consume(20000 * 9);
    QCOMPARE(queue.front(3).size(), 1);
    QCOMPARE(contents(queue), QByteArray(20000, 'j'));
}

void TestWriteQueue::keepsWhatItWasGiven()
{
    for (const int size : {10, 100000}) {
        QByteArray bytes(size, 'a');
        WriteQueue queue;
        append(queue, bytes, 0);
        bytes.fill('b');
        bytes.append("c");
        QCOMPARE(contents(queue), QByteArray(size, 'a'));
        // Nor does what comes behind it change the caller's.
        QByteArray other(size, 'd');
        const QByteArray before = other;
        append(queue, other, 0);
        queue.append(QByteArrayView("e"));
        QCOMPARE(other, before);
    }
}

void TestWriteQueue::givesBackItsMemory()
{
    const QByteArray large(100000, 'a');
    WriteQueue queue;
    append(queue, large, 0);
    queue.append(QByteArrayView("small"));
    queue.clear();
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.size(), 0);
    QVERIFY(queue.front(all).empty());
    QVERIFY(large.isDetached());

    queue.append(QByteArrayView("again"));
    QCOMPARE(contents(queue), "again");
}

void TestWriteQueue::ignoresNothing()
{
    WriteQueue queue;
    queue.append(QByteArrayView());
    append(queue, QByteArray(), 0);
    append(queue, QByteArray("abc"), 3);
    QVERIFY(queue.isEmpty());
    QVERIFY(queue.front(all).empty());
    queue.consume(0);
    QVERIFY(queue.isEmpty());
}

QTEST_APPLESS_MAIN(TestWriteQueue)
#include "tst_writequeue.moc"
