// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "../transport/rawsocket.h"
#include "compression_p.h"
#include "sanitized.h"

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;

// Strangers at a server that has little memory (RLIMIT_AS), and dies where it does not get any:
// what they announce costs it nothing, and what they send costs no more than its limits permit.

namespace {

constexpr int patience = 20'000; // ms
constexpr qsizetype mebibyte = 1024 * 1024;

qint64 valueOf(const QByteArray &name, const QString &pid = u"self"_s)
{
    QFile file(u"/proc/%1/status"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = file.readAll();
    const auto begin = text.indexOf(name) + name.size();
    return text.mid(begin, text.indexOf(" kB", begin) - begin).trimmed().toLongLong() * 1024;
}

// Echoes requests. May use so much more address space than it has by now.
int serve(const QString &path, qint64 room, qsizetype messageSize, int maxConnections)
{
    IPCServer server(path);
    IPCLimits limits;
    limits.setMessageSize(messageSize);
    limits.setQueuedBytes(messageSize);
    server.setLimits(limits);
    server.setMaxConnections(maxConnections);
    QObject::connect(
        &server, &IPCServer::requestReceived, &server,
        [](const QVariant &request, const IPCResponder &respond) { respond(request); });
    if (!server.listen())
        return 1;
    rlimit limit{};
    limit.rlim_cur = limit.rlim_max = rlim_t(valueOf("VmSize:") + room);
    if (::setrlimit(RLIMIT_AS, &limit) != 0)
        return 1;
    puts("listening");
    fflush(stdout);
    return QCoreApplication::exec();
}

class SmallServer : public QProcess
{
public:
    SmallServer(const QString &path, qint64 room, qsizetype messageSize, int maxConnections)
        : m_path(path)
    {
        setProcessChannelMode(ForwardedErrorChannel);
        start(QCoreApplication::applicationFilePath(),
              {u"serve"_s, path, QString::number(room), QString::number(messageSize),
               QString::number(maxConnections)});
        waitForReadyRead(patience);
        m_before = valueOf("VmSize:", QString::number(processId()));
    }
    ~SmallServer() override
    {
        kill();
        waitForFinished();
    }

    //! Whether it still answers somebody.
    [[nodiscard]] bool isAlive()
    {
        IPCClient client(m_path);
        client.connectToServer();
        const auto answer = client.request(u"alive"_s);
        return QTest::qWaitFor([&answer] { return answer.isFinished(); }, patience)
            && answer.result().valueOr({}) == u"alive"_s && state() == Running;
    }
    //! By how much its address space has grown at most.
    [[nodiscard]] double grownMebibytes() const
    {
        return double(valueOf("VmPeak:", QString::number(processId())) - m_before) / mebibyte;
    }

private:
    const QString m_path;
    qint64 m_before = 0;
};

QByteArray tag(qsizetype length)
{
    QByteArray result(1, char((length & 0x7f) | 0x80));
    while (length >>= 7)
        result.prepend(char(length & 0x7f));
    return result;
}

QByteArray frame(const QByteArray &payload)
{
    return tag(payload.size()) + payload;
}

// Whoever says what it likes.
class Stranger
{
public:
    Stranger(const QString &address, bool compression)
        : m_socket(raw::socket())
    {
        const QByteArray offer =
            compression ? R"({"t":0,"d":{"compress":true}})" : R"({"t":0,"d":{}})";
        if (raw::connectTo(m_socket, address))
            raw::write(m_socket, "IPC" + frame(offer));
    }

    [[nodiscard]] bool isLetIn()
    {
        return QTest::qWaitFor(
            [this] {
                m_received += raw::read(m_socket);
                return m_received.contains(R"("id")");
            },
            patience);
    }
    //! Whether the server has taken all of it, or has thrown this one out.
    bool say(const QByteArray &bytes)
    {
        qsizetype done = 0;
        return QTest::qWaitFor(
            [&] {
                while (done < bytes.size()) {
                    const ssize_t sent = ::send(m_socket.get(), bytes.constData() + done,
                                                size_t(bytes.size() - done), MSG_NOSIGNAL);
                    if (sent < 0)
                        return errno != EAGAIN;
                    done += sent;
                }
                return true;
            },
            patience);
    }

private:
    raw::FileDescriptor m_socket;
    QByteArray m_received;
};

using Strangers = std::vector<std::unique_ptr<Stranger>>;

Strangers letIn(int count, const QString &address, bool compression)
{
    Strangers strangers;
    for (int i = 0; i < count; ++i)
        strangers.push_back(std::make_unique<Stranger>(address, compression));
    for (const auto &stranger : strangers) {
        if (!stranger->isLetIn())
            return {};
    }
    return strangers;
}

QByteArray repeated(const QByteArray &begin, const QByteArray &part, const QByteArray &end,
                    qsizetype size)
{
    return begin + part.repeated((size - begin.size() - end.size()) / part.size()) + end;
}

} // namespace

class tst_Memory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void announcementsCostNothing_data();
    void announcementsCostNothing();
    void messagesCostWhatTheLimitsPermit_data();
    void messagesCostWhatTheLimitsPermit();

private:
    QTemporaryDir m_folder;
};

