// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connection.h"

#include <QtCore/QDir>
#include <QtCore/QPointer>
#include <QtCore/QSet>
#include <QtCore/QThread>
#include <QtTest/QSignalSpy>

#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <vector>

using namespace Qt::StringLiterals;
using qipc::Connector;
using qipc::Stream;
using Code = IPCError::Code;

class TestConnector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connects();
    void connectsToAPlainServer();
    void reportsErrors_data();
    void reportsErrors();
    void takesASocketThatIsJustRemovedForNoFile();
    void reportsLackOfDescriptors();
    void emitsNothingBeforeItReturns_data();
    void emitsNothingBeforeItReturns();
    void waitsBehindAFullBacklog();
    void mayBeDeletedWhileItWaits();
    void mayBeDeletedInsideItsSignals_data();
    void mayBeDeletedInsideItsSignals();
};

namespace {

// Connects and waits for the outcome.
class Attempt
{
public:
    explicit Attempt(const QString &address)
        : m_connector(Connector::create())
    {
        QObject::connect(m_connector.get(), &Connector::connected, m_connector.get(),
                         [this](Stream *made) { stream.reset(made); });
        QObject::connect(m_connector.get(), &Connector::failed, m_connector.get(),
                         [this](const IPCError &failure) { error = failure; });
        m_connector->connectTo(address);
    }

    [[nodiscard]] bool isOver() const { return stream || error; }

    std::unique_ptr<Stream> stream;
    IPCError error;

private:
    std::unique_ptr<Connector> m_connector;
};

} // namespace

void TestConnector::connects()
{
    ListeningPlace place;
    QVERIFY2(!place.error, qPrintable(place.error.message()));
    Attempt attempt(place.address());
    QTRY_VERIFY(attempt.isOver());
    QVERIFY2(attempt.stream, qPrintable(attempt.error.message()));
    QVERIFY(!attempt.stream->parent());
    const auto other = place.takeOne();
    QVERIFY(other);
    QVERIFY(!other->parent());

    Reader reader(other.get());
    attempt.stream->write("hello");
    QTRY_COMPARE(reader.bytes, "hello");
}

void TestConnector::connectsToAPlainServer()
{
    const QTemporaryDir folder;
    const QString address = folder.filePath(QStringLiteral("socket"));
    const auto server = raw::listeningAt(address);
    QVERIFY(server);
    Attempt attempt(address);
    QTRY_VERIFY(attempt.isOver());
    QVERIFY(attempt.stream);
    const auto peer = raw::accept(server);
    attempt.stream->write("hello");
    attempt.stream->flush();
    QCOMPARE(raw::read(peer), "hello");
#ifndef QIPC_PORTABLE_TRANSPORT
    QCOMPARE(attempt.stream->credentials(), IPCCredentials(::getpid(), ::geteuid(), ::getegid()));
#endif
}

void TestConnector::reportsErrors_data()
{
    QTest::addColumn<QString>("there");
    QTest::addColumn<IPCError::Code>("code");
    QTest::addColumn<int>("systemError");
    QTest::newRow("nothing") << u"nothing"_s << Code::NoSuchServer << ENOENT;
    QTest::newRow("no folder") << u"no folder"_s << Code::NoSuchServer << ENOENT;
    QTest::newRow("dead socket") << u"dead socket"_s << Code::ConnectionRefused << ECONNREFUSED;
    QTest::newRow("file") << u"file"_s << Code::NotASocket << ECONNREFUSED;
    QTest::newRow("folder") << u"folder"_s << Code::NotASocket << ECONNREFUSED;
#ifndef QIPC_PORTABLE_TRANSPORT
    QTest::newRow("datagrams") << u"datagrams"_s << Code::NotASocket << EPROTOTYPE;
    QTest::newRow("too long") << u"too long"_s << Code::NameTooLong << ENAMETOOLONG;
#endif
    if (::geteuid() != 0) // root may connect to all
        QTest::newRow("forbidden") << u"forbidden"_s << Code::PermissionDenied << EACCES;
}

void TestConnector::reportsErrors()
{
    QFETCH(const QString, there);
    const QTemporaryDir folder;
    QString address = folder.filePath(QStringLiteral("socket"));
    raw::FileDescriptor other;
    if (there == u"no folder")
        address += u"/socket";
    else if (there == u"dead socket")
        QVERIFY(raw::leaveDeadSocket(address));
    else if (there == u"file")
        QVERIFY(QFile(address).open(QIODevice::WriteOnly));
    else if (there == u"folder")
        QVERIFY(QDir().mkdir(address));
    else if (there == u"datagrams")
        other = raw::boundAt(address, SOCK_DGRAM);
    else if (there == u"too long")
        address += QString(108, u'x');
    else if (there == u"forbidden") {
        other = raw::listeningAt(address);
        QCOMPARE(::chmod(QFile::encodeName(address).constData(), 0), 0);
    }

    Attempt attempt(address);
    QTRY_VERIFY(attempt.isOver());
    QVERIFY(!attempt.stream);
    QTEST(attempt.error.code(), "code");
    QVERIFY(attempt.error.message().contains(address));
#ifndef QIPC_PORTABLE_TRANSPORT
    QTEST(attempt.error.systemError(), "systemError");
#endif
}

