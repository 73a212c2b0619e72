// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_CONNECTION_H
#define QIPC_TEST_CONNECTION_H

#include "connector_p.h"
#include "listener_p.h"
#include "rawsocket.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <memory>

// A folder with a listener in it; what connects is put in a list.
class ListeningPlace
{
public:
    explicit ListeningPlace(int backlog = 128)
        : listener(qipc::Listener::create())
    {
        QObject::connect(listener.get(), &qipc::Listener::incoming, listener.get(),
                         [this](qipc::Stream *stream) { streams.emplace_back(stream); });
        qipc::Listener::Options options;
        options.address = address();
        options.backlog = backlog;
        error = listener->listen(options);
    }

    [[nodiscard]] QString address() const { return folder.filePath(QStringLiteral("socket")); }

    // Takes a stream whose peer is plain.
    [[nodiscard]] std::unique_ptr<qipc::Stream> accept(const raw::FileDescriptor &peer)
    {
        if (!raw::connectTo(peer, address()))
            return nullptr;
        return takeOne();
    }

    [[nodiscard]] std::unique_ptr<qipc::Stream> takeOne()
    {
        if (!QTest::qWaitFor([this] { return !streams.empty(); }))
            return nullptr;
        auto stream = std::move(streams.front());
        streams.erase(streams.begin());
        return stream;
    }

    QTemporaryDir folder;
    std::unique_ptr<qipc::Listener> listener;
    std::vector<std::unique_ptr<qipc::Stream>> streams;
    IPCError error;
};

// Reads all that a stream announces, and notes how it ends.
class Reader : public QObject
{
public:
    explicit Reader(qipc::Stream *stream)
        : m_stream(stream)
    {
        connect(stream, &qipc::Stream::readable, this, [this] {
            ++announcements;
            bytes += readAll(m_stream);
        });
        connect(stream, &qipc::Stream::ended, this, [this](const IPCError &error) {
            ++ends;
            endError = error;
        });
    }

    static QByteArray readAll(qipc::Stream *stream)
    {
        QByteArray result;
        char buffer[64 * 1024];
        while (const qint64 count = stream->read(buffer, sizeof(buffer)))
            result.append(buffer, count);
        return result;
    }

    QByteArray bytes;
    IPCError endError;
    int announcements = 0;
    int ends = 0;

private:
    qipc::Stream *m_stream;
};

#endif
