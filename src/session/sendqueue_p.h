// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SENDQUEUE_P_H
#define QIPC_SENDQUEUE_P_H

#include "frame_p.h"
#include "turnclock_p.h"

#include <QIpc/ipcresult.h>

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QObject>

#include <functional>
#include <memory>

namespace qipc {

class Stream;

//! Told once when bytes have left, or why they did not.
using SentCallback = std::function<void(const IPCResult<void> &)>;

/*!
 * What is on its way out of one connection, and when it goes.
 *
 * The first frame of an event-loop turn goes to the system at once; the following ones of that turn
 * are gathered, and go when the turn ends or when 64 KiB have gathered. Between beginBatch() and
 * endBatch() all are gathered; an event loop that runs in between sends them.
 *
 * A callback is never called from inside append(), and may do anything, delete this object too.
 */
class SendQueue : public QObject, private TurnClock::Client
{
    Q_OBJECT

public:
    //! Sends through \a stream, which has to outlive it, and holds up to \a limit bytes.
    SendQueue(Stream *stream, qsizetype limit, QObject *parent = nullptr);
    //! Fails what is left with ConnectionLost.
    ~SendQueue() override;

    //! QueueFull where \a size more bytes are above the limit. An empty queue takes anything.
    [[nodiscard]] IPCError check(qsizetype size) const;

    //! Takes \a bytes over, without the first \a start of them: large ones are shared. \a sent may
    //! be empty.
    void append(const QByteArray &bytes, qsizetype start = 0, SentCallback sent = {});
    //! As append(), of a \a frame, whose shared parts stay so.
    void append(const Frame &frame, SentCallback sent);

    //! Takes the callback of a frame that cannot be sent: nothing behind it is told to have left,
    //! and it fails with all of them.
    void appendLost(SentCallback sent);

    void beginBatch();
    void endBatch();

    //! Hands everything gathered to the system, as much as it takes.
    void flush();

    //! How many bytes have not left yet.
    [[nodiscard]] qsizetype queuedBytes() const;

    //! How many bytes have left so far.
    [[nodiscard]] qint64 sentBytes() const { return m_total - queuedBytes(); }

    //! How many of the bytes will never leave; known once the stream has broken or ended.
    [[nodiscard]] qint64 unsentBytes() const;

    //! Fails with \a error all that is not known to have left.
    void failAll(const IPCError &error);
    //! As failAll(), but what it returns does it.
    [[nodiscard]] std::function<void(const IPCError &)> takeAll();

    //! emptied() will be emitted when nothing waits any more.
    void tellWhenEmpty() { m_tellsEmpty = true; }

Q_SIGNALS:
    //! After tellWhenEmpty(), once: all has left.
    void emptied();

private:
    struct Waiting
    {
        qint64 end; // of its bytes, counted from the connection's first
        SentCallback sent;
    };

    void gather(const QByteArray &bytes, qsizetype start);
    void sendGathered();
    template <typename Send>
    void sendNow(Send send);
    void turnEnded() override;
    void settleLater();
    void settle();

    Stream *m_stream;
    const std::shared_ptr<TurnClock> m_clock;
    quint64 m_turn = 0; // in which something was sent last
    QByteArray m_gathered;
    qsizetype m_gatheredStart = 0; // what comes before it is not sent
    QList<Waiting> m_waiting;
    qint64 m_total = 0;
    qsizetype m_limit;
    int m_batches = 0;
    bool m_awaitsEnd = false; // turnEnded() will come
    bool m_settling = false; // settle() will
    bool m_flushing = false;
    bool m_tellsEmpty = false;
    bool m_streamEnded = false; // what it had not sent is lost, and failAll() will come
};

} // namespace qipc

#endif
