// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "sendqueue_p.h"
#include "stream_p.h"

#include <QtCore/QEventLoop>
#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using qipc::SendQueue;
using Code = IPCError::Code;

namespace {

constexpr qsizetype KiB = 1024;

// Notes what it is told to send. The system behind it takes as much as there is room.
class FakeStream final : public qipc::Stream
{
public:
    [[nodiscard]] IPCCredentials credentials() const override { return {}; }
    [[nodiscard]] qint64 read(char *, qint64) override { return 0; }
    void write(QByteArrayView bytes) override { buffer.append(bytes); }
    void flush() override
    {
        ++flushes;
        if (take())
            Q_EMIT bytesWritten();
    }
    void send(const QByteArray &bytes, qsizetype start) override
    {
        sends.push_back(bytes.mid(start));
        data.push_back(bytes.constData() + start);
        buffer += sends.back();
        static_cast<void>(take());
    }
    [[nodiscard]] qint64 bytesToWrite() const override { return buffer.size(); }
    void setReading(bool) override { }
    void finishWriting() override { }
    void abort() override { }

    // The system can take so many more, and says so.
    void makeRoom(qsizetype bytes)
    {
        room += bytes;
        if (take())
            Q_EMIT bytesWritten();
    }

    [[nodiscard]] QByteArray allSent() const
    {
        QByteArray result;
        for (const QByteArray &bytes : sends)
            result += bytes;
        return result;
    }

    std::vector<QByteArray> sends;
    std::vector<const char *> data; // of the sends
    QByteArray buffer;
    QByteArray taken;
    qsizetype room = std::numeric_limits<int>::max();
    int flushes = 0;

private:
    bool take()
    {
        const qsizetype count = std::min(room, buffer.size());
        taken += buffer.first(count);
        buffer.remove(0, count);
        room -= count;
        return count > 0;
    }
};

using Sends = std::vector<QByteArray>;

} // namespace

class TestSendQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void sendsTheFirstOfATurnAtOnce();
    void gathersTheRestOfATurn();
    void sendsBeforeTooMuchHasGathered();
    void sendsALargeOneAtOnce();
    void sendsSharedPartsBehindWhatCameBefore();
    void leavesOutWhatIsBeforeTheStart();
    void gathersABatch();
    void gathersABatchInBatches();
    void sendsWhereABatchRunsAnEventLoop();
    void passesOnOneAloneUncopied();
    void flushesWhatIsGathered();

    void sendsInLaterTurns_data();
    void sendsInLaterTurns();
    void sendsWhileTheLoopNeverWaits();

    void tellsLaterInOrderAndOnce();
    void tellsWhenTheBytesHaveLeft();
    void tellsNothingInsideFlush();
    void tellsAlsoWhereTheFlushWasTheLast();
    void nothingBehindALostOneHasLeft();
    void failsWhatHasNotLeft();
    void tellsOfNoSuccessBehindTheEndOfTheStream();
    void failsWhatIsLeftWhenDestroyed();
    void mayBeDestroyedInsideACallback_data();
    void mayBeDestroyedInsideACallback();
    void mayBeUsedInsideACallback();

    void holdsUpToTheLimit();
    void countsWhatHasNotLeft();

private:
    [[nodiscard]] qipc::SentCallback note(const QString &name);

    std::unique_ptr<FakeStream> m_stream;
    std::unique_ptr<SendQueue> m_queue;
    QStringList m_told; // in order, with an asterisk where it failed
};

void TestSendQueue::init()
{
    m_stream = std::make_unique<FakeStream>();
    m_queue = std::make_unique<SendQueue>(m_stream.get(), 1000);
    m_told.clear();
}

void TestSendQueue::cleanup()
{
    m_queue.reset();
    m_stream.reset();
}

qipc::SentCallback TestSendQueue::note(const QString &name)
{
    return [this, name](const IPCResult<void> &result) {
        m_told += result ? name : QString(name + u'*');
    };
}

void TestSendQueue::sendsTheFirstOfATurnAtOnce()
{
    m_queue->append("first");
    QCOMPARE(m_stream->sends, Sends{"first"});
    QCOMPARE(m_stream->taken, "first");
}

