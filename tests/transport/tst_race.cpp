// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connection.h"

#include <QtCore/QProcess>

#include <sys/mman.h>
#include <sys/wait.h>

#include <atomic>
#include <cstdio>
#include <random>

using qipc::Listener;
using Code = IPCError::Code;

// Many processes that start and end at one address, some without cleaning up. This program is all
// of them: with arguments it is one of the racers.

namespace {

constexpr int racers = 6;
#ifdef QIPC_PORTABLE_TRANSPORT
constexpr int winsWanted = 60; // who finds a QLockFile taken sleeps
#else
constexpr int winsWanted = 300;
#endif

//! What the racers have in common, in a file that all of them map.
struct Track
{
    std::atomic<int> owner; // pid of who listens; 0 where nobody does
    std::atomic<int> wins;
    std::atomic<int> crashes;
};
static_assert(std::atomic<int>::is_always_lock_free);

Track *map(QFile &file)
{
    if (!file.open(QFile::ReadWrite) || !file.resize(sizeof(Track)))
        return nullptr;
    return reinterpret_cast<Track *>(file.map(0, sizeof(Track)));
}

int failed(const char *what)
{
    std::fprintf(stderr, "%s\n", what);
    return 1;
}

//! Whether who connects to \a address comes to this very process.
bool leadsHere(const QString &address)
{
    const raw::FileDescriptor socket = raw::socket();
    ucred server{};
    socklen_t size = sizeof server;
    return raw::connectTo(socket, address)
        && ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &server, &size) == 0
        && server.pid == ::getpid();
}

int race(const QString &address, const QString &trackFile, unsigned seed)
{
    QFile file(trackFile);
    Track *track = map(file);
    if (!track)
        return failed("no track");
    std::mt19937 random(seed);
    while (track->wins < winsWanted) {
        const auto listener = Listener::create();
        Listener::Options options;
        options.address = address;
        const IPCError error = listener->listen(options);
        if (error.code() == Code::AddressInUse)
            continue;
        if (error)
            return failed(qPrintable(error.message()));
        if (track->owner.exchange(::getpid()) != 0)
            return failed("displaced a live server");
        for (auto looks = random() % 8; looks > 0; --looks) {
            if (!leadsHere(address))
                return failed("was displaced");
        }
        if (track->owner.exchange(0) != ::getpid())
            return failed("two listened at a time");
        ++track->wins;
        if (random() % 16 == 0) {
            ++track->crashes;
            ::_exit(2); // as by kill -9: the socket and the lock stay behind
        }
        listener->close();
        if (random() % 2 == 0)
            static_cast<void>(raw::leaveDeadSocket(address)); // where nobody was faster
    }
    return 0;
}

} // namespace

class TestRace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasOneOwnerAtATime();
};

void TestRace::hasOneOwnerAtATime()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("track")));
    const Track *track = map(file);
    QVERIFY(track);
    const QString address = folder.filePath(QStringLiteral("socket"));

    unsigned seed = 1;
    std::vector<std::unique_ptr<QProcess>> processes;
    const auto start = [&](QProcess *process) {
        process->start(QCoreApplication::applicationFilePath(),
                       {address, file.fileName(), QString::number(seed++)});
    };
    int clean = 0;
    QStringList failures;
    const QObject whileRacing; // who is killed in the end is not asked why
    for (int i = 0; i < racers; ++i) {
        auto *process = processes.emplace_back(std::make_unique<QProcess>()).get();
        connect(process, &QProcess::finished, &whileRacing, [&, process](int code) {
            if (code == 0)
                ++clean;
            else if (code == 2)
                start(process);
            else
                failures += QString::fromLocal8Bit(process->readAllStandardError());
        });
        start(process);
    }
    QTRY_VERIFY_WITH_TIMEOUT(clean == racers || !failures.isEmpty(), 60'000);
    QCOMPARE(failures, QStringList());
    QVERIFY(track->wins >= winsWanted);
    QVERIFY(track->crashes > 0);
    QVERIFY(QFile::exists(address) == false
            || raw::connectTo(raw::socket(), address) == false); // nobody has stayed
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments.at(1).startsWith(u'/'))
        return race(arguments.at(1), arguments.at(2), arguments.at(3).toUInt());
    TestRace test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_race.moc"
