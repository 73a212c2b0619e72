// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connection.h"

#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>

using qipc::Listener;
using Code = IPCError::Code;

namespace {

struct
{
    int error = 0;
    int times = 0; // more that it fails
} failure;

} // namespace

// The system's own, but for the failures that a test cannot bring about otherwise: ENFILE is the
// whole machine's.
extern "C" int accept4(int socket, sockaddr *address, socklen_t *size, int flags)
{
    if (failure.times > 0) {
        --failure.times;
        errno = failure.error;
        return -1;
    }
    return int(::syscall(SYS_accept4, socket, address, size, flags));
}

// A server outlives all that accept() may fail with.
class TestAccepting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesOnAfter_data();
    void goesOnAfter();
};

void TestAccepting::goesOnAfter_data()
{
    QTest::addColumn<int>("systemError");
    QTest::addColumn<bool>("isSaid");
    QTest::newRow("EMFILE") << EMFILE << true;
    QTest::newRow("ENFILE") << ENFILE << true;
    QTest::newRow("ENOMEM") << ENOMEM << true;
    QTest::newRow("ENOBUFS") << ENOBUFS << true;
    QTest::newRow("EPERM, of a firewall") << EPERM << true;
    QTest::newRow("ECONNABORTED") << ECONNABORTED << false;
    QTest::newRow("EINTR") << EINTR << false;
    QTest::newRow("EAGAIN") << EAGAIN << false;
}

void TestAccepting::goesOnAfter()
{
    QFETCH(const int, systemError);
    QFETCH(const bool, isSaid);
    const ListeningPlace place;
    std::vector<IPCError> errors;
    connect(place.listener.get(), &Listener::errorOccurred, this,
            [&errors](const IPCError &error) { errors.push_back(error); });
    for (size_t episode = 1; episode <= 2; ++episode) {
        failure = {systemError, 2};
        const raw::FileDescriptor client = raw::socket();
        QVERIFY(raw::connectTo(client, place.address()));
        QTRY_COMPARE(place.streams.size(), episode);
        QCOMPARE(failure.times, 0);
        QCOMPARE(errors.size(), isSaid ? episode : 0); // once, not each time
        for (const IPCError &error : errors) {
            QCOMPARE(error.code(), Code::OutOfResources);
            QCOMPARE(error.systemError(), systemError);
            QVERIFY2(error.message().contains(place.address()), qPrintable(error.message()));
        }
    }
}

QTEST_GUILESS_MAIN(TestAccepting)
#include "tst_accepting.moc"