void TestSendQueue::gathersTheRestOfATurn()
{
    m_queue->append("first ");
    for (int i = 0; i < 100; ++i)
        m_queue->append(QByteArray::number(i) + ' ');
    QCOMPARE(m_stream->sends.size(), 1);
    QTRY_COMPARE(m_stream->sends.size(), 2);
    QVERIFY(m_stream->sends[1].startsWith("0 1 2 3 "));
    QVERIFY(m_stream->sends[1].endsWith(" 98 99 "));
    QCoreApplication::processEvents();
    QCOMPARE(m_stream->sends.size(), 2);
}

void TestSendQueue::sendsBeforeTooMuchHasGathered()
{
    QByteArray expected;
    for (int i = 0; i < 200; ++i) {
        const QByteArray frame(KiB, char('a' + i % 26));
        expected += frame;
        m_queue->append(frame);
        QVERIFY(m_queue->queuedBytes() < 64 * KiB);
    }
    QCOMPARE(m_stream->sends.size(), 1 + 3); // the first, and three times 64 KiB
    QCOMPARE(m_stream->sends[1].size(), 64 * KiB);
    QTRY_COMPARE(m_stream->taken.size(), expected.size());
    QVERIFY(m_stream->taken == expected);
}

void TestSendQueue::sendsALargeOneAtOnce()
{
    const QByteArray large(64 * KiB, 'x');
    m_queue->append("first");
    m_queue->append("second");
    m_queue->append(large);
    QCOMPARE(m_stream->sends, (Sends{"first", "second", large}));
    QCOMPARE(m_stream->data.back(), large.constData());
    m_queue->append("last");
    QCOMPARE(m_stream->sends.size(), 3);
    QTRY_COMPARE(m_stream->sends.size(), 4);
    QCOMPARE(m_stream->sends.back(), "last");
}

void TestSendQueue::sendsSharedPartsBehindWhatCameBefore()
{
    m_queue->append("first");
    m_queue->append("second");
    const QByteArray large(64 * KiB, 'x');
    QByteArray storage = qipc::frameStorage() + "head" + "tail";
    const qipc::Frame frame = qipc::sealFrame(storage, {{storage.size() - 4, large}});
    QStringList told;
    m_queue->append(frame, [&told](const IPCResult<void> &sent) {
        told.append(sent ? u"sent"_s : sent.error().message());
    });
    const QByteArray expected = frame.joined().bytes().toByteArray();
    QCOMPARE(m_stream->sends, (Sends{"first", "second"}));
    QCOMPARE(m_stream->flushes, 1);
    QCOMPARE(m_queue->queuedBytes(), 0);
    QVERIFY(m_stream->taken.endsWith(expected));
    QVERIFY(told.isEmpty()); // not inside
    QTRY_COMPARE(told, QStringList{u"sent"_s});
}

void TestSendQueue::leavesOutWhatIsBeforeTheStart()
{
    for (const char *frame : {"__a", "__b", "__c", "__d"})
        m_queue->append(frame, 2);
    QCOMPARE(m_queue->queuedBytes(), 3);
    QTRY_COMPARE(m_stream->sends, (Sends{"a", "bcd"}));

    // Nor does it count to what has gathered.
    m_queue->beginBatch();
    m_queue->append(QByteArray(100 * KiB, '_') + "e", 100 * KiB);
    m_queue->append("f");
    QCOMPARE(m_stream->sends.size(), 2);
    QCOMPARE(m_queue->queuedBytes(), 2);
    m_queue->endBatch();
    QCOMPARE(m_stream->sends.back(), "ef");
}

void TestSendQueue::gathersABatch()
{
    m_queue->beginBatch();
    for (const char *frame : {"a", "b", "c"})
        m_queue->append(frame, 0, note(QString::fromLatin1(frame)));
    QVERIFY(m_stream->sends.empty());
    m_queue->endBatch();
    QCOMPARE(m_stream->sends, Sends{"abc"});
    QVERIFY(m_told.isEmpty());
    QTRY_COMPARE(m_told, (QStringList{u"a"_s, u"b"_s, u"c"_s}));
}

