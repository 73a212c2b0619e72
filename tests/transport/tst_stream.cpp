// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connection.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QEventLoop>
#include <QtCore/QPointer>
#include <QtCore/QRandomGenerator>
#include <QtTest/QSignalSpy>

#include <cerrno>

using qipc::Stream;
using Code = IPCError::Code;

class TestStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void tellsWhoThePeerIs();
    void carriesBytesBothWays();
    void keepsTheOrderOfWrites();
    void carriesMegabytesBothWays();
    void writesWithoutFlush();
    void flushesAtOnce();
    void countsWhatWaits();
    void sendsAtOnce();
    void sendsInOrderWithWrites();
    void sendsSharedPartsWithTheFlush();
    void sendsLaterWhatTheSystemDoesNotTake();
    void keepsWhatItWasToSend_data();
    void keepsWhatItWasToSend();
    void sendsNothingAfterFinishing();
    void sendsNothingAfterTheEnd();
    void countsWhatItCouldNotSend();
    void announcesOnceWhatIsNotRead();
    void announcesInANestedEventLoop();
    void announcesOnManyStreams();

    void readsBoundedlyWhilePaused();
    void resumesInsideAndOutsideOfHandlers();
    void noticesAHangupWhilePaused_data();
    void noticesAHangupWhilePaused();

    void endsWhereNobodyReads();
    void endsOnceAndBehindAllBytes_data();
    void endsOnceAndBehindAllBytes();
    void readsLaterWhatCameBeforeTheEnd();
    void endsWithAnErrorWhereItBroke();
    void readsTheLastWordsOfAPeerThatDidNotListen();
    void readsTheLastWordsBehindAFailedWrite();
    void endsWhereThePeerReadsNoMore();

    void finishesBehindAllWrites();
    void readsOnAfterFinishing();
    void sendsWhatFitsToAPeerThatHasFinished();
    void sendsItsLastToAPeerThatHasFinished_data();
    void sendsItsLastToAPeerThatHasFinished();
    void ignoresWritesAfterFinishing();
    void abortsAtOnce();

    void mayBeDeletedInsideItsSignals_data();
    void mayBeDeletedInsideItsSignals();
    void abortsInsideItsSignals_data();
    void abortsInsideItsSignals();

private:
    [[nodiscard]] static QByteArray randomBytes(qsizetype size);
    [[nodiscard]] static bool becomesIdle();

    std::unique_ptr<ListeningPlace> m_place;
    raw::FileDescriptor m_peer;
    std::unique_ptr<Stream> m_stream; // to m_peer
};

namespace {
constexpr qsizetype MiB = 1024 * 1024;

// More than a stream and the system hold together while nobody reads.
constexpr qsizetype mostHeld = 6 * MiB;
} // namespace

// Waits until there is nothing left to handle, which a notifier that keeps firing prevents.
bool TestStream::becomesIdle()
{
    return QTest::qWaitFor(
        [] { return !QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents); });
}

QByteArray TestStream::randomBytes(qsizetype size)
{
    QByteArray bytes((size + 3) / 4 * 4, Qt::Uninitialized);
    QRandomGenerator(42).fillRange(reinterpret_cast<quint32 *>(bytes.data()), bytes.size() / 4);
    bytes.truncate(size);
    return bytes;
}

void TestStream::init()
{
    m_place = std::make_unique<ListeningPlace>();
    QVERIFY(!m_place->error);
    m_peer = raw::socket();
    m_stream = m_place->accept(m_peer);
    QVERIFY(m_stream);
}

void TestStream::cleanup()
{
    m_stream.reset();
    m_peer.reset();
    m_place.reset();
}

void TestStream::tellsWhoThePeerIs()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QVERIFY(!m_stream->credentials().isValid());
#else
    QCOMPARE(m_stream->credentials(), IPCCredentials(::getpid(), ::geteuid(), ::getegid()));
#endif
}

void TestStream::carriesBytesBothWays()
{
    Reader reader(m_stream.get());
    raw::write(m_peer, "ping");
    QTRY_COMPARE(reader.bytes, "ping");
    m_stream->write("pong");
    QByteArray got;
    QTRY_COMPARE(got += raw::read(m_peer), "pong");
    QCOMPARE(reader.ends, 0);
}

