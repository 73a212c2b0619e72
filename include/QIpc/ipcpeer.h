// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCPEER_H
#define QIPC_IPCPEER_H

#include <QIpc/ipccredentials.h>
#include <QIpc/ipclimits.h>
#include <QIpc/ipcresponder.h>
#include <QIpc/ipcresult.h>
#include <QIpc/ipcvalue.h>
#include <QIpc/qipc_export.h>

#include <QtCore/QFuture>
#include <QtCore/QObject>

#include <chrono>
#include <memory>

class IPCPeerPrivate;

/*!
 * What either end of a connection can do: the base of IPCClient and of IPCConnection.
 *
 * Lives in one thread, with everything it owns: what changes it or sends may be called in that
 * thread only. Elsewhere such a call is refused, with `InvalidState` where it returns anything, and
 * logged under `qipc.peer`. To post from other threads make an IPCSender; a request may be answered
 * from any thread. Move it to another thread before it connects: moveToThread() ends a connection,
 * which is logged, and errorOccurred() with `InvalidState` and the signals of the end follow in the
 * new thread. (A client that waits to reconnect goes on there.)
 *
 * A slot that is connected to any of its signals may
 * close, abort or delete it, or run an event loop of its own, in which it goes on: what comes
 * meanwhile is told from there, up to 16 such slots inside each other.
 *
 * Where its QCoreApplication goes and another one is made, a connection in the main thread is lost
 * (`ConnectionLost`); a client comes back by itself, and a server goes on to listen.
 *
 * In a child made by `fork()` it is of no use; there its destructor leaves the parent's connection
 * alone. See ipcCloseInChild().
 *
 * \section1 Futures
 *
 * Every future settles exactly once, in this object's thread, with a value or an IPCError; when the
 * connection dies all that are pending settle at once. It never fails and is never cancelled by
 * QIpc; a caller's own `cancel()` only stops the caller's continuation. Do not wait for one with
 * `waitForFinished()` in this object's thread: it could not settle, and the thread would hang
 * without a warning, for which Qt gives no hook. Use ipcWaitFor().
 *
 * The errors that any of them can give: `InvalidState` (not connected), `ConnectionLost`, `Closed`,
 * `Aborted`, `EncodingError`, `MessageTooLarge`, `QueueFull`.
 *
 * Values that are refused are also logged, since callers may ignore a future: an `EncodingError` or
 * `MessageTooLarge` is a warning in the category `qipc.peer`, with the type and the place, and a
 * call that was refused because of the connection's state is a debug message there. So are those of
 * IPCServer and IPCResponder.
 */
class QIPC_EXPORT IPCPeer : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString id READ id NOTIFY idChanged)
    Q_PROPERTY(bool paused READ isPaused NOTIFY pausedChanged)
    Q_PROPERTY(std::chrono::milliseconds requestTimeout READ requestTimeout WRITE setRequestTimeout
                   NOTIFY requestTimeoutChanged)
    Q_PROPERTY(std::chrono::milliseconds heartbeatInterval READ heartbeatInterval WRITE
                   setHeartbeatInterval NOTIFY heartbeatIntervalChanged)