void tst_Memory::initTestCase()
{
    if (isSanitized)
        QSKIP("a sanitizer takes more address space than there is memory");
}

void tst_Memory::announcementsCostNothing_data()
{
    QTest::addColumn<QByteArray>("bytes");
    // Below the default limit of 64 MiB; larger ones are refused as they are read.
    QTest::newRow("a tag alone") << tag(60 * mebibyte);
    QTest::newRow("a tag and the begin") << tag(60 * mebibyte) + R"({"t":1,"d":")";
    QTest::newRow("a tag of one megabyte") << tag(mebibyte) + R"({"t":1,"d":")";
}

void tst_Memory::announcementsCostNothing()
{
    QFETCH(QByteArray, bytes);
    constexpr int count = 100; // as many as wait in the backlog, and fewer
    constexpr qint64 room = 32 * mebibyte;
    const QString path = m_folder.filePath(u"s"_s);
    SmallServer server(path, room, 64 * mebibyte, 1000);
    const Strangers strangers = letIn(count, path, false);
    QCOMPARE(strangers.size(), size_t(count));
    for (const auto &stranger : strangers)
        QVERIFY(stranger->say(bytes));
    QVERIFY(server.isAlive());
    qInfo("%d strangers: %.1f MiB of address space", count, server.grownMebibytes());
}

void tst_Memory::messagesCostWhatTheLimitsPermit_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("compression");
    const QByteArray request = R"({"t":2,"n":"x","d":)";
    constexpr qsizetype size = mebibyte - 1024;
    QTest::newRow("text") << repeated(request + '"', "x", "\"}", size) << false;
    QTest::newRow("lists in a list") << repeated(request + '[', "[],", "0]}", size) << false;
    QTest::newRow("maps in a list") << repeated(request + '[', "{\"\":0},", "0]}", size) << false;
    QTest::newRow("numbers in a list") << repeated(request + '[', "0,", "0]}", size) << false;
    QTest::newRow("deflated lists") << repeated(request + '[', "[],", "0]}", size) << true;
    QTest::newRow("a bomb") << repeated(request + '"', "x", "\"}", 16 * size) << true;
}

// As many strangers as are let in, each with the largest message, again and again; they read
// nothing of what the server answers.
void tst_Memory::messagesCostWhatTheLimitsPermit()
{
    QFETCH(QByteArray, payload);
    QFETCH(bool, compression);
    constexpr int count = 3;
    constexpr int times = 3;
    constexpr qint64 room = 128 * mebibyte;
    const QString path = m_folder.filePath(u"s"_s);
    SmallServer server(path, room, mebibyte, count + 1);
    const Strangers strangers = letIn(count, path, compression);
    QCOMPARE(strangers.size(), size_t(count));
    qipc::Deflater deflater;
    for (int time = 0; time < times; ++time) {
        QByteArray bytes = payload;
        if (compression) {
            bytes.clear();
            QVERIFY(!deflater.deflate(payload, bytes));
        }
        for (const auto &stranger : strangers)
            QVERIFY(stranger->say(frame(bytes)));
    }
    QVERIFY(server.isAlive());
    qInfo("%d strangers: %.1f MiB of address space", count, server.grownMebibytes());
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"serve")
        return serve(arguments.value(2), arguments.value(3).toLongLong(),
                     arguments.value(4).toLongLong(), arguments.value(5).toInt());
    tst_Memory test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_memory.moc"