void TestStream::keepsTheOrderOfWrites()
{
    QByteArray expected;
    for (int i = 0; i < 1000; ++i) {
        const QByteArray line = QByteArray::number(i) + '\n';
        expected += line;
        m_stream->write(line);
        if (i % 7 == 0)
            m_stream->flush();
    }
    QByteArray got;
    QTRY_COMPARE(got += raw::read(m_peer), expected);
}

void TestStream::carriesMegabytesBothWays()
{
    const auto connector = qipc::Connector::create();
    std::unique_ptr<Stream> client;
    connect(connector.get(), &qipc::Connector::connected, this,
            [&client](Stream *stream) { client.reset(stream); });
    connector->connectTo(m_place->address());
    const auto server = m_place->takeOne();
    QVERIFY(server);
    QTRY_VERIFY(client);

    Reader atClient(client.get());
    Reader atServer(server.get());
    const QByteArray toServer = randomBytes(9 * MiB + 1);
    const QByteArray toClient = randomBytes(7 * MiB + 3);
    client->write(toServer);
    client->flush();
    server->write(toClient);
    server->flush();
    QTRY_VERIFY(atServer.bytes.size() >= toServer.size()
                && atClient.bytes.size() >= toClient.size());
    QVERIFY(atServer.bytes == toServer);
    QVERIFY(atClient.bytes == toClient);
    QCOMPARE(client->bytesToWrite(), 0);
    QCOMPARE(server->bytesToWrite(), 0);
    QVERIFY(becomesIdle());
}

void TestStream::writesWithoutFlush()
{
    const QSignalSpy written(m_stream.get(), &Stream::bytesWritten);
    m_stream->write("later");
    QCOMPARE(m_stream->bytesToWrite(), 5);
    QCOMPARE(raw::read(m_peer), QByteArray());
    QTRY_COMPARE(written.count(), 1);
    QCOMPARE(m_stream->bytesToWrite(), 0);
    QCOMPARE(raw::read(m_peer), "later");
}

void TestStream::flushesAtOnce()
{
    m_stream->write("no");
    m_stream->write("w");
    m_stream->flush();
    QCOMPARE(raw::read(m_peer), "now");
    QCOMPARE(m_stream->bytesToWrite(), 0);
    m_stream->flush();
    QVERIFY(becomesIdle());
}

void TestStream::countsWhatWaits()
{
    const QSignalSpy written(m_stream.get(), &Stream::bytesWritten);
    const QByteArray much = randomBytes(mostHeld);
    m_stream->write(much);
    QCOMPARE(m_stream->bytesToWrite(), much.size());
    QTRY_VERIFY(m_stream->bytesToWrite() < much.size());
    QVERIFY(becomesIdle());
    QVERIFY(m_stream->bytesToWrite() > 0);
    QByteArray got;
    QTRY_COMPARE((got += raw::read(m_peer)).size(), much.size());
    QVERIFY(got == much);
    QTRY_COMPARE(m_stream->bytesToWrite(), 0);
    QVERIFY(written.count() > 0);
}

void TestStream::sendsAtOnce()
{
    const QSignalSpy written(m_stream.get(), &Stream::bytesWritten);
    m_stream->send("now", 0);
    QCOMPARE(raw::read(m_peer), "now");
    m_stream->send("__without the first", 2);
    m_stream->send("nothing", 7);
    m_stream->send(QByteArray(), 0);
    QCOMPARE(raw::read(m_peer), "without the first");
    QCOMPARE(m_stream->bytesToWrite(), 0);
    QCOMPARE(written.count(), 0); // not from inside
    QVERIFY(becomesIdle());
}

void TestStream::sendsInOrderWithWrites()
{
    QByteArray expected;
    for (int i = 0; i < 1000; ++i) {
        const QByteArray line = QByteArray::number(i) + '\n';
        expected += line;
        if (i % 3 == 0)
            m_stream->send("__" + line, 2);
        else
            m_stream->write(line);
        if (i % 7 == 0)
            m_stream->flush();
    }
    QByteArray got;
    QTRY_COMPARE(got += raw::read(m_peer), expected);
    QCOMPARE(m_stream->bytesToWrite(), 0);
}