// As a server does that takes the place of one that crashed: a client that waits for it would not
// come back after NotASocket.
void TestConnector::takesASocketThatIsJustRemovedForNoFile()
{
    const QTemporaryDir folder;
    const QString address = folder.filePath(QStringLiteral("socket"));
    std::atomic<bool> enough = false;
    const std::unique_ptr<QThread> servers(QThread::create([&] {
        while (!enough) {
            raw::leaveDeadSocket(address);
            QFile::remove(address);
        }
    }));
    servers->start();
    QSet<Code> codes;
    for (int i = 0; i < 5'000; ++i) {
        const Attempt attempt(address);
        QVERIFY(QTest::qWaitFor([&attempt] { return attempt.isOver(); }));
        if (!attempt.stream) // the socket listens for a moment
            codes.insert(attempt.error.code());
    }
    enough = true;
    servers->wait();
    codes -= {Code::NoSuchServer, Code::ConnectionRefused};
    QVERIFY2(codes.isEmpty(), qPrintable(QDebug::toString(codes)));
}

void TestConnector::reportsLackOfDescriptors()
{
    ListeningPlace place;
    const raw::DescriptorShortage shortage;
    Attempt attempt(place.address());
    QTRY_VERIFY(attempt.isOver());
    QCOMPARE(attempt.error.code(), Code::OutOfResources);
}

void TestConnector::emitsNothingBeforeItReturns_data()
{
    QTest::addColumn<bool>("thereIsAServer");
    QTest::newRow("connected") << true;
    QTest::newRow("failed") << false;
}

void TestConnector::emitsNothingBeforeItReturns()
{
    QFETCH(const bool, thereIsAServer);
    ListeningPlace place;
    if (!thereIsAServer)
        place.listener->close();
    Attempt attempt(place.address());
    QVERIFY(!attempt.isOver());
    QTRY_VERIFY(attempt.isOver());
    QCOMPARE(bool(attempt.stream), thereIsAServer);
}

void TestConnector::waitsBehindAFullBacklog()
{
    const QTemporaryDir folder;
    const QString address = folder.filePath(QStringLiteral("socket"));
    const auto server = raw::listeningAt(address, 0);
    QVERIFY(server);
    std::vector<raw::FileDescriptor> ahead;
    do {
        ahead.push_back(raw::socket());
    } while (raw::connectTo(ahead.back(), address));
    QCOMPARE(errno, EAGAIN);

    Attempt attempt(address);
    // Something that takes longer than the first attempts.
    Attempt elsewhere(address + u'x');
    QTRY_VERIFY(elsewhere.isOver());
    QVERIFY(!attempt.isOver());

    while (raw::accept(server)) { }
    QTRY_VERIFY(attempt.isOver());
    QVERIFY2(attempt.stream, qPrintable(attempt.error.message()));
}

void TestConnector::mayBeDeletedWhileItWaits()
{
    ListeningPlace place;
    auto connector = Connector::create();
    const QSignalSpy failed(connector.get(), &Connector::failed);
    connector->connectTo(place.address());
    connector.reset();
    Attempt later(place.address());
    QTRY_VERIFY(later.isOver());
    QTRY_COMPARE(place.streams.size(), size_t(1));
}

void TestConnector::mayBeDeletedInsideItsSignals_data()
{
    emitsNothingBeforeItReturns_data();
}

void TestConnector::mayBeDeletedInsideItsSignals()
{
    QFETCH(const bool, thereIsAServer);
    ListeningPlace place;
    if (!thereIsAServer)
        place.listener->close();
    std::unique_ptr<Stream> stream;
    QPointer<Connector> connector = Connector::create().release();
    connect(connector, &Connector::connected, this, [&](Stream *made) {
        stream.reset(made);
        delete connector;
    });
    connect(connector, &Connector::failed, this, [&] { delete connector; });
    connector->connectTo(place.address());
    QTRY_VERIFY(!connector);
    QCOMPARE(bool(stream), thereIsAServer);
}

QTEST_GUILESS_MAIN(TestConnector)
#include "tst_connector.moc"
