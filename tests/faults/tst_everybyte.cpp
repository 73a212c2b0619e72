// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "../replay/packetstream.h"
#include "faultyline.h"
#include "sanitized.h"
#include "talk.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QCoreApplication>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

// A fault behind each byte that a session consists of. Afterwards, and without that any time has to
// pass, all is settled and told, and nobody got what was not sent.

namespace {

// So many rounds without an event in a row mean that there is nothing left to be done: an event
// that was posted counts for nothing by itself.
constexpr int quietRounds = 3;

// With a sanitizer each place is tried with one of the faults, else with all.
constexpr qsizetype everyNth = isSanitized ? 4 : 1;

//! Lets all go on until nothing moves any more.
void runUntilQuiet(FaultyLine &line)
{
    auto *const dispatcher = QAbstractEventDispatcher::instance();
    int quiet = 0;
    while (quiet < quietRounds) {
        const bool handled = dispatcher->processEvents(QEventLoop::AllEvents);
        const bool moved = line.pump();
        quiet = handled || moved ? 0 : quiet + 1;
        if (quiet == quietRounds && line.release())
            quiet = 0;
    }
}

//! How many messages and requests lie whole in \a bytes.
struct Content
{
    qsizetype messages = 0;
    qsizetype requests = 0;

    void add(const qipc::Packet &packet)
    {
        if (packet.type == qint64(qipc::PacketType::Message))
            ++messages;
        else if (packet.type == qint64(qipc::PacketType::Request)
                 && !packet.data.toMap().contains(u"sub"_s)) // which the server takes itself
            ++requests;
    }
};

Content contentOf(const QByteArray &bytes, const Talk::Style &style)
{
    Content content;
    PacketStream stream(style.encoding == IPCPeer::Encoding::MessagePack, style.compression);
    constexpr qsizetype chunk = 16 * 1024;
    for (qsizetype done = 0; done < bytes.size(); done += chunk) {
        stream.feed(bytes.mid(done, chunk));
        while (const auto read = stream.next())
            content.add(read->packet);
    }
    return content;
}

struct Row
{
    const char *name;
    Talk::Style style;
};

QList<Row> talks()
{
    using Encoding = IPCPeer::Encoding;
    using Closer = Talk::Closer;
    return {
        {"JSON", {Encoding::Json, false, false, Closer::Client}},
        {"JSON, deflated", {Encoding::Json, true, false, Closer::Server}},
        {"MessagePack", {Encoding::MessagePack, false, false, Closer::Server}},
        {"MessagePack, deflated", {Encoding::MessagePack, true, false, Closer::Client}},
        {"JSON, as Node", {Encoding::Json, false, true, Closer::Server}},
        {"MessagePack, deflated, as Node", {Encoding::MessagePack, true, true, Closer::Client}},
    };
}

} // namespace

Q_DECLARE_METATYPE(Talk::Style)

class tst_EveryByte : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aFaultAnywhereLeavesNothingOpen_data();
    void aFaultAnywhereLeavesNothingOpen();
    void aFaultInMuchTrafficLeavesNothingOpen_data();
    void aFaultInMuchTrafficLeavesNothingOpen();
    void cleanupTestCase();

private:
    [[nodiscard]] bool tryAt(const Talk::Style &style, const FaultyLine::Plan &plan);
    [[nodiscard]] static QString complaint(const Talk &talk, const Talk::Style &style,
                                           const FaultyLine &line, const FaultyLine::Plan &plan);
    void addRows(const QList<Row> &rows);

    QTemporaryDir m_folder;
    std::unique_ptr<IPCServer> m_server;
    std::unique_ptr<FaultyLine> m_line;
    int m_tried = 0;
};

void tst_EveryByte::initTestCase()
{
    m_server = std::make_unique<IPCServer>(m_folder.filePath(u"server"_s));
    m_server->setIdGenerator([] { return u"id"_s; });
    QVERIFY2(m_server->listen(), qPrintable(m_server->error().message()));
    m_line = std::make_unique<FaultyLine>(m_folder.filePath(u"line"_s), m_server->address());
    QVERIFY(m_line->isListening());
}