void TestStream::sendsSharedPartsWithTheFlush()
{
    const QByteArray large = randomBytes(200000);
    m_stream->writeShared("__head", 2, 4);
    m_stream->writeShared(large, 10, 150000);
    m_stream->writeShared("tail__", 0, 4);
    QCOMPARE(m_stream->bytesToWrite(), 150008);
    m_stream->flush();
    const QByteArray expected = "head" + large.mid(10, 150000) + "tail";
    QByteArray got;
    QTRY_VERIFY((got += raw::read(m_peer)) == expected);
    QCOMPARE(m_stream->bytesToWrite(), 0);
}

// To a peer that does not read, and then does. What is counted is what the peer has not got.
void TestStream::sendsLaterWhatTheSystemDoesNotTake()
{
    const QByteArray bytes = randomBytes(mostHeld);
    QByteArray expected;
    const qsizetype sizes[] = {10, 100, 70000, 3, mostHeld / 2, 20000, 1, 300000, mostHeld / 2};
    for (const qsizetype size : sizes) {
        const qint64 before = m_stream->bytesToWrite();
        const bool written = size == 3 || size == 20000;
        const QByteArray part = bytes.last(size + 5);
        if (written)
            m_stream->write(QByteArrayView(part).sliced(5));
        else
            m_stream->send(part, 5);
        expected += part.sliced(5);
        QVERIFY(m_stream->bytesToWrite() <= before + size);
    }
    QVERIFY(becomesIdle());
    const qint64 waiting = m_stream->bytesToWrite();
    QVERIFY(waiting > 0);
    QByteArray got = raw::read(m_peer);
    QCOMPARE(got.size() + waiting, expected.size());

    const QSignalSpy written(m_stream.get(), &Stream::bytesWritten);
    QTRY_COMPARE((got += raw::read(m_peer)).size(), expected.size());
    QVERIFY(got == expected);
    QTRY_COMPARE(m_stream->bytesToWrite(), 0);
    QTRY_VERIFY(written.count() > 0);
    QVERIFY(becomesIdle());
}

void TestStream::keepsWhatItWasToSend_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("small") << qsizetype(100);
    QTest::newRow("large") << qsizetype(100000);
}

// What waits is not changed by what the caller does with its array, nor the other way round.
void TestStream::keepsWhatItWasToSend()
{
    QFETCH(const qsizetype, size);
    const QByteArray much = randomBytes(mostHeld);
    m_stream->send(much, 0);
    QVERIFY(m_stream->bytesToWrite() > 0);
    QByteArray bytes(size, 'a');
    m_stream->send(bytes, 0);
#ifndef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(bytes.isDetached(), size < 16 * 1024); // a large one is not copied
#endif
    bytes.fill('b');
    const QByteArray kept = bytes;
    m_stream->send(bytes, 0);
    m_stream->write("end");
    QCOMPARE(bytes, kept);
    const QByteArray expected = much + QByteArray(size, 'a') + kept + "end";
    QByteArray got;
    QTRY_COMPARE((got += raw::read(m_peer)).size(), expected.size());
    QVERIFY(got == expected);
}

void TestStream::sendsNothingAfterFinishing()
{
    m_stream->send("yes", 0);
    m_stream->finishWriting();
    m_stream->send("no", 0);
    QCOMPARE(m_stream->bytesToWrite(), 0);
    QByteArray got;
    QTRY_VERIFY((got += raw::read(m_peer), raw::atEnd(m_peer)));
    QCOMPARE(got, "yes");
}

void TestStream::sendsNothingAfterTheEnd()
{
    Reader reader(m_stream.get());
    m_peer.reset();
    QTRY_COMPARE(reader.ends, 1);
    m_stream->send("no", 0);
    m_stream->send(randomBytes(MiB), 0);
    QCOMPARE(m_stream->bytesToWrite(), 0);
    m_stream->abort();
    m_stream->send("no", 0);
    QCOMPARE(m_stream->bytesToWrite(), 0);
    QVERIFY(becomesIdle());
    QCOMPARE(reader.ends, 1);
}

