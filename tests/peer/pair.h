// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_PAIR_H
#define QIPC_TEST_PAIR_H

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <QtCore/QElapsedTimer>
#include <QtCore/QPointer>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <chrono>
#include <functional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Code = IPCError::Code;

//! What a future settles with; a TimedOut error where it does not within 5 s.
template <typename T>
IPCResult<T> settled(const QFuture<IPCResult<T>> &future)
{
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }))
        return IPCError(Code::TimedOut, u"the future did not settle"_s);
    return future.result();
}

//! The code of what a future settles with.
template <typename T>
Code codeOf(const QFuture<IPCResult<T>> &future)
{
    return settled(future).error().code();
}

//! A server and a client of it in one process, at an address of their own.
struct Pair
{
    Pair()
        : server(folder.filePath(u"s"_s))
        , client(server.path())
    {
        client.setAutoReconnect(false);
    }

    //! Whether both are ready for each other.
    [[nodiscard]] bool connect()
    {
        if (!server.isListening() && !server.listen())
            return false;
        client.connectToServer();
        return QTest::qWaitFor(
            [this] { return client.isReady() && !server.connections().isEmpty(); });
    }

    //! The server's end of the client.
    [[nodiscard]] IPCConnection *connection() const { return server.connections().value(0); }

    QTemporaryDir folder;
    IPCServer server;
    IPCClient client;
};

#endif
