// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "frame_p.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using qipc::Frame;
using qipc::FrameReader;
using Status = FrameReader::Status;

namespace {

constexpr qsizetype limit = 4 * 1024 * 1024;

Frame makeFrame(const QByteArray &payload)
{
    QByteArray storage = qipc::frameStorage();
    storage.append(payload);
    return qipc::sealFrame(std::move(storage));
}

QByteArray stream(const QList<QByteArray> &payloads)
{
    QByteArray bytes;
    for (const QByteArray &payload : payloads)
        bytes.append(makeFrame(payload).bytes());
    return bytes;
}

// Feeds bytes until there is a frame, and no more than its reader takes.
Status feed(FrameReader &reader, QByteArrayView bytes, QByteArrayView &payload)
{
    for (;;) {
        const Status status = reader.next(payload);
        if (status != Status::Incomplete || bytes.isEmpty())
            return status;
        const auto space = reader.space();
        const auto size = std::min(space.size, bytes.size());
        std::copy_n(bytes.cbegin(), size, space.data);
        reader.commit(size);
        bytes = bytes.sliced(size);
    }
}

// Feeds at most cut bytes at a time.
struct Outcome
{
    QList<QByteArray> payloads;
    Status last = Status::Incomplete;
};

Outcome readAll(QByteArrayView bytes, qsizetype cut, qsizetype maxPayload = limit)
{
    FrameReader reader(maxPayload);
    Outcome outcome;
    for (;;) {
        QByteArrayView payload;
        outcome.last = reader.next(payload);
        if (outcome.last == Status::Frame) {
            outcome.payloads.append(payload.toByteArray());
            continue;
        }
        if (outcome.last != Status::Incomplete || bytes.isEmpty())
            return outcome;
        const auto space = reader.space();
        const auto size = std::min({space.size, bytes.size(), cut});
        std::copy_n(bytes.cbegin(), size, space.data);
        reader.commit(size);
        bytes = bytes.sliced(size);
    }
}

} // namespace

class tst_Frame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheTagsOfTheWireDocument_data();
    void writesTheTagsOfTheWireDocument();
    void givesTheSameFramesHoweverTheyAreCut();
    void acceptsLeadingZeroGroups();
    void refusesATagThatDoesNotEnd();
    void refusesALengthAboveTheLimitBeforeItsPayload();
    void takesMemoryForWhatCameNotForWhatWasAnnounced();
    void readsALargeFrameToItsEndAndNoFurther();
    void takesExactlyTheMemoryOfALargeFrame_data();
    void takesExactlyTheMemoryOfALargeFrame();
    void givesTheBufferOfALargeFrameAway();
    void keepsABufferThatHoldsMore();
    void countsWhatIsShared();
    void givesItsMemoryBack();
    void showsWhatPrecedesTheFirstFrame();
};

void tst_Frame::writesTheTagsOfTheWireDocument_data()
{
    QTest::addColumn<qsizetype>("length");
    QTest::addColumn<QByteArray>("tag");
    const auto row = [](qsizetype length, const char *tag) {
        QTest::addRow("%lld", qlonglong(length)) << length << QByteArray::fromHex(tag);
    };
    row(0, "80");
    row(1, "81");
    row(127, "ff");
    row(128, "0180");
    row(300, "02ac");
    row(16383, "7fff");
    row(16384, "010080");
    row(65536, "040080");
    row(1024 * 1024, "400080");
    row(2 * 1024 * 1024, "01000080");
}

void tst_Frame::writesTheTagsOfTheWireDocument()
{
    QFETCH(qsizetype, length);
    QFETCH(QByteArray, tag);

    const QByteArray payload(length, 'x');
    const Frame frame = makeFrame(payload);
    QCOMPARE(frame.bytes().toByteArray(), QByteArray(tag + payload));
    QCOMPARE(frame.payload().toByteArray(), payload);
    QCOMPARE(readAll(frame.bytes(), limit).payloads, QList<QByteArray>{payload});
}