// Whoever asks whether its bytes have left does not hear yes before it hears of the end.
void TestStream::countsWhatItCouldNotSend()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("QLocalSocket forgets it");
#else
    ::shutdown(m_peer.get(), SHUT_RD);
    m_stream->write("ab");
    QCOMPARE(m_stream->bytesToWrite(), 2);
    m_stream->flush();
    QCOMPARE(m_stream->bytesToWrite(), 2);
    m_stream->send("__cde", 2);
    m_stream->write("f");
    QCOMPARE(m_stream->bytesToWrite(), 6);
    Reader reader(m_stream.get());
    QTRY_COMPARE(reader.ends, 1);
    QCOMPARE(m_stream->bytesToWrite(), 0);
#endif
}

void TestStream::announcesOnceWhatIsNotRead()
{
    const QSignalSpy readable(m_stream.get(), &Stream::readable);
    raw::write(m_peer, "abc");
    QTRY_COMPARE(readable.count(), 1);
    QVERIFY(becomesIdle());
    QCOMPARE(readable.count(), 1);

    QCOMPARE(Reader::readAll(m_stream.get()), "abc");
    QVERIFY(becomesIdle());
    QCOMPARE(readable.count(), 1);
    raw::write(m_peer, "def");
    QTRY_COMPARE(readable.count(), 2);
    QCOMPARE(Reader::readAll(m_stream.get()), "def");
}

void TestStream::announcesInANestedEventLoop()
{
    QByteArray got;
    QEventLoop loop;
    connect(m_stream.get(), &Stream::readable, this, [&] {
        got += Reader::readAll(m_stream.get());
        if (got == "first") {
            raw::write(m_peer, "second");
            loop.exec();
        } else {
            loop.quit();
        }
    });
    raw::write(m_peer, "first");
    QTRY_COMPARE(got, "firstsecond");
}

// On more than are watched each by itself, while some go and others come.
void TestStream::announcesOnManyStreams()
{
    struct Connection
    {
        raw::FileDescriptor peer;
        std::unique_ptr<Stream> stream;
        std::unique_ptr<Reader> reader;
    };
    std::vector<Connection> connections;
    for (int round = 0; round < 3; ++round) {
        while (connections.size() < 12) {
            Connection connection;
            connection.peer = raw::socket();
            connection.stream = m_place->accept(connection.peer);
            QVERIFY(connection.stream);
            connection.reader = std::make_unique<Reader>(connection.stream.get());
            connections.push_back(std::move(connection));
        }
        for (size_t i = 0; i < connections.size(); ++i)
            raw::write(connections[i].peer, QByteArray::number(int(i)));
        for (size_t i = 0; i < connections.size(); ++i)
            QTRY_COMPARE(connections[i].reader->bytes, QByteArray::number(int(i)));
        connections.erase(connections.begin(), connections.begin() + 5);
        for (const Connection &connection : connections)
            connection.reader->bytes.clear();
    }
    for (Connection &connection : connections) {
        connection.peer = raw::FileDescriptor();
        QTRY_COMPARE(connection.reader->ends, 1);
    }
}

void TestStream::readsBoundedlyWhilePaused()
{
    Reader reader(m_stream.get());
    m_stream->setReading(false);
    const QByteArray all = randomBytes(mostHeld);
    qsizetype sent = 0;
    for (;;) {
        const qsizetype taken = raw::write(m_peer, all.sliced(sent));
        sent += taken;
        QVERIFY2(sent < mostHeld, "it takes without bound");
        QVERIFY(becomesIdle());
        if (taken == 0)
            break;
    }
    QCOMPARE(reader.announcements, 0);
    QCOMPARE(reader.ends, 0);

    m_stream->setReading(true);
    QTRY_COMPARE(reader.bytes.size(), sent);
    QVERIFY(reader.bytes == all.first(sent));
    raw::write(m_peer, "more");
    QTRY_VERIFY(reader.bytes.endsWith("more"));
}

void TestStream::resumesInsideAndOutsideOfHandlers()
{
    QByteArray got;
    connect(m_stream.get(), &Stream::readable, this, [&] {
        char byte = 0;
        QCOMPARE(m_stream->read(&byte, 1), 1);
        got += byte;
        m_stream->setReading(false);
        if (got.size() % 2 == 0)
            m_stream->setReading(true);
        else
            QMetaObject::invokeMethod(
                m_stream.get(), [this] { m_stream->setReading(true); }, Qt::QueuedConnection);
    });
    raw::write(m_peer, "abcdef");
    QTRY_COMPARE(got, "abcdef");
}