void TestSendQueue::gathersABatchInBatches()
{
    m_queue->beginBatch();
    m_queue->append("a");
    m_queue->beginBatch();
    m_queue->append("b");
    m_queue->endBatch();
    QVERIFY(m_stream->sends.empty());
    m_queue->append("c");
    m_queue->endBatch();
    QCOMPARE(m_stream->sends, Sends{"abc"});
    m_queue->beginBatch();
    m_queue->endBatch();
    QCOMPARE(m_stream->sends.size(), 1);
}

// A slot may wait in it for the answer to what it has asked.
void TestSendQueue::sendsWhereABatchRunsAnEventLoop()
{
    m_queue->beginBatch();
    m_queue->append("question");
    QTRY_COMPARE(m_stream->taken, "question");
    m_queue->append("another");
    m_queue->beginBatch();
    m_queue->append(" one");
    m_queue->endBatch();
    QTRY_COMPARE(m_stream->taken, "questionanother one");
    m_queue->endBatch();
    QCOMPARE(m_stream->sends.size(), 2);
}

void TestSendQueue::passesOnOneAloneUncopied()
{
    const QByteArray frame("__alone");
    m_queue->beginBatch();
    m_queue->append(frame, 2);
    m_queue->endBatch();
    QCOMPARE(m_stream->sends, Sends{"alone"});
    QCOMPARE(m_stream->data.front(), frame.constData() + 2);
}

void TestSendQueue::flushesWhatIsGathered()
{
    m_queue->append("a");
    m_queue->append("b");
    m_queue->flush();
    QCOMPARE(m_stream->sends, (Sends{"a", "b"}));
    QCOMPARE(m_stream->flushes, 1);
    QCOMPARE(m_queue->queuedBytes(), 0);
}

void TestSendQueue::sendsInLaterTurns_data()
{
    QTest::addColumn<QString>("by");
    for (const char *by : {"timer", "posted event", "nested loop"})
        QTest::newRow(by) << QString::fromLatin1(by);
}

// Each frame leaves before the turn behind its own is over, behind all frames before it.
void TestSendQueue::sendsInLaterTurns()
{
    QFETCH(const QString, by);
    QByteArray expected;
    int turns = 0;
    const auto appendSome = [&] {
        QVERIFY2(m_stream->taken.size() >= expected.size() - 6, "a frame waits for two turns");
        for (int i = 0; i < 3; ++i) {
            const QByteArray frame = QByteArray::number(10 + turns);
            expected += frame;
            m_queue->append(frame);
        }
        ++turns;
    };
    QTimer timer;
    std::function<void()> again = [&] {
        appendSome();
        if (turns < 10)
            QMetaObject::invokeMethod(&timer, again, Qt::QueuedConnection);
    };
    if (by == u"timer") {
        connect(&timer, &QTimer::timeout, this, appendSome);
        timer.start(0);
    } else if (by == u"posted event") {
        again();
    } else {
        appendSome();
        QTimer::singleShot(0, this, [&] {
            appendSome();
            QEventLoop loop;
            connect(&timer, &QTimer::timeout, &loop, [&] {
                appendSome();
                if (turns >= 10)
                    loop.quit();
            });
            timer.start(1ms);
            loop.exec();
            timer.stop();
            appendSome();
        });
    }
    QTRY_VERIFY(turns >= 10);
    timer.stop();
    QTRY_COMPARE(m_stream->taken, expected);
    QCOMPARE(m_queue->queuedBytes(), 0);
}

// It need not tell of its turns then.
void TestSendQueue::sendsWhileTheLoopNeverWaits()
{
    QByteArray expected;
    for (int i = 10; i < 60; ++i) {
        for (int j = 0; j < 3; ++j) {
            m_queue->append(QByteArray::number(i), 0, note(QString::number(i)));
            expected += QByteArray::number(i);
        }
        QCoreApplication::processEvents();
        QCOMPARE(m_stream->taken, expected);
        QCOMPARE(m_told.size(), 3 * (i - 9));
    }
}

