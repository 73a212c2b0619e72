// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCCLIENT_H
#define QIPC_IPCCLIENT_H

#include <QIpc/ipcpeer.h>

#include <QtCore/QStringList>

class IPCClientPrivate;

/*!
 * Connects to a server at a local address, talks to it, and comes back to it when it was lost.
 *
 * \code
 * IPCClient client(QStringLiteral("my-program"));
 * client.connectToServer();
 * client.request(QStringLiteral("time")).then(this, [](const IPCResult<QVariant> &answer) {
 *     if (answer)
 *         qInfo() << answer.value();
 *     else
 *         qWarning() << answer.error();
 * });
 * \endcode
 *
 * What is sent while it connects or reconnects waits in an outbox, bounded by
 * IPCLimits::queuedBytes(), and goes out in order once it is ready. What was on its way when a
 * connection was lost fails with `ConnectionLost` and is never sent again by itself: it may have
 * been carried out.
 *
 * Nothing in the outbox is lost without a word. send(), request() and the calls about topics report
 * through their futures. If the client gives up, errorOccurred() says how many post()ed messages
 * were not sent; after abort(), and when the client is deleted, the log does (`qipc.peer`).
 *
 * close() while it connects or reconnects goes on connecting if there is something in the outbox. A
 * client that waits for its next retry tries at once. What it was given is sent, then the farewell,
 * all within IPCLimits::closeTime(); ready() and disconnected() are not emitted, and
 * connectToServer() gives `Closed`. If that fails, the future of close() gives the error of the
 * last try, or `TimedOut`, with the number of messages that were not sent.
 */
class QIPC_EXPORT IPCClient : public IPCPeer
{
    Q_OBJECT
    Q_PROPERTY(QString path READ path WRITE setPath NOTIFY pathChanged)
    Q_PROPERTY(QVariant payload READ payload WRITE setPayloadVariant NOTIFY payloadChanged)
    Q_PROPERTY(Status status READ status NOTIFY statusChanged)
    Q_PROPERTY(IPCError error READ error NOTIFY errorChanged)
    Q_PROPERTY(Encoding encoding READ encoding WRITE setEncoding NOTIFY encodingChanged)
    Q_PROPERTY(bool compression READ compression WRITE setCompression NOTIFY compressionChanged)
    Q_PROPERTY(
        ServerTrust serverTrust READ serverTrust WRITE setServerTrust NOTIFY serverTrustChanged)
    Q_PROPERTY(
        bool autoReconnect READ autoReconnect WRITE setAutoReconnect NOTIFY autoReconnectChanged)
    Q_PROPERTY(int retries READ retries WRITE setRetries NOTIFY retriesChanged)
    Q_PROPERTY(std::chrono::milliseconds retryInterval READ retryInterval WRITE setRetryInterval
                   NOTIFY retryIntervalChanged)
    Q_PROPERTY(std::chrono::milliseconds maxRetryInterval READ maxRetryInterval WRITE
                   setMaxRetryInterval NOTIFY maxRetryIntervalChanged)
    Q_PROPERTY(IPCLimits limits READ limits WRITE setLimits NOTIFY limitsChanged)

public:
    //! Where it stands.
    enum class Status {
        Idle, //!< Not connected, and not trying to be.
        Connecting, //!< Reaching for the server.
        Connected, //!< The server is there; the handshake goes on.
        Ready, //!< Messages can be exchanged.
        Disconnected, //!< The connection has just ended. Reconnecting or Idle follows.
        Reconnecting, //!< Waiting to try again.
    };
    Q_ENUM(Status)

    //! Which servers to talk to.
    enum class ServerTrust {
        OwnUserOrRoot, //!< One that this process's own user or root runs.
        AnyUser, //!< Any.
    };
    Q_ENUM(ServerTrust)

    //! A client of the server at the default path.
    explicit IPCClient(QObject *parent = nullptr);
    //! A client of the server at \a path.
    explicit IPCClient(const QString &path, QObject *parent = nullptr);
    //! Says farewell to the server, without waiting. What is still queued may be lost: futures give
    //! `Closed`, and a warning in the log says how much was lost that has none.
    ~IPCClient() override;

    //! The server's path, see IPCServer::setPath(). This and the properties below take effect with
    //! the next connectToServer(), or the next try to reconnect.
    //!
    //! A relative path or a name is resolved once, by connectToServer(): the client comes back to
    //! the same address, even if the working directory or TMPDIR has changed since.
    [[nodiscard]] QString path() const;
    void setPath(const QString &path);

    //! What the server is told of this client when it comes, by default undefined.
    [[nodiscard]] QVariant payload() const;
    void setPayload(const IPCValue &payload);

    [[nodiscard]] Status status() const;

    //! Why the last try to connect failed, or why the connection was lost; for a program to show
    //! while it reconnects, when errorOccurred() is silent, and after it has given up.
    //!
    //! There is no error before the first try has failed, once the connection is ready, and after
    //! either side has ended it by close() or abort(). connectToServer() clears it. When the status
    //! changes with it, errorChanged() is emitted after statusChanged().
    [[nodiscard]] IPCError error() const;