void TestStream::noticesAHangupWhilePaused_data()
{
    QTest::addColumn<qsizetype>("unread");
    QTest::addColumn<bool>("half");
    QTest::newRow("nothing unread") << qsizetype(0) << false;
    QTest::newRow("something unread") << qsizetype(1000) << false;
    QTest::newRow("something unread, half") << qsizetype(1000) << true;
#ifndef QIPC_PORTABLE_TRANSPORT
    QTest::newRow("full") << mostHeld << false;
    QTest::newRow("full, half") << mostHeld << true;
#endif
}

void TestStream::noticesAHangupWhilePaused()
{
    QFETCH(const qsizetype, unread);
    QFETCH(const bool, half);
    Reader reader(m_stream.get());
    m_stream->setReading(false);
    const QByteArray all = randomBytes(unread);
    qsizetype sent = 0;
    while (const qsizetype taken = raw::write(m_peer, all.sliced(sent))) {
        sent += taken;
        QVERIFY(becomesIdle());
        if (sent == unread)
            break;
    }
    QCOMPARE(reader.ends, 0);

    if (half)
        ::shutdown(m_peer.get(), SHUT_WR);
    else
        m_peer.reset();
    QTRY_COMPARE(reader.ends, 1);
    QVERIFY2(!reader.endError, qPrintable(reader.endError.message()));
    QCOMPARE(reader.announcements, 0);
    const QByteArray rest = Reader::readAll(m_stream.get());
    QCOMPARE(rest.size(), sent);
    QVERIFY(rest == all.first(sent));
    m_stream->setReading(true);
    QVERIFY(becomesIdle());
    QCOMPARE(reader.ends, 1);
}

// Who reads nothing, for now, still learns that the peer has gone.
void TestStream::endsWhereNobodyReads()
{
    const QSignalSpy ended(m_stream.get(), &Stream::ended);
    m_peer = raw::FileDescriptor();
    QTRY_COMPARE(ended.count(), 1);
    QVERIFY(!ended.first().first().value<IPCError>());
}

void TestStream::endsOnceAndBehindAllBytes_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<bool>("half");
    for (const bool half : {false, true}) {
        const char *how = half ? ", half" : "";
        QTest::addRow("nothing%s", how) << qsizetype(0) << half;
        QTest::addRow("one byte%s", how) << qsizetype(1) << half;
        QTest::addRow("a MiB%s", how) << MiB << half;
    }
}

void TestStream::endsOnceAndBehindAllBytes()
{
    QFETCH(const qsizetype, size);
    QFETCH(const bool, half);
    Reader reader(m_stream.get());
    qsizetype before = -1;
    connect(m_stream.get(), &Stream::ended, this, [&] { before = reader.bytes.size(); });
    const QByteArray all = randomBytes(size);
    for (qsizetype sent = 0; sent < size; QCoreApplication::processEvents())
        sent += raw::write(m_peer, all.sliced(sent));
    if (half)
        ::shutdown(m_peer.get(), SHUT_WR);
    else
        m_peer.reset();
    QTRY_COMPARE(reader.ends, 1);
    QVERIFY2(!reader.endError, qPrintable(reader.endError.message()));
    QCOMPARE(before, size);
    QVERIFY(reader.bytes == all);
    QVERIFY(becomesIdle());
    QCOMPARE(reader.ends, 1);
    m_stream->write("ignored");
    m_stream->flush();
    QCOMPARE(m_stream->bytesToWrite(), 0);
}

// A reader that takes a little each turn.
void TestStream::readsLaterWhatCameBeforeTheEnd()
{
    QByteArray got;
    std::function<void()> readSome = [&] {
        char buffer[100];
        const qint64 count = m_stream->read(buffer, sizeof(buffer));
        got.append(buffer, count);
        if (count > 0)
            QMetaObject::invokeMethod(m_stream.get(), readSome, Qt::QueuedConnection);
    };
    connect(m_stream.get(), &Stream::readable, this, readSome);
    const QSignalSpy ended(m_stream.get(), &Stream::ended);
    const QByteArray all = randomBytes(12345);
    QCOMPARE(raw::write(m_peer, all), all.size());
    m_peer.reset();
    QTRY_COMPARE(got.size(), all.size());
    QVERIFY(got == all);
    QTRY_COMPARE(ended.count(), 1);
}