void TestSendQueue::tellsLaterInOrderAndOnce()
{
    m_queue->append("first", 0, note(u"first"_s));
    m_queue->append("silent");
    m_queue->append("second", 0, note(u"second"_s));
    m_queue->append(QByteArray(64 * KiB, 'x'), 0, note(u"large"_s));
    m_queue->append("last", 0, note(u"last"_s));
    QVERIFY(m_told.isEmpty());
    const QStringList all = {u"first"_s, u"second"_s, u"large"_s, u"last"_s};
    QTRY_COMPARE(m_told, all);
    m_queue->failAll({Code::ConnectionLost, u"gone"_s});
    m_queue.reset();
    QCOMPARE(m_told, all);
}

void TestSendQueue::tellsWhenTheBytesHaveLeft()
{
    m_stream->room = 3;
    m_queue->append("aaaa", 0, note(u"a"_s));
    m_queue->append("bb", 0, note(u"b"_s));
    m_queue->append("cc", 0, note(u"c"_s));
    QTRY_COMPARE(m_stream->sends.size(), 2);
    QVERIFY(m_told.isEmpty());
    m_stream->makeRoom(1);
    QCOMPARE(m_told, QStringList{u"a"_s});
    m_stream->makeRoom(1);
    QCOMPARE(m_told, QStringList{u"a"_s});
    m_stream->makeRoom(2);
    QCOMPARE(m_told, (QStringList{u"a"_s, u"b"_s}));
    m_stream->makeRoom(2);
    QCOMPARE(m_told, (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    QCOMPARE(m_stream->taken, "aaaabbcc");
}

void TestSendQueue::tellsNothingInsideFlush()
{
    m_stream->room = 0;
    m_queue->append("a", 0, note(u"a"_s));
    m_stream->room = 100;
    m_queue->flush();
    QCOMPARE(m_stream->taken, "a");
    QVERIFY(m_told.isEmpty());
    QTRY_COMPARE(m_told, QStringList{u"a"_s});
}

void TestSendQueue::tellsAlsoWhereTheFlushWasTheLast()
{
    m_stream->room = 0;
    m_queue->append("a", 0, note(u"a"_s));
    QTRY_VERIFY(!m_stream->buffer.isEmpty());
    QCoreApplication::sendPostedEvents(); // it has looked whether that has left
    m_stream->room = 100;
    m_queue->flush();
    QTRY_COMPARE(m_told, QStringList{u"a"_s});
}

void TestSendQueue::nothingBehindALostOneHasLeft()
{
    m_queue->append("a", 0, note(u"a"_s));
    m_queue->appendLost(note(u"b"_s));
    m_queue->append("c", 0, note(u"c"_s));
    QTRY_COMPARE(m_stream->taken, "ac");
    QTRY_COMPARE(m_told, QStringList{u"a"_s});
    QCoreApplication::sendPostedEvents();
    m_queue->failAll({Code::ConnectionLost, u"over"_s});
    QCOMPARE(m_told, QStringList({u"a"_s, u"b*"_s, u"c*"_s}));
}

void TestSendQueue::failsWhatHasNotLeft()
{
    m_stream->room = 2;
    m_queue->append("a", 0, note(u"a"_s));
    QTRY_COMPARE(m_told, QStringList{u"a"_s});
    m_queue->append("bb", 0, note(u"b"_s));
    m_queue->append("c", 0, note(u"c"_s));
    m_queue->failAll({Code::ConnectionLost, u"gone"_s});
    const QStringList all = {u"a"_s, u"b*"_s, u"c*"_s};
    QCOMPARE(m_told, all);
    m_stream->makeRoom(100);
    QCoreApplication::processEvents();
    QCOMPARE(m_told, all);
}

void TestSendQueue::tellsOfNoSuccessBehindTheEndOfTheStream()
{
    m_stream->room = 0;
    QStringList told;
    m_queue->append("lost", 0, [&told](const IPCResult<void> &sent) {
        told.append(sent ? u"sent"_s : u"failed"_s);
    });
    m_stream->buffer.clear();
    Q_EMIT m_stream->ended({});
    QCoreApplication::processEvents();
    QVERIFY(told.isEmpty());
    m_queue->failAll({IPCError::Code::ConnectionLost, u"lost"_s});
    QCOMPARE(told, QStringList{u"failed"_s});
}

void TestSendQueue::failsWhatIsLeftWhenDestroyed()
{
    m_stream->room = 0;
    Code code{};
    m_queue->append("a", 0, note(u"a"_s));
    m_queue->append("b", 0,
                    [&code](const IPCResult<void> &result) { code = result.error().code(); });
    m_queue.reset();
    QCOMPARE(m_told, QStringList{u"a*"_s});
    QCOMPARE(code, Code::ConnectionLost);
    m_stream->makeRoom(1);
}

void TestSendQueue::mayBeDestroyedInsideACallback_data()
{
    QTest::addColumn<QString>("by");
    for (const char *by : {"turn's end", "bytesWritten", "failAll"})
        QTest::newRow(by) << QString::fromLatin1(by);
}

void TestSendQueue::mayBeDestroyedInsideACallback()
{
    QFETCH(const QString, by);
    const bool atOnce = by == u"turn's end";
    m_stream->room = atOnce ? 100 : 0;
    m_queue->append("a", 0, [this](const IPCResult<void> &) {
        m_queue.reset();
        m_told += u"destroyed"_s;
    });
    m_queue->append("b", 0, note(u"b"_s));
    const QPointer<SendQueue> queue = m_queue.get();
    if (by == u"bytesWritten")
        m_stream->makeRoom(1);
    else if (by == u"failAll")
        m_queue->failAll({Code::ConnectionLost, u"gone"_s});
    QTRY_VERIFY(!queue);
    QCOMPARE(m_told.size(), 2);
    QVERIFY(m_told.contains(u"b*"_s));
    QCoreApplication::processEvents();
    QCOMPARE(m_told.size(), 2);
}

void TestSendQueue::mayBeUsedInsideACallback()
{
    m_queue->append("a", 0, [this](const IPCResult<void> &) {
        m_told += u"a"_s;
        m_queue->append("c", 0, note(u"c"_s));
        m_queue->append("d", 0, note(u"d"_s));
        QCOMPARE(m_told, QStringList{u"a"_s});
        QTRY_COMPARE(m_told.size(), 4);
    });
    m_queue->append("b", 0, note(u"b"_s));
    QTRY_COMPARE(m_told, (QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s}));
    QCOMPARE(m_stream->taken, "abcd");
}

void TestSendQueue::holdsUpToTheLimit()
{
    m_stream->room = 0;
    QVERIFY(!m_queue->check(100 * KiB)); // it is empty
    m_queue->append(QByteArray(600, 'a'));
    QVERIFY(!m_queue->check(400));
    const IPCError full = m_queue->check(401);
    QCOMPARE(full.code(), Code::QueueFull);
    QCOMPARE(full.limit(), u"queuedBytes"_s);
    m_queue->append(QByteArray(400, 'b')); // which is gathered
    QCOMPARE(m_queue->check(1).code(), Code::QueueFull);
    m_stream->makeRoom(500);
    QVERIFY(!m_queue->check(500));
    QVERIFY(m_queue->check(501));

    m_stream->makeRoom(100 * KiB);
    m_queue->flush();
    QVERIFY(!m_queue->check(100 * KiB));
    m_stream->room = 0;
    m_queue->append(QByteArray(5000, 'c')); // above the limit
    QVERIFY(m_queue->check(1));
}

void TestSendQueue::countsWhatHasNotLeft()
{
    m_stream->room = 4;
    QCOMPARE(m_queue->queuedBytes(), 0);
    m_queue->append("__abcdef", 2);
    QCOMPARE(m_queue->queuedBytes(), 2);
    m_queue->append("__gh", 2);
    QCOMPARE(m_queue->queuedBytes(), 4);
    m_queue->append("i");
    QCOMPARE(m_queue->queuedBytes(), 5);
    m_stream->makeRoom(1);
    QCOMPARE(m_queue->queuedBytes(), 4);
    QTRY_COMPARE(m_stream->sends.size(), 2);
    QCOMPARE(m_queue->queuedBytes(), 4);
    m_queue->append(QByteArray(64 * KiB, 'x'));
    QCOMPARE(m_queue->queuedBytes(), 4 + 64 * KiB);
    m_stream->makeRoom(4 + 64 * KiB);
    QCOMPARE(m_queue->queuedBytes(), 0);
    QVERIFY(m_stream->taken == m_stream->allSent());
}

QTEST_GUILESS_MAIN(TestSendQueue)
#include "tst_sendqueue.moc"
