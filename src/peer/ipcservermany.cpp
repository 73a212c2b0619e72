// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// What goes to many connections: encoded once for each format that they speak.

#include "homethread_p.h"
#include "ipcserver_p.h"
#include "refusal_p.h"
#include "sharedframes_p.h"

#include <QtCore/QElapsedTimer>

#include <utility>
#include <vector>

using namespace Qt::StringLiterals;
using namespace qipc;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

//! Of a frame that is encoded already.
struct Receiver
{
    IPCConnection *connection;
    Session *session;
    Frame frame; //!< Shared with those of the same format.
};

} // namespace

IPCResult<int> IPCServerPrivate::postToAll(const QList<IPCConnection *> &receivers,
                                           const QVariant &message)
{
    SharedFrames frames(PacketType::Message, message);
    // What cannot be sent is known before anybody gets it.
    const PacketFormat usual{Encoding::MessagePack, Dialect::Ours, limits.nesting(),
                             limits.messageSize()};
    if (receivers.isEmpty() && !frames.in(usual))
        return frames.in(usual).error();
    std::vector<Receiver> ready;
    ready.reserve(size_t(receivers.size()));
    std::vector<std::pair<QPointer<IPCConnection>, IPCError>> failed;
    for (IPCConnection *connection : receivers) {
        Session *session = of(connection)->session.get();
        if (!session || !session->isReady())
            continue;
        const auto &frame = frames.in(session->format());
        if (frame)
            ready.push_back({connection, session, *frame});
        else // in this one's format: JSON may take more bytes than MessagePack
            failed.emplace_back(connection, frame.error());
    }
    if (ready.empty() && !failed.empty())
        return failed.front().second;

    int taken = 0;
    for (const Receiver &receiver : ready) {
        if (const IPCError error = receiver.session->send(receiver.frame))
            failed.emplace_back(receiver.connection, error);
        else
            ++taken;
    }
    // Only now, for a slot may delete any of them.
    for (const auto &[connection, error] : failed) {
        if (connection)
            Q_EMIT connection->errorOccurred(error);
    }
    return taken;
}

template <typename T, typename Read>
QFuture<IPCResult<QList<IPCOutcome<T>>>> IPCServerPrivate::askAll(PendingRequests::Kind kind,
                                                                  const QVariant &data,
                                                                  milliseconds timeout, Read read)
{
    struct Round
    {
        Promise<QList<IPCOutcome<T>>> promise;
        QList<IPCOutcome<T>> outcomes;
        qsizetype open = 0;
    };

    const auto round = std::make_shared<Round>();
    if (isElsewhere(q)) {
        const char *const call = kind == PendingRequests::Kind::Request ? "survey()" : "ping()";
        round->promise.settle(calledElsewhere(q, call));
        return round->promise.future();
    }
    if (timeout.count() < 0) {
        round->promise.settle(
            refused({IPCError::Code::InvalidArgument, u"the timeout is negative"_s}));
        return round->promise.future();
    }
    const auto id = RequestId::next();
    const auto type =
        kind == PendingRequests::Kind::Request ? PacketType::Request : PacketType::Ping;
    SharedFrames frames(type, data, id);
    QList<IPCConnection *> asked;
    IPCError why; // of what cannot be sent in one format
    bool isSendable = false; // in another
    for (IPCConnection *connection : std::as_const(connections)) {
        if (!connection->isReady())
            continue;
        asked.append(connection);
        const auto &frame = frames.in(of(connection)->session->format());
        isSendable = isSendable || frame;
        if (!frame)
            why = frame.error();
    }
    if (why && !isSendable) {
        round->promise.settle(why);
        return round->promise.future();
    }

    const IPCError unanswered(IPCError::Code::ConnectionLost, u"the connection is gone"_s);
    for (IPCConnection *connection : std::as_const(asked))
        round->outcomes.append({connection->id(), connection, unanswered});
    round->open = asked.size() + 1; // one for ourselves, so that it settles behind the loop
    const auto close = [round](qsizetype index, const IPCResult<T> *result) {
        if (result)
            round->outcomes[index].result = *result;
        if (--round->open == 0)
            round->promise.settle(round->outcomes);
    };
    for (qsizetype i = 0; i < asked.size(); ++i) {
        auto *const session = of(asked.at(i))->session.get();
        const auto &frame = frames.in(session->format());
        const auto answered = [close, read, i](const IPCResult<QVariant> &answer) {
            const IPCResult<T> result = read(answer);
            close(i, &result);
        };
        const IPCError error =
            frame ? session->ask(kind, *frame, id, timeout, answered) : frame.error();
        if (error) {
            const IPCResult<T> result(error);
            close(i, &result);
        }
    }
    close(0, nullptr);
    return round->promise.future();
}

QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> IPCServerPrivate::survey(const QVariant &request,
                                                                         milliseconds timeout)
{
    return askAll<QVariant>(PendingRequests::Kind::Request, request, timeout,
                            [](const IPCResult<QVariant> &answer) { return answer; });
}

QFuture<IPCResult<QList<IPCOutcome<nanoseconds>>>> IPCServerPrivate::ping()
{
    QElapsedTimer clock;
    clock.start();
    return askAll<nanoseconds>(
        PendingRequests::Kind::Ping, QVariant(), requestTimeout,
        [clock](const IPCResult<QVariant> &answer) -> IPCResult<nanoseconds> {
            if (!answer)
                return answer.error();
            return nanoseconds(clock.nsecsElapsed());
        });
}
