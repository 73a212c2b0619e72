// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "rawsocket.h"
#include "unix/poller_p.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QEventLoop>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtTest/QTest>

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <future>
#include <memory>

using qipc::FileDescriptor;
using qipc::Poller;

namespace {

// One end of a pair that is watched, and the other one.
class Client final : public Poller::Client
{
public:
    explicit Client(quint32 events = EPOLLIN)
        : m_poller(Poller::ofThisThread())
    {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            qFatal("no socketpair");
        socket = FileDescriptor(ends[0]);
        peer = FileDescriptor(ends[1]);
        watch(events);
    }
    ~Client() { unwatch(); }
    Q_DISABLE_COPY_MOVE(Client)

    void watch(quint32 events)
    {
        QCOMPARE(m_poller->watch(socket, this, events, m_watched), 0);
        m_watched = true;
    }
    void unwatch()
    {
        if (std::exchange(m_watched, false))
            m_poller->unwatch(socket, this);
    }
    void onPolled(quint32 events) override
    {
        told.push_back(events);
        const auto handler = handle; // for it may delete this
        if (handler)
            handler(this);
        else
            raw::read(socket);
    }

    FileDescriptor socket;
    FileDescriptor peer;
    std::function<void(Client *)> handle; // where not set, reads all
    std::vector<quint32> told;

private:
    const std::shared_ptr<Poller> m_poller;
    bool m_watched = false;
};

using Clients = std::vector<std::unique_ptr<Client>>;

Clients makeClients(size_t count, const std::function<void(Client *)> &handle = {})
{
    Clients clients;
    for (size_t i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<Client>());
        clients.back()->handle = handle;
    }
    return clients;
}

void makeReady(const Clients &clients)
{
    for (const auto &client : clients)
        QCOMPARE(raw::write(client->peer, "x"), 1);
}

// Until nothing is left, which an event that nobody consumes prevents.
bool becomesIdle()
{
    return QTest::qWaitFor(
        [] { return !QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents); });
}

const std::vector<quint32> readableOnce = {EPOLLIN};

} // namespace

class TestPoller : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsEachOfItsOwn();
    void tellsAgainWhatIsNotConsumed();
    void tellsOfHangups();
    void refusesWhatCannotBeWatched();

    void mayBeLeftWhileTelling_data();
    void mayBeLeftWhileTelling();
    void tellsWhoTookThePlaceOfOneThatLeft();
    void watchesAnewWhileTelling_data();
    void watchesAnewWhileTelling();
    void tellsTheRestInANestedEventLoop();
    void mayBeLeftInANestedEventLoop();

    void tellsAllOfManyInTurn();
    void leavesOthersTheirTurn();

    void isOneForEachThread();
    void endsWithItsLastHolder();
    void endsWhileTelling();
};

void TestPoller::tellsEachOfItsOwn()
{
    const Clients clients = makeClients(300);
    for (size_t i = 0; i < clients.size(); i += 7)
        raw::write(clients[i]->peer, "x");
    QVERIFY(becomesIdle());
    for (size_t i = 0; i < clients.size(); ++i)
        QCOMPARE(clients[i]->told, i % 7 == 0 ? readableOnce : std::vector<quint32>());

    clients[1]->watch(EPOLLIN | EPOLLOUT);
    clients[1]->handle = [](Client *client) { client->watch(EPOLLIN); };
    QVERIFY(becomesIdle());
    QCOMPARE(clients[1]->told, std::vector<quint32>{EPOLLOUT});
    QVERIFY(clients[2]->told.empty());
}

void TestPoller::tellsAgainWhatIsNotConsumed()
{
    Client client;
    client.handle = [](Client *) {};
    raw::write(client.peer, "x");
    QTRY_VERIFY(client.told.size() >= 3);
    client.handle = {};
    QVERIFY(becomesIdle());
    const size_t before = client.told.size();
    QVERIFY(becomesIdle());
    QCOMPARE(client.told.size(), before);
}