void tst_Frame::givesTheSameFramesHoweverTheyAreCut()
{
    const QList<QByteArray> payloads{
        "a", "", QByteArray(127, 'b'), QByteArray(128, 'c'), QByteArray(300, 'd'), "e"};
    const QByteArray bytes = stream(payloads);
    for (qsizetype cut = 1; cut <= bytes.size(); ++cut) {
        const Outcome outcome = readAll(bytes, cut);
        QCOMPARE(outcome.payloads, payloads);
        QCOMPARE(outcome.last, Status::Incomplete);
    }
    // cut once, at each position
    for (qsizetype position = 0; position <= bytes.size(); ++position) {
        FrameReader reader(limit);
        QList<QByteArray> seen;
        for (const auto &part : {bytes.first(position), bytes.sliced(position)}) {
            const auto space = reader.space();
            QVERIFY(space.size >= part.size());
            std::copy(part.cbegin(), part.cend(), space.data);
            reader.commit(part.size());
            QByteArrayView payload;
            while (reader.next(payload) == Status::Frame)
                seen.append(payload.toByteArray());
        }
        QCOMPARE(seen, payloads);
    }
}

void tst_Frame::acceptsLeadingZeroGroups()
{
    const Outcome outcome = readAll(QByteArray::fromHex("00000000826162"), limit);
    QCOMPARE(outcome.payloads, QList<QByteArray>{"ab"});
}

void tst_Frame::refusesATagThatDoesNotEnd()
{
    const auto tag = QByteArray::fromHex("0101010101");
    QCOMPARE(readAll(tag, 1).last, Status::Malformed);
    QCOMPARE(readAll(tag, tag.size()).last, Status::Malformed);
    QCOMPARE(readAll(tag.first(4), 1).last, Status::Incomplete);
}

void tst_Frame::refusesALengthAboveTheLimitBeforeItsPayload()
{
    const Frame fits = makeFrame(QByteArray(1000, 'x'));
    QCOMPARE(readAll(fits.bytes(), 1, 1000).last, Status::Incomplete);
    QCOMPARE(readAll(fits.bytes(), 1, 1000).payloads.size(), 1);
    QCOMPARE(readAll(fits.bytes().first(2), 1, 999).last, Status::TooLarge);
    QCOMPARE(readAll(QByteArray::fromHex("7f7f7f7fff"), 1).last, Status::TooLarge);
}

void tst_Frame::takesMemoryForWhatCameNotForWhatWasAnnounced()
{
    constexpr qsizetype announced = 512 * 1024 * 1024;
    FrameReader reader(announced);
    const auto tag = QByteArray::fromHex("0200000080"); // 2^29
    const auto first = reader.space();
    std::copy(tag.cbegin(), tag.cend(), first.data);
    reader.commit(tag.size());
    QByteArrayView payload;
    QCOMPARE(reader.next(payload), Status::Incomplete);
    QCOMPARE(reader.announcedSize(), announced + tag.size());
    QVERIFY(reader.space().size <= 65 * 1024);
    constexpr qsizetype part = 32 * 1024;
    std::fill_n(reader.space().data, part, 'x');
    reader.commit(part);
    QVERIFY(reader.space().size <= 1024 * 1024 + 1024);
}