void tst_EveryByte::addRows(const QList<Row> &rows)
{
    const QList<std::pair<const char *, Fault>> faults{
        {"split", Fault::Split},
        {"delayed", Fault::Delay},
        {"truncated", Fault::Truncate},
        {"killed", Fault::Kill},
    };
    QTest::addColumn<Talk::Style>("style");
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<Direction>("direction");
    for (const Row &row : rows) {
        for (const auto &[name, fault] : faults) {
            QTest::addRow("%s, %s to the server", row.name, name)
                << row.style << fault << Direction::ToServer;
            QTest::addRow("%s, %s to the client", row.name, name)
                << row.style << fault << Direction::ToClient;
        }
    }
}

// False where the session had ended before it came to the place of the fault, or a test has failed.
bool tst_EveryByte::tryAt(const Talk::Style &style, const FaultyLine::Plan &plan)
{
    m_line->begin(plan);
    Talk talk(style, m_folder.filePath(u"line"_s), m_server.get());
    talk.start();
    runUntilQuiet(*m_line);
    ++m_tried;
    const QString wrong = complaint(talk, style, *m_line, plan);
    if (!wrong.isEmpty())
        QTest::qFail(qPrintable(u"behind %1 bytes: %2"_s.arg(plan.at).arg(wrong)), __FILE__,
                     __LINE__);
    return wrong.isEmpty() && m_line->hasReached();
}

QString tst_EveryByte::complaint(const Talk &talk, const Talk::Style &style, const FaultyLine &line,
                                 const FaultyLine::Plan &plan)
{
    if (const QString wrong = talk.complaint(); !wrong.isEmpty())
        return wrong;
    const bool harmless =
        plan.fault == Fault::Split || plan.fault == Fault::Delay || !line.hasReached();
    if (harmless)
        return talk.whatIsMissing();
    // All that came whole before the end counts.
    const Content content = contentOf(line.passed(plan.direction), style);
    const Account &got = plan.direction == Direction::ToServer ? talk.server() : talk.client();
    if (got.received.size() != content.messages || got.requests.size() != content.requests)
        return u"%1 messages and %2 requests instead of %3 and %4"_s.arg(got.received.size())
            .arg(got.requests.size())
            .arg(content.messages)
            .arg(content.requests);
    return {};
}

void tst_EveryByte::aFaultAnywhereLeavesNothingOpen_data()
{
    addRows(talks());
}

void tst_EveryByte::aFaultAnywhereLeavesNothingOpen()
{
    QFETCH(Talk::Style, style);
    QFETCH(Fault, fault);
    QFETCH(Direction, direction);
    m_server->setEncoding(style.encoding);
    qsizetype at = qsizetype(fault) % everyNth;
    while (tryAt(style, {fault, direction, at, style.asNode}))
        at += everyNth;
    QVERIFY2(at > 150, qPrintable(QString::number(at))); // bytes that the session consists of
}

void tst_EveryByte::aFaultInMuchTrafficLeavesNothingOpen_data()
{
    QList<Row> rows = talks().first(4);
    for (Row &row : rows) {
        row.style.large = 150'000;
        row.style.many = 300; // more than is handled in one turn
    }
    addRows(rows);
}

// Not at every byte, but around each of the sizes that somebody reads or writes in.
void tst_EveryByte::aFaultInMuchTrafficLeavesNothingOpen()
{
    QFETCH(Talk::Style, style);
    QFETCH(Fault, fault);
    QFETCH(Direction, direction);
    m_server->setEncoding(style.encoding);
    constexpr qsizetype step = 20'011;
    qsizetype at = 1;
    while (tryAt(style, {fault, direction, at, false}))
        at += at < 64 * 1024 ? 3 * step / 4 : step;
    for (const qsizetype size : {64 * 1024, 65 * 1024, 128 * 1024}) {
        for (const qsizetype off : {-1, 0, 1}) {
            const bool reached = tryAt(style, {fault, direction, size + off, false});
            if (QTest::currentTestFailed())
                return;
            QCOMPARE(reached, !style.compression);
        }
    }
}

void tst_EveryByte::cleanupTestCase()
{
    qInfo("%d sessions, each with a fault", m_tried);
}

QTEST_GUILESS_MAIN(tst_EveryByte)

#include "tst_everybyte.moc"