void TestPoller::tellsOfHangups()
{
    const auto leave = [](Client *client) { client->unwatch(); };
    Client half(EPOLLRDHUP);
    half.handle = leave;
    Client whole(0);
    whole.handle = leave;
    ::shutdown(half.peer.get(), SHUT_WR);
    whole.peer.reset();
    QTRY_VERIFY(!half.told.empty() && !whole.told.empty());
    QCOMPARE(half.told, std::vector<quint32>{EPOLLRDHUP});
    QCOMPARE(whole.told, std::vector<quint32>{EPOLLHUP});
}

void TestPoller::refusesWhatCannotBeWatched()
{
    const auto poller = Poller::ofThisThread();
    Client client;
    QCOMPARE(poller->watch(FileDescriptor(), &client, EPOLLIN, false), EBADF);
    QCOMPARE(
        poller->watch(FileDescriptor(::open("/", O_RDONLY | O_CLOEXEC)), &client, EPOLLIN, false),
        EPERM);
    raw::write(client.peer, "x");
    QTRY_COMPARE(client.told, readableOnce);
}

void TestPoller::mayBeLeftWhileTelling_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<bool>("deleted");
    for (const char *who : {"itself", "the others", "all"}) {
        QTest::addRow("%s", who) << QString::fromLatin1(who) << false;
        QTest::addRow("%s, deleted", who) << QString::fromLatin1(who) << true;
    }
}

// The one that is told first makes them leave; nobody who has left is told.
void TestPoller::mayBeLeftWhileTelling()
{
    QFETCH(const QString, who);
    QFETCH(const bool, deleted);
    Clients clients;
    int told = 0;
    clients = makeClients(20, [&](Client *client) {
        raw::read(client->socket);
        if (told++ > 0)
            return;
        for (auto &other : clients) {
            const bool leaves = who == u"all" || (other.get() == client) == (who == u"itself");
            if (leaves && deleted)
                other.reset();
            else if (leaves)
                other->unwatch();
        }
    });
    makeReady(clients);
    QVERIFY(becomesIdle());
    QCOMPARE(told, who == u"itself" ? 20 : 1);
}

// Its descriptor and perhaps its address are those of the one that left.
void TestPoller::tellsWhoTookThePlaceOfOneThatLeft()
{
    Clients clients;
    bool replaced = false;
    clients = makeClients(10, [&](Client *client) {
        raw::read(client->socket);
        for (auto &other : clients) {
            if (!replaced && other.get() != client) {
                other.reset();
                other = std::make_unique<Client>();
            }
        }
        replaced = true;
    });
    makeReady(clients);
    QVERIFY(becomesIdle());
    QVERIFY(replaced);
    QCOMPARE(std::count_if(clients.begin(), clients.end(),
                           [](const auto &client) { return client->told.empty(); }),
             9);
    for (const auto &client : clients)
        client->told.clear();
    makeReady(clients);
    QVERIFY(becomesIdle());
    for (const auto &client : clients)
        QCOMPARE(client->told, readableOnce);
}

void TestPoller::watchesAnewWhileTelling_data()
{
    QTest::addColumn<bool>("unwatched");
    QTest::newRow("in place") << false;
    QTest::newRow("after leaving") << true;
}

// What it was watched for before is not told any more.
void TestPoller::watchesAnewWhileTelling()
{
    QFETCH(const bool, unwatched);
    Clients clients;
    Client *first = nullptr;
    clients = makeClients(10, [&](Client *client) {
        if (first) {
            client->unwatch();
            return;
        }
        first = client;
        for (const auto &other : clients) {
            if (unwatched)
                other->unwatch();
            other->watch(EPOLLOUT);
        }
    });
    makeReady(clients);
    QVERIFY(becomesIdle());
    for (const auto &client : clients) {
        if (client.get() == first)
            QCOMPARE(client->told, (std::vector<quint32>{EPOLLIN, EPOLLOUT}));
        else
            QCOMPARE(client->told, std::vector<quint32>{EPOLLOUT});
    }
}