    //! By default Auto.
    [[nodiscard]] Encoding encoding() const;
    void setEncoding(Encoding encoding);

    //! Whether to ask for compression, by default false. A server that declines goes without.
    [[nodiscard]] bool compression() const;
    void setCompression(bool compression);

    //! By default OwnUserOrRoot; another's server is PermissionDenied. Where the system tells
    //! nothing about a peer (outside Linux) every server is talked to.
    [[nodiscard]] ServerTrust serverTrust() const;
    void setServerTrust(ServerTrust trust);

    //! Whether to come back after a loss, and to retry also the first connect, by default true. A
    //! server that closed for good, or rejected this client, is not gone back to.
    [[nodiscard]] bool autoReconnect() const;
    void setAutoReconnect(bool reconnect);

    //! How many times in a row to try again before giving up, by default 3; -1 is without end.
    [[nodiscard]] int retries() const;
    void setRetries(int count);

    //! The wait before the first retry, and what each further one is longer by: 1 ms and up, by
    //! default 500 ms.
    [[nodiscard]] std::chrono::milliseconds retryInterval() const;
    void setRetryInterval(std::chrono::milliseconds interval);

    //! The longest wait before a retry, by default 10 s.
    [[nodiscard]] std::chrono::milliseconds maxRetryInterval() const;
    void setMaxRetryInterval(std::chrono::milliseconds interval);

    [[nodiscard]] IPCLimits limits() const;
    void setLimits(const IPCLimits &limits);

    /*!
     * Connects. The future settles when it is ready, or when the last try has failed: with
     * `NoSuchServer`, `ConnectionRefused`, `PermissionDenied`, `NotASocket`, `NameTooLong`,
     * `InvalidArgument`, `OutOfResources`, `TimedOut` (no server that speaks this protocol
     * answered), `Rejected`, `TooManyConnections`, `NotSupported`, `ProtocolViolation`,
     * `EncodingError` (the payload), `ConnectionLost`, or `Closed` and `Aborted` where this side
     * gave up meanwhile. `InvalidState` where it is not Idle, or there is no QCoreApplication.
     *
     * The error is also emitted by errorOccurred(), followed by closed().
     */
    QFuture<IPCResult<void>> connectToServer();

    //! Waits, in an event loop of its own, until it is ready: no error; or until it is Idle again:
    //! what connectToServer() gave; or for as long as \a timeout: TimedOut. For code without a
    //! running event loop.
    IPCResult<void> waitForReady(std::chrono::milliseconds timeout);
    //! Waits, in an event loop of its own, until it is Idle. False where that took longer than \a
    //! timeout. For code without a running event loop.
    bool waitForClosed(std::chrono::milliseconds timeout);

    //! The topics subscribed to.
    [[nodiscard]] QStringList topics() const;

    //! Subscribes to \a topic: published() tells what is published there. The value is whether this
    //! changed anything. It is made again by itself after a reconnect. Besides what request() can
    //! give: `NotSupported` where the server knows no topics. A server of ours may answer
    //! `qipc.too-many-topics` or `qipc.topic-too-long` (IPCLimits), and then takes none of a list.
    QFuture<IPCResult<bool>> subscribe(const QString &topic);
    QFuture<IPCResult<bool>> subscribe(const QStringList &topics);
    //! Gives up \a topic. As subscribe().
    QFuture<IPCResult<bool>> unsubscribe(const QString &topic);
    QFuture<IPCResult<bool>> unsubscribe(const QStringList &topics);
    //! Publishes \a message to the subscribers of \a topic, this client among them where it is one.
    //! Settles when the server has sent it to them. Errors as for subscribe(), and
    //! `qipc.not-published` where it cannot be sent to any of them in what they speak.
    QFuture<IPCResult<void>> publish(const QString &topic, const IPCValue &message);

Q_SIGNALS:
    //! The connection is ready; fires for each, so also after a reconnect.
    void ready();
    //! A \a message was published to \a topic, which this client has subscribed to.
    void published(const QString &topic, const QVariant &message);
    //! All over: it is Idle and does not come back by itself. \a reason as in disconnected();
    //! undefined where it never became ready. Fires once for each connectToServer().
    void closed(const QVariant &reason);
    void statusChanged(Status status);
    //! error() has changed.
    void errorChanged();

    void pathChanged();
    void payloadChanged();
    void encodingChanged();
    void compressionChanged();
    void serverTrustChanged();
    void autoReconnectChanged();
    void retriesChanged();
    void retryIntervalChanged();
    void maxRetryIntervalChanged();
    void limitsChanged();

private:
    [[nodiscard]] IPCClientPrivate *d() const;
    void setPayloadVariant(const QVariant &payload) { setPayload(payload); }
};

#endif