void TestStream::endsWithAnErrorWhereItBroke()
{
    Reader reader(m_stream.get());
    m_stream->write("never read");
    m_stream->flush();
    m_peer.reset();
    QTRY_COMPARE(reader.ends, 1);
#ifdef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(reader.endError.code(), Code::NoError);
#else
    QCOMPARE(reader.endError.code(), Code::ConnectionLost);
    QCOMPARE(reader.endError.systemError(), ECONNRESET);
#endif
}

void TestStream::readsTheLastWordsOfAPeerThatDidNotListen()
{
    Reader reader(m_stream.get());
    m_stream->write("hello");
    m_stream->flush();
    raw::write(m_peer, "rejected");
    m_peer.reset();
    QTRY_COMPARE(reader.ends, 1);
    QCOMPARE(reader.bytes, "rejected");
}

void TestStream::readsTheLastWordsBehindAFailedWrite()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("QLocalSocket closes with what the system still holds");
#else
    Reader reader(m_stream.get());
    raw::write(m_peer, "rejected");
    m_peer.reset();
    m_stream->write("hello");
    m_stream->flush();
    QCOMPARE(reader.ends, 0);
    QTRY_COMPARE(reader.ends, 1);
    QCOMPARE(reader.bytes, "rejected");
    QCOMPARE(reader.endError.code(), Code::ConnectionLost);
    QCOMPARE(reader.endError.systemError(), EPIPE);
    QCOMPARE(m_stream->bytesToWrite(), 0);
    QVERIFY(becomesIdle());
#endif
}

// It has closed only the direction that we write in: nothing comes from it.
void TestStream::endsWhereThePeerReadsNoMore()
{
    Reader reader(m_stream.get());
    ::shutdown(m_peer.get(), SHUT_RD);
    m_stream->write("hello");
    QTRY_COMPARE(reader.ends, 1);
#ifndef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(reader.endError.systemError(), EPIPE);
#endif
}

void TestStream::finishesBehindAllWrites()
{
    const QByteArray much = randomBytes(mostHeld);
    m_stream->write(much);
    m_stream->finishWriting();
    QByteArray got;
    QTRY_COMPARE((got += raw::read(m_peer)).size(), much.size());
    QVERIFY(got == much);
    QTRY_VERIFY(raw::atEnd(m_peer));
}

void TestStream::readsOnAfterFinishing()
{
    Reader reader(m_stream.get());
    m_stream->finishWriting();
#ifdef QIPC_PORTABLE_TRANSPORT
    QTRY_COMPARE(reader.ends, 1);
    QVERIFY(!reader.endError);
#else
    QVERIFY(raw::atEnd(m_peer));
    raw::write(m_peer, "still ");
    QTRY_COMPARE(reader.bytes, "still ");
    raw::write(m_peer, "talking");
    QTRY_COMPARE(reader.bytes, "still talking");
    QCOMPARE(reader.ends, 0);
    m_peer.reset();
    QTRY_COMPARE(reader.ends, 1);
    QVERIFY(!reader.endError);
#endif
}

void TestStream::sendsWhatFitsToAPeerThatHasFinished()
{
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("QLocalSocket throws it away");
#else
    Reader reader(m_stream.get());
    bool isWritten = false;
    connect(m_stream.get(), &Stream::bytesWritten, this, [&] { isWritten = reader.ends == 0; });
    ::shutdown(m_peer.get(), SHUT_WR);
    m_stream->write("the answer");
    QTRY_COMPARE(reader.ends, 1);
    QVERIFY(!reader.endError);
    QVERIFY(isWritten);
    m_stream.reset();
    QCOMPARE(raw::read(m_peer), "the answer");
#endif
}

void TestStream::sendsItsLastToAPeerThatHasFinished_data()
{
    QTest::addColumn<bool>("reads");
    QTest::newRow("and reads") << true;
    QTest::newRow("and goes") << false;
}