void TestPoller::tellsTheRestInANestedEventLoop()
{
    Client late;
    Clients clients;
    int told = 0;
    bool allInside = false;
    clients = makeClients(10, [&](Client *client) {
        raw::read(client->socket);
        if (told++ > 0)
            return;
        raw::write(late.peer, "x");
        allInside = QTest::qWaitFor([&] { return told == 10 && !late.told.empty(); });
    });
    makeReady(clients);
    QTRY_VERIFY(allInside);
    QVERIFY(becomesIdle());
    for (const auto &client : clients)
        QCOMPARE(client->told, readableOnce);
    QCOMPARE(late.told, readableOnce);
}

void TestPoller::mayBeLeftInANestedEventLoop()
{
    Clients clients;
    int told = 0;
    clients = makeClients(10, [&](Client *client) {
        raw::read(client->socket);
        ++told;
        if (told == 1) {
            QEventLoop loop;
            QTimer::singleShot(0, &loop, [&] {
                clients.clear();
                loop.quit();
            });
            loop.exec();
        }
    });
    makeReady(clients);
    QTRY_VERIFY(clients.empty());
    const int before = told;
    QVERIFY(becomesIdle());
    QCOMPARE(told, before);
    Client after;
    raw::write(after.peer, "x");
    QTRY_COMPARE(after.told, readableOnce);
}

// Nobody is told twice before all are told once.
void TestPoller::tellsAllOfManyInTurn()
{
    Clients clients;
    size_t told = 0;
    size_t most = 0;
    clients = makeClients(200, [&](Client *client) {
        ++told;
        most = std::max(most, client->told.size());
        QVERIFY(most <= told / clients.size() + 1);
    });
    makeReady(clients);
    QTRY_VERIFY(told >= 3 * clients.size());
    for (const auto &client : clients)
        QVERIFY(client->told.size() >= 3);
}

void TestPoller::leavesOthersTheirTurn()
{
    int told = 0;
    const Clients clients = makeClients(200, [&told](Client *) { ++told; });
    makeReady(clients);
    int ticks = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&ticks] { ++ticks; });
    timer.start(0);
    QTRY_VERIFY(told >= 2000);
    QVERIFY2(ticks >= 10, "many that are ready leave a timer no turn");
}

void TestPoller::isOneForEachThread()
{
    const auto poller = Poller::ofThisThread();
    QCOMPARE(Poller::ofThisThread(), poller);
    bool isOther = false;
    bool works = false;
    std::promise<void> done; // what ThreadSanitizer sees, as it does not the end of a QThread
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        const auto inside = Poller::ofThisThread();
        isOther = inside != poller && inside == Poller::ofThisThread();
        Client client;
        raw::write(client.peer, "x");
        works = QTest::qWaitFor([&client] { return client.told == readableOnce; });
        done.set_value();
    }));
    thread->start();
    QVERIFY(thread->wait(10'000));
    done.get_future().wait();
    QVERIFY(isOther);
    QVERIFY(works);
    QCOMPARE(Poller::ofThisThread(), poller);
}

void TestPoller::endsWithItsLastHolder()
{
    auto first = Poller::ofThisThread();
    auto second = Poller::ofThisThread();
    const std::weak_ptr<Poller> weak = first;
    first.reset();
    QVERIFY(!weak.expired());
    second.reset();
    QVERIFY(weak.expired());

    Client client;
    raw::write(client.peer, "x");
    QTRY_COMPARE(client.told, readableOnce);
}

void TestPoller::endsWhileTelling()
{
    const std::weak_ptr<Poller> weak = Poller::ofThisThread();
    QVERIFY(weak.expired());
    Clients clients = makeClients(3, [&](Client *) { clients.clear(); });
    const std::weak_ptr<Poller> current = Poller::ofThisThread();
    makeReady(clients);
    QTRY_VERIFY(current.expired());
    QVERIFY(clients.empty());

    Client client;
    raw::write(client.peer, "x");
    QTRY_COMPARE(client.told, readableOnce);
}

QTEST_GUILESS_MAIN(TestPoller)
#include "tst_poller.moc"
