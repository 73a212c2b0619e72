// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "compression_p.h"

#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace qipc;

namespace {

constexpr qsizetype ample = 64 * 1024 * 1024;

const QByteArray tail("\x00\x00\xFF\xFF", 4);

QByteArray deflated(Deflater &deflater, const QByteArray &data)
{
    QByteArray frame;
    return deflater.deflate(data, frame) ? QByteArray("failed") : frame;
}

QByteArray deflated(const QByteArray &data)
{
    Deflater deflater;
    return deflated(deflater, data);
}

QByteArray noise(qsizetype size, quint32 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator random(seed);
    for (char &byte : bytes)
        byte = char(random.generate());
    return bytes;
}

struct Session
{
    QJsonArray steps;
    QJsonArray chunks;
};

Session recordedSession()
{
    QFile file(QStringLiteral(QIPC_TEST_DATA "/netipc-compress.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject session = QJsonDocument::fromJson(file.readAll()).object();
    return {session[u"steps"].toArray(), session[u"chunks"].toArray()};
}

//! The payload of the one frame that \a chunk holds.
QByteArray payloadOf(const QJsonValue &chunk)
{
    const QByteArray frame = QByteArray::fromHex(chunk[u"hex"].toString().toLatin1());
    qsizetype tagSize = 1;
    while (!(frame[tagSize - 1] & 0x80))
        ++tagSize;
    return frame.mid(tagSize);
}

} // namespace

class TestCompression : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bringsFramesBack();
    void holdsLittleMoreThanItHas();
    void endsEveryFrameInTheTail();
    void appendsToWhatIsThere();
    void replacesWhatWasThere();
    void remembersFormerFrames();
    void inflatesRecordedSession();
    void takesFrameAtTheLimit();
    void rejectsFrameAboveTheLimit();
    void takesNoMemoryForAnOversizedFrame();
    void rejectsEveryCut();
    void rejectsBadFrame_data();
    void rejectsBadFrame();
    void staysLostAfterAnError();
    void survivesRandomChanges();
};

void TestCompression::bringsFramesBack()
{
    const QByteArrayList payloads{
        "",
        "",
        "a",
        R"({"t":1,"d":"hello"})",
        "",
        QByteArray(5 * 1024 * 1024, 'x'),
        noise(1024 * 1024, 1),
        noise(1024 * 1024, 1), // beyond the window, so as large again
        R"({"t":1,"d":"hello"})",
        noise(70'000, 2) + QByteArray(70'000, 'y'),
        QByteArray("0123456789").repeated(100'000),
        "",
        QByteArray(3, '\0'),
    };
    Deflater deflater;
    Inflater inflater;
    QByteArray out;
    for (int round = 0; round < 2; ++round) {
        for (const QByteArray &payload : payloads) {
            QCOMPARE(inflater.inflate(deflated(deflater, payload), ample, out), IPCError());
            QVERIFY(out == payload); // QCOMPARE would print megabytes
        }
    }
    for (int size = 0; size < 2'000; ++size) {
        const QByteArray payload = noise(size, quint32(size));
        QCOMPARE(inflater.inflate(deflated(deflater, payload), ample, out), IPCError());
        QVERIFY(out == payload);
    }
}

void TestCompression::holdsLittleMoreThanItHas()
{
    const QByteArray frame = deflated(QByteArray(16 * 1024 * 1024, '\0'));
    QVERIFY2(frame.capacity() <= 64 * 1024, qPrintable(QString::number(frame.capacity())));
}

void TestCompression::endsEveryFrameInTheTail()
{
    Deflater deflater;
    for (const QByteArray &payload : {""_ba, "a"_ba, ""_ba, noise(100'000, 3)}) {
        const QByteArray frame = deflated(deflater, payload);
        QVERIFY(frame.endsWith(tail));
        QVERIFY(!frame.chopped(5).endsWith(tail)); // flushed once
    }
}

void TestCompression::appendsToWhatIsThere()
{
    Deflater deflater;
    QByteArray out("head");
    QCOMPARE(deflater.deflate("hello", out), IPCError());
    QCOMPARE(out, "head" + deflated("hello"));
}

void TestCompression::replacesWhatWasThere()
{
    Inflater inflater;
    QByteArray out("what was there, and was longer");
    QCOMPARE(inflater.inflate(deflated("hello"), ample, out), IPCError());
    QCOMPARE(out, "hello"_ba);
}

void TestCompression::remembersFormerFrames()
{
    const QByteArray payload = noise(1'000, 4);
    Deflater deflater;
    const QByteArray first = deflated(deflater, payload);
    const QByteArray second = deflated(deflater, payload);
    QVERIFY(second.size() < first.size() / 10);

    // So the second cannot be read without the first.
    QByteArray out;
    QCOMPARE(Inflater().inflate(second, ample, out).code(), IPCError::Code::DecodingError);
}

void TestCompression::inflatesRecordedSession()
{
    const Session session = recordedSession();
    QHash<qsizetype, QJsonValue> values; // what was sent, by the chunk that carries it
    for (const QJsonValue &step : session.steps) {
        if (step[u"what"] == "client.send"_L1)
            values.insert(step[u"at"].toInt(), step[u"value"]);
    }
    QCOMPARE(values.size(), 34);

    Inflater fromClient;
    Inflater fromServer;
    for (qsizetype i = 2; i < session.chunks.size(); ++i) { // behind the handshake
        const QJsonValue chunk = session.chunks[i];
        Inflater &inflater = chunk[u"from"] == "client"_L1 ? fromClient : fromServer;
        QByteArray json;
        QCOMPARE(inflater.inflate(payloadOf(chunk), ample, json), IPCError());
        const QJsonObject packet = QJsonDocument::fromJson(json).object();
        QVERIFY(packet.contains(u"t"));
        // The recording says {"undefined": true} for undefined, which JSON leaves out.
        if (values.contains(i) && !values[i].toObject().contains(u"undefined"))
            QCOMPARE(packet[u"d"], values[i]);
    }
}

void TestCompression::takesFrameAtTheLimit()
{
    Deflater deflater;
    Inflater inflater;
    QByteArray out;
    for (const qsizetype size : {0, 1, 255, 256, 257, 512, 1'000, 1'024, 1'000'000}) {
        const QByteArray payload = noise(size / 2, 5) + QByteArray(size - size / 2, 'x');
        QCOMPARE(inflater.inflate(deflated(deflater, payload), size, out), IPCError());
        QVERIFY(out == payload);
    }
}

void TestCompression::rejectsFrameAboveTheLimit()
{
    for (const qsizetype limit : {0, 1, 255, 256, 257, 1'000, 1'000'000}) {
        Inflater inflater;
        QByteArray out;
        const IPCError error = inflater.inflate(deflated(QByteArray(limit + 1, 'x')), limit, out);
        QCOMPARE(error.code(), IPCError::Code::MessageTooLarge);
        QCOMPARE(error.limit(), u"messageSize"_s);
        QCOMPARE(error.message(), u"the message is larger than %1 bytes"_s.arg(limit));
        QVERIFY(out.isEmpty());
    }
}

void TestCompression::takesNoMemoryForAnOversizedFrame()
{
    const QByteArray bomb = deflated(QByteArray(50'000'000, '\0'));
    QVERIFY(bomb.size() < 60'000);
    Inflater inflater;
    QByteArray out;
    out.reserve(100); // as a caller has it who uses it again
    QCOMPARE(inflater.inflate(bomb, 1'000'000, out).code(), IPCError::Code::MessageTooLarge);
    QVERIFY(out.capacity() <= 1'000'001);
}

void TestCompression::rejectsEveryCut()
{
    for (const QByteArray &payload : {"a"_ba, "{\"t\":1,\"d\":\"hello\"}"_ba, noise(300, 6)}) {
        const QByteArray frame = deflated(payload);
        for (qsizetype size = 0; size < frame.size(); ++size) {
            const QByteArray cut(frame.constData(), size);
            Inflater inflater;
            QByteArray out;
            QCOMPARE(inflater.inflate(cut, ample, out).code(), IPCError::Code::DecodingError);
            QVERIFY(out.isEmpty());
        }
    }
}

void TestCompression::rejectsBadFrame_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QString>("how");

    const QByteArray whole = deflated("hello");
    // A last block, empty: three bits, and padding.
    const QByteArray lastBlock("\x03\x00", 2);
    QTest::newRow("empty") << ""_ba << u"it is cut short"_s;
    QTest::newRow("no tail") << whole.chopped(4) << u"it is cut short"_s;
    QTest::newRow("tail alone") << tail << u"it is cut short"_s;
    QTest::newRow("more behind the tail") << whole + "\x02" << u"it is cut short"_s;
    QTest::newRow("no deflate") << QByteArray("\xFF\xFF\xFF\xFF") << u"it is damaged"_s;
    QTest::newRow("plain JSON") << R"({"t":1,"d":"hello"})"_ba << u"it is damaged"_s;
    QTest::newRow("end of the stream") << lastBlock << u"it ends the stream"_s;
    QTest::newRow("end of the stream before the tail")
        << lastBlock + tail << u"it ends the stream"_s;
    QTest::newRow("end of the stream behind the tail")
        << whole + lastBlock << u"it ends the stream"_s;
    QTest::newRow("zlib header") << "\x78\x9C" + whole << u"it is damaged"_s;
}

void TestCompression::rejectsBadFrame()
{
    QFETCH(QByteArray, frame);
    QFETCH(QString, how);

    Inflater inflater;
    QByteArray out("what was there");
    const IPCError error = inflater.inflate(frame, ample, out);
    QCOMPARE(error.code(), IPCError::Code::DecodingError);
    QCOMPARE(error.message(), "cannot inflate a frame: "_L1 + how);
    QVERIFY(out.isEmpty());
}

void TestCompression::staysLostAfterAnError()
{
    Inflater inflater;
    QByteArray out;
    const IPCError error = inflater.inflate("\xFF\xFF"_ba, ample, out);
    QCOMPARE(error.code(), IPCError::Code::DecodingError);
    QCOMPARE(inflater.inflate(deflated("hello"), ample, out), error);
}

void TestCompression::survivesRandomChanges()
{
    QRandomGenerator random(7);
    const QByteArray payload = noise(200, 8) + QByteArray(300, 'x') + noise(100, 9);
    const QByteArray whole = deflated(payload);
    for (int i = 0; i < 5'000; ++i) {
        QByteArray frame = whole;
        frame[random.bounded(frame.size())] = char(random.bounded(256));
        Inflater inflater;
        QByteArray out;
        const IPCError error = inflater.inflate(frame, 2'000, out);
        QVERIFY(out.size() <= 2'000);
        QVERIFY(!error || out.isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestCompression)

#include "tst_compression.moc"