// More than the system holds.
void TestStream::sendsItsLastToAPeerThatHasFinished()
{
    QFETCH(const bool, reads);
#ifdef QIPC_PORTABLE_TRANSPORT
    QSKIP("QLocalSocket throws it away, and tells of it or not");
#endif
    Reader reader(m_stream.get());
    const QByteArray last = randomBytes(4 * mostHeld);
    m_stream->write(last);
    m_stream->finishWriting();
    ::shutdown(m_peer.get(), SHUT_WR);
    QByteArray got;
    if (reads) {
        QTRY_VERIFY((got += raw::read(m_peer), raw::atEnd(m_peer)));
        QCOMPARE(got.size(), last.size());
        QCOMPARE(got, last);
    } else {
        m_peer.reset();
    }
    QTRY_COMPARE(reader.ends, 1);
    QCOMPARE(!reader.endError, reads);
}

void TestStream::ignoresWritesAfterFinishing()
{
    m_stream->write("yes");
    m_stream->finishWriting();
    m_stream->write("no");
    QByteArray got;
    QTRY_VERIFY((got += raw::read(m_peer), raw::atEnd(m_peer)));
    QCOMPARE(got, "yes");
}

void TestStream::abortsAtOnce()
{
    Reader reader(m_stream.get());
    m_stream->write(randomBytes(mostHeld));
    m_stream->abort();
    QCOMPARE(m_stream->bytesToWrite(), 0);
    QVERIFY(raw::atEnd(m_peer));
    char byte = 0;
    QCOMPARE(m_stream->read(&byte, 1), 0);
    m_stream->write("x");
    m_stream->flush();
    m_stream->finishWriting();
    m_stream->setReading(false);
    m_stream->setReading(true);
    m_stream->abort();
    QVERIFY(becomesIdle());
    QCOMPARE(reader.ends, 0);
    QCOMPARE(m_stream->bytesToWrite(), 0);
}

void TestStream::mayBeDeletedInsideItsSignals_data()
{
    QTest::addColumn<QString>("signal");
    for (const char *signal : {"readable", "bytesWritten", "bytesWritten in flush", "ended",
                               "ended while paused", "ended by a failed write"})
        QTest::newRow(signal) << QString::fromLatin1(signal);
}

void TestStream::mayBeDeletedInsideItsSignals()
{
    QFETCH(const QString, signal);
    const QPointer<Stream> stream = m_stream.get();
    const auto destroy = [this] { m_stream.reset(); };
    if (signal.startsWith(u"readable"))
        connect(stream, &Stream::readable, this, destroy);
    else if (signal.startsWith(u"bytesWritten"))
        connect(stream, &Stream::bytesWritten, this, destroy);
    else
        connect(stream, &Stream::ended, this, destroy);

    if (signal == u"readable") {
        raw::write(m_peer, "x");
    } else if (signal.startsWith(u"bytesWritten")) {
        stream->write("x");
        if (signal.endsWith(u"flush"))
            stream->flush();
    } else {
        if (signal.endsWith(u"paused"))
            stream->setReading(false);
        m_peer.reset();
        if (signal.endsWith(u"write")) {
            stream->write("x");
            stream->flush();
        }
    }
    QTRY_VERIFY(!stream);
    QVERIFY(becomesIdle());
}

void TestStream::abortsInsideItsSignals_data()
{
    mayBeDeletedInsideItsSignals_data();
}

void TestStream::abortsInsideItsSignals()
{
    QFETCH(const QString, signal);
    bool aborted = false;
    int ends = 0;
    const auto abort = [&] {
        m_stream->abort();
        aborted = true;
    };
    connect(m_stream.get(), &Stream::ended, this, [&ends] { ++ends; });
    const bool byEnd = signal.startsWith(u"ended");
    if (signal.startsWith(u"readable"))
        connect(m_stream.get(), &Stream::readable, this, abort);
    else if (byEnd)
        connect(m_stream.get(), &Stream::ended, this, abort);
    else
        connect(m_stream.get(), &Stream::bytesWritten, this, abort);

    if (signal.endsWith(u"paused"))
        m_stream->setReading(false);
    if (byEnd)
        m_peer.reset();
    else
        raw::write(m_peer, "x");
    if (!signal.startsWith(u"readable") && !signal.endsWith(u"paused"))
        m_stream->write("x");
    if (signal.endsWith(u"flush"))
        m_stream->flush();
    QTRY_VERIFY(aborted);
    QVERIFY(becomesIdle());
    QCOMPARE(ends, byEnd ? 1 : 0);
}

QTEST_GUILESS_MAIN(TestStream)
#include "tst_stream.moc"