public:
    //! How messages become bytes.
    enum class Encoding {
        Auto, //!< MessagePack where both sides can, else JSON.
        Json, //!< JSON, always.
        MessagePack, //!< MessagePack; a peer that cannot is NotSupported.
    };
    Q_ENUM(Encoding)

    ~IPCPeer() override;

    //! The name by which the server knows this connection: given by it, empty before. A label; it
    //! proves nothing about who the peer is.
    [[nodiscard]] QString id() const;

    //! Whether messages can be exchanged now.
    [[nodiscard]] bool isReady() const;

    //! Who is at the other end, by the word of the system; invalid while nobody is.
    [[nodiscard]] IPCCredentials credentials() const;

    //! How many bytes wait here to be sent.
    [[nodiscard]] qsizetype queuedBytes() const;

    //! How long request() and ping() wait for their answer; 0 is for ever. By default 10 s.
    //! Negative values count as 0.
    [[nodiscard]] std::chrono::milliseconds requestTimeout() const;
    void setRequestTimeout(std::chrono::milliseconds timeout);

    //! After this long without a sign of life the peer is asked for one, and after as long again
    //! without it the connection ends with TimedOut. 0, the default, never asks. Rests while
    //! paused.
    [[nodiscard]] std::chrono::milliseconds heartbeatInterval() const;
    void setHeartbeatInterval(std::chrono::milliseconds interval);

    //! Sends \a message. The returned future settles when its bytes have left this process.
    QFuture<IPCResult<void>> send(const IPCValue &message);

    //! Sends \a message and only says at once whether it was taken: for traffic that needs no
    //! future. Returns the errors above; a message that was refused is lost, so do look.
    [[nodiscard]] IPCResult<void> post(const IPCValue &message);

    /*!
     * Sends \a request, to be answered within requestTimeout().
     *
     * Besides the errors above the future may give `TimedOut`, `NoAnswer` (nobody handled it, or
     * its handler dropped it) or `RemoteError` (its handler answered with an error).
     */
    QFuture<IPCResult<QVariant>> request(const IPCValue &request);
    //! As above, with a \a timeout of its own; 0 is for ever, a negative one InvalidArgument.
    QFuture<IPCResult<QVariant>> request(const IPCValue &request,
                                         std::chrono::milliseconds timeout);

    //! Measures the time that a packet takes there and back. Errors as for request().
    QFuture<IPCResult<std::chrono::nanoseconds>> ping();
    //! As above, with a \a payload that travels along, and a \a timeout of its own.
    QFuture<IPCResult<std::chrono::nanoseconds>> ping(const IPCValue &payload,
                                                      std::chrono::milliseconds timeout);

    /*!
     * Ends the connection politely, for good: everything already given is sent first, then a
     * farewell with the \a reason, which the peer's disconnected() carries. Nothing more can be
     * sent. Requests still unanswered when the peer has gone give `Closed`.
     *
     * The future settles when the connection has ended. It gives no error only if everything given
     * before has left this process, or its failure was reported by its own future. Otherwise it
     * gives `TimedOut` (the peer did not go along within IPCLimits::closeTime(), and the connection
     * was aborted), `ConnectionLost` (the peer went first) or `Closed` (this object was deleted
     * meanwhile). IPCClient describes what happens before it is ready. If there is no connection,
     * the future settles at once, without an error.
     */
    QFuture<IPCResult<void>> close(const IPCValue &reason);
    //! As above, with no reason: undefined.
    QFuture<IPCResult<void>> close();

    /*!
     * Ends the connection at once and for good: what is queued is thrown away, what is pending
     * gives `Aborted`. The signals of the end, with the \a reason, are emitted before this returns.
     * The peer is told nothing.
     */
    void abort(const IPCValue &reason);
    //! As above, with no reason: undefined.
    void abort();

    //! Stops reading, so that the peer's own writes come to wait, in bounded memory. What was read
    //! stays; the peer's end is noticed all the same.
    void pause();
    //! Reads again.
    void resume();
    [[nodiscard]] bool isPaused() const;

Q_SIGNALS:
    //! A \a message came.
    void messageReceived(const QVariant &message);

    //! A \a request came; \a responder answers it, now or later. Where no slot takes it, the asker
    //! is told so.
    void requestReceived(const QVariant &request, const IPCResponder &responder);

    //! The connection, which was ready, has ended. \a reason is what either side gave to close(),
    //! or this one to abort(); undefined where the connection was lost. Fires once for each
    //! connection.
    void disconnected(const QVariant &reason);

    //! Something went wrong that no caller is waiting for. Where it ends the connection,
    //! disconnected() follows.
    void errorOccurred(const IPCError &error);

    void idChanged();
    void pausedChanged();
    void requestTimeoutChanged();
    void heartbeatIntervalChanged();

protected:
    bool event(QEvent *event) override;
    explicit IPCPeer(std::unique_ptr<IPCPeerPrivate> d, QObject *parent);

    const std::unique_ptr<IPCPeerPrivate> d_ptr;

private:
    friend class IPCSender;
};

#endif