void tst_Frame::readsALargeFrameToItsEndAndNoFurther()
{
    const QByteArray large(300'000, 'x');
    const QByteArray bytes = stream({large, "next"});
    const qsizetype frameSize = makeFrame(large).bytes().size();
    FrameReader reader(limit);
    qsizetype fed = 0;
    QByteArrayView payload;
    while (reader.next(payload) == Status::Incomplete) {
        const auto space = reader.space();
        const auto size = std::min(space.size, bytes.size() - fed);
        std::copy_n(bytes.cbegin() + fed, size, space.data);
        reader.commit(size);
        fed += size;
    }
    QCOMPARE(payload.toByteArray(), large);
    QCOMPARE(fed, frameSize);
}

void tst_Frame::takesExactlyTheMemoryOfALargeFrame_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("100 KB") << qsizetype(100'000);
    QTest::newRow("1 MiB") << qsizetype(1024 * 1024);
    QTest::newRow("3 MB") << qsizetype(3'000'000);
}

void tst_Frame::takesExactlyTheMemoryOfALargeFrame()
{
    QFETCH(qsizetype, size);
    const Frame frame = makeFrame(QByteArray(size, 'x'));
    FrameReader reader(limit);
    QByteArrayView payload;
    QCOMPARE(feed(reader, frame.bytes(), payload), Status::Frame);
    const QByteArray buffer = reader.takeBuffer();
    QCOMPARE(buffer.size(), frame.size());
    QCOMPARE(buffer.capacity(), frame.size());
}

void tst_Frame::givesTheBufferOfALargeFrameAway()
{
    const QByteArray large(qipc::sharingSize + 1, 'x');
    FrameReader reader(limit);
    QByteArrayView payload;
    QCOMPARE(feed(reader, makeFrame(large).bytes(), payload), Status::Frame);
    const QByteArray buffer = reader.takeBuffer();
    QVERIFY(payload.begin() >= buffer.cbegin() && payload.end() <= buffer.cend());
    QCOMPARE(payload.toByteArray(), large);
    QVERIFY(reader.takeBuffer().isEmpty());

    // It goes on with another one.
    const QByteArray next(qipc::sharingSize, 'y');
    QByteArrayView nextPayload;
    QCOMPARE(feed(reader, makeFrame(next).bytes(), nextPayload), Status::Frame);
    QCOMPARE(nextPayload.toByteArray(), next);
    QVERIFY(reader.takeBuffer().isEmpty()); // too small
    QCOMPARE(payload.toByteArray(), large);
}

void tst_Frame::keepsABufferThatHoldsMore()
{
    const QByteArray large(qipc::sharingSize + 1, 'x');
    FrameReader reader(limit);
    QByteArrayView payload;
    QCOMPARE(feed(reader, stream({large, "next"}), payload), Status::Frame);
    QVERIFY(!reader.buffered().isEmpty());
    QVERIFY(reader.takeBuffer().isEmpty());
    QCOMPARE(payload.toByteArray(), large);
    QCOMPARE(reader.next(payload), Status::Frame);
    QCOMPARE(payload.toByteArray(), QByteArray("next"));
    QVERIFY(reader.takeBuffer().isEmpty());
}

void tst_Frame::countsWhatIsShared()
{
    const QByteArray shared(70'000, 's');
    QByteArray storage = qipc::frameStorage();
    storage.append("headtail");
    const auto middle = qipc::maxTagSize + qsizetype(4);
    const Frame frame = qipc::sealFrame(storage, {{middle, shared}, {middle, shared}});
    const Frame whole = makeFrame("head" + shared + shared + "tail");
    QCOMPARE(frame.size(), whole.size());
    QCOMPARE(frame.joined().bytes().toByteArray(), whole.bytes().toByteArray());
    QCOMPARE(frame.joined().payload().toByteArray(), whole.payload().toByteArray());

    QByteArray pieces;
    QList<const char *> places;
    frame.forEachPiece([&](const QByteArray &array, qsizetype begin, qsizetype size) {
        places.append(array.constData());
        pieces.append(array.constData() + begin, size);
    });
    QCOMPARE(pieces, whole.bytes().toByteArray());
    QCOMPARE(places.size(), 4);
    QCOMPARE(places[1], shared.constData());
    QCOMPARE(places[2], shared.constData());
}

void tst_Frame::givesItsMemoryBack()
{
    const Frame frame = makeFrame("abc");
    FrameReader reader(limit);
    const auto space = reader.space();
    std::copy(frame.bytes().cbegin(), frame.bytes().cend(), space.data);
    reader.commit(frame.bytes().size());
    reader.release(); // something is buffered: kept
    QByteArrayView payload;
    QCOMPARE(reader.next(payload), Status::Frame);
    QCOMPARE(payload.toByteArray(), QByteArray("abc"));
    reader.release();
    QVERIFY(reader.buffered().isEmpty());
    QCOMPARE(reader.next(payload), Status::Incomplete);
}

void tst_Frame::showsWhatPrecedesTheFirstFrame()
{
    const QByteArray bytes = "IPC" + stream({"first"});
    FrameReader reader(limit);
    const auto space = reader.space();
    std::copy(bytes.cbegin(), bytes.cend(), space.data);
    reader.commit(bytes.size());
    QVERIFY(reader.buffered().startsWith("IPC"));
    reader.consume(3);
    QByteArrayView payload;
    QCOMPARE(reader.next(payload), Status::Frame);
    QCOMPARE(payload.toByteArray(), QByteArray("first"));
}

QTEST_GUILESS_MAIN(tst_Frame)

#include "tst_frame.moc"
