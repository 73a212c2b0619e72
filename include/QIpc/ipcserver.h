// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCSERVER_H
#define QIPC_IPCSERVER_H

#include <QIpc/ipcconnection.h>
#include <QIpc/ipclimits.h>
#include <QIpc/ipcresult.h>

#include <QtCore/QFuture>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <chrono>
#include <functional>
#include <memory>

class IPCServerPrivate;

//! What one connection of many answered.
template <typename T>
struct IPCOutcome
{
    QString id; //!< The connection's id.
    QPointer<IPCConnection> connection; //!< The connection; null where it has gone.
    IPCResult<T> result; //!< Its answer, or its error.
};

//! Prints the id and the result.
template <typename T>
QDebug operator<<(QDebug debug, const IPCOutcome<T> &outcome)
{
    const QDebugStateSaver saver(debug);
    return debug.nospace() << "IPCOutcome(" << outcome.id << ", " << outcome.result << ')';
}

/*!
 * Waits at a local address for clients and talks to them.
 *
 * \code
 * IPCServer server(QStringLiteral("my-program"));
 * connect(&server, &IPCServer::messageReceived, this,
 *         [](const QVariant &message, IPCConnection *from) { from->send(message); });
 * if (!server.listen())
 *     qWarning() << server.error();
 * \endcode
 *
 * The signals of all connections come together here, with the connection as their last argument;
 * they follow the connection's own. Lives in one thread, with its connections: what changes it or
 * sends may be called in that thread only, and is refused elsewhere as IPCPeer says. For a
 * broadcast from another thread:
 * \code
 * QMetaObject::invokeMethod(&server, [&server, news] {
 *     if (const auto taken = server.broadcast(news); !taken)
 *         qWarning() << taken.error();
 * });
 * \endcode
 * Move it to another thread before it listens: moveToThread() ends the listening and all
 * connections, which is logged, and errorOccurred() with `InvalidState` follows in the new thread.
 *
 * A slot may delete
 * anything, also the server. Deleting it ends all connections with a farewell, without waiting:
 * what is still queued then may be lost, so close() first where that matters.
 *
 * A child made by `fork()` without `exec()` has the address as well, for as long as it lives:
 * nobody else can listen there, unless the child calls ipcCloseInChild(). Its copy of this object
 * is of no use to it, and leaves the parent alone when it goes.
 */
class QIPC_EXPORT IPCServer : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString path READ path WRITE setPath NOTIFY pathChanged)
    Q_PROPERTY(QString address READ address NOTIFY listeningChanged)
    Q_PROPERTY(bool listening READ isListening NOTIFY listeningChanged)
    Q_PROPERTY(Access access READ access WRITE setAccess NOTIFY accessChanged)
    Q_PROPERTY(int backlog READ backlog WRITE setBacklog NOTIFY backlogChanged)
    Q_PROPERTY(
        int maxConnections READ maxConnections WRITE setMaxConnections NOTIFY maxConnectionsChanged)
    Q_PROPERTY(IPCPeer::Encoding encoding READ encoding WRITE setEncoding NOTIFY encodingChanged)
    Q_PROPERTY(bool compression READ compression WRITE setCompression NOTIFY compressionChanged)
    Q_PROPERTY(std::chrono::milliseconds requestTimeout READ requestTimeout WRITE setRequestTimeout
                   NOTIFY requestTimeoutChanged)
    Q_PROPERTY(std::chrono::milliseconds heartbeatInterval READ heartbeatInterval WRITE
                   setHeartbeatInterval NOTIFY heartbeatIntervalChanged)
    Q_PROPERTY(int maxConnectionsPerUser READ maxConnectionsPerUser WRITE setMaxConnectionsPerUser
                   NOTIFY maxConnectionsPerUserChanged)
    Q_PROPERTY(IPCServer::SlowReaders slowReaders READ slowReaders WRITE setSlowReaders NOTIFY
                   slowReadersChanged)
    Q_PROPERTY(IPCLimits limits READ limits WRITE setLimits NOTIFY limitsChanged)

public:
    //! Who may connect.
    enum class Access {
        User, //!< This process's own user.
        Group, //!< Whoever is in the group of the socket's file.
        World, //!< Every user of the machine.
    };
    Q_ENUM(Access)

    //! What becomes of a client that does not read, when IPCLimits::queuedBytes() wait for it.
    enum class SlowReaders {
        Keep, //!< It stays, and what is sent to it fails with QueueFull.
        Disconnect, //!< It is cut off too, and errorOccurred() says so (QueueFull).
    };
    Q_ENUM(SlowReaders)

    //! Makes an id for a new connection. 1 to 256 characters; for one that is in use it is
    //! asked again.
    using IdGenerator = std::function<QString()>;

    //! Decides about a client, by who it is and the payload it came with, before connected(). An
    //! error refuses it: the client's error is Rejected, with the text of this one. May run an
    //! event loop, as a dialog does; what it says of a client that has gone meanwhile is nothing.
    using Authorizer =
        std::function<IPCResult<void>(const IPCCredentials &who, const QVariant &payload)>;

    //! As Authorizer, where it is not known at once. Until the future settles, the client is in its
    //! handshake: it counts for IPCLimits::handshakes(), and IPCLimits::handshakeTime() is the time
    //! there is. A future that is canceled refuses it.
    using LateAuthorizer =
        std::function<QFuture<IPCResult<void>>(const IPCCredentials &who, const QVariant &payload)>;

    //! A server at the default path.
    explicit IPCServer(QObject *parent = nullptr);
    //! A server at \a path, see setPath().
    explicit IPCServer(const QString &path, QObject *parent = nullptr);
    ~IPCServer() override;

    //! Where to listen: what starts with `/` or `.` is a path; anything else is a name in the
    //! temporary directory; empty, the default, is the name `qipc`. Takes effect with the next
    //! listen().
    [[nodiscard]] QString path() const;
    void setPath(const QString &path);

    //! The absolute address while listening; else empty.
    [[nodiscard]] QString address() const;

    //! Who may connect, by default Access::User. Takes effect with the next listen(). Where the
    //! system tells nothing about a peer (outside Linux) the mode of the socket alone decides.
    [[nodiscard]] Access access() const;
    void setAccess(Access access);

    //! How many clients may wait in the system to be accepted: 1 and up, by default 128. Takes
    //! effect with the next listen().
    [[nodiscard]] int backlog() const;
    void setBacklog(int count);

    //! How many connections there may be; the next client is refused (TooManyConnections). By
    //! default 1000; 0 is without limit.
    [[nodiscard]] int maxConnections() const;
    void setMaxConnections(int count);

    //! How many connections one user may have, those in their handshake included; the next one is
    //! refused (TooManyConnections) before a byte of it is read. By default 0: without limit. Where
    //! the system tells nothing about a peer (outside Linux) it has no effect.
    [[nodiscard]] int maxConnectionsPerUser() const;
    void setMaxConnectionsPerUser(int count);

    //! What becomes of clients that do not read what is sent to them; by default they are kept. For
    //! the connections made from then on.
    [[nodiscard]] SlowReaders slowReaders() const;
    void setSlowReaders(SlowReaders what);

    //! What clients may ask for: Auto, the default, lets them choose; Json declines MessagePack;
    //! MessagePack refuses those that cannot. For the connections made from then on.
    [[nodiscard]] IPCPeer::Encoding encoding() const;
    void setEncoding(IPCPeer::Encoding encoding);

    //! Whether clients that ask for compression get it, by default true. For the connections made
    //! from then on.
    [[nodiscard]] bool compression() const;
    void setCompression(bool compression);

    //! The IPCPeer::requestTimeout() of new connections, by default 10 s.
    [[nodiscard]] std::chrono::milliseconds requestTimeout() const;
    void setRequestTimeout(std::chrono::milliseconds timeout);

    //! The IPCPeer::heartbeatInterval() of new connections, by default 0: none.
    [[nodiscard]] std::chrono::milliseconds heartbeatInterval() const;
    void setHeartbeatInterval(std::chrono::milliseconds interval);

    //! What a peer may cost. For the connections made from then on.
    [[nodiscard]] IPCLimits limits() const;
    void setLimits(const IPCLimits &limits);

    //! Makes the ids of new connections. None, the default: random ones.
    void setIdGenerator(IdGenerator generator);

    //! Decides about each new client. None, the default: everyone whom access() lets in.
    void setAuthorizer(Authorizer authorizer);
    //! As above, with one that takes its time.
    void setAuthorizer(LateAuthorizer authorizer);
    //! As above: none.
    void setAuthorizer(std::nullptr_t);

    /*!
     * Starts listening; true where it does, and ready() was emitted.
     *
     * Else error() is `InvalidState` (it listens already, or is still closing, or there is no
     * QCoreApplication), `InvalidArgument` or `NameTooLong` (the path), `AddressInUse` (a live
     * server is there, of whatever program, and was left alone), `NotASocket` (something else is
     * there, and was left alone), `NoSuchServer` (the folder does not exist), `PermissionDenied`
     * (also where a file with content is at
     * `<address>.lock`, the lock's, and was left alone) or `OutOfResources`.
     *
     * On Linux: where systemd started this process for a socket unit with this address
     * (`LISTEN_FDS`), it listens at the socket given, with the unit's mode and backlog, and leaves
     * it to systemd when it closes; access() holds as ever, and clients see systemd's credentials.
     * And where the file of a socket of its own, or a folder on the way to it, is removed, moved or
     * covered by a mount later, the server makes a new socket at its address. Where that fails, it
     * emits errorOccurred(), once for each reason, and tries again until it works, unless the
     * reason is `AddressInUse` or `NotASocket`. Clients that are connected stay so.
     */
    bool listen();
    [[nodiscard]] bool isListening() const;
    //! Why the last listen() failed; no error where it did not.
    [[nodiscard]] IPCError error() const;

    /*!
     * Stops listening and ends every connection as IPCPeer::close() does, for good.
     *
     * The future settles, and closed() is emitted, when the last one has gone. At once where there
     * is none. It gives no error: for a connection that did not close in time, or went before
     * everything was sent to it, errorOccurred() is emitted.
     */
    QFuture<IPCResult<void>> close();
    //! As close(), but asks the clients to come back, as net-ipc's `server.close(true)`.
    QFuture<IPCResult<void>> closeForRestart();
    //! Waits, in an event loop of its own, until all that close() began is done. False where that
    //! took longer than \a timeout. For code without a running event loop.
    bool waitForClosed(std::chrono::milliseconds timeout);

    //! The connections that are ready, oldest first.
    [[nodiscard]] QList<IPCConnection *> connections() const;
    //! The connection with this \a id, or null.
    [[nodiscard]] IPCConnection *connection(const QString &id) const;

    //! Posts \a message to all connections. Returns how many took it; those that did not report
    //! through errorOccurred(). EncodingError or MessageTooLarge where it cannot be sent at all.
    [[nodiscard]] IPCResult<int> broadcast(const IPCValue &message);

    //! Asks all connections. The future settles when each has answered, or failed as for
    //! IPCPeer::request(); with an error of its own only where the request cannot be sent at all.
    QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> survey(const IPCValue &request);
    //! As above, with a \a timeout of its own; 0 is for ever.
    QFuture<IPCResult<QList<IPCOutcome<QVariant>>>> survey(const IPCValue &request,
                                                           std::chrono::milliseconds timeout);

    //! Pings all connections: the round trip of each.
    QFuture<IPCResult<QList<IPCOutcome<std::chrono::nanoseconds>>>> ping();

    //! Posts \a message to the subscribers of \a topic. Returns as broadcast().
    [[nodiscard]] IPCResult<int> publish(const QString &topic, const IPCValue &message);

    //! IPCPeer::pause() for all connections that there are.
    void pause();
    //! IPCPeer::resume() for all connections that there are.
    void resume();

Q_SIGNALS:
    //! Listening, at this \a address. Fires from inside listen().
    void ready(const QString &address);
    //! A client came, with this \a payload.
    void connected(IPCConnection *connection, const QVariant &payload);
    //! A client has gone; see IPCPeer::disconnected(). \a connection is no more among
    //! connections(), and is deleted later.
    void disconnected(IPCConnection *connection, const QVariant &reason);
    void messageReceived(const QVariant &message, IPCConnection *connection);
    void requestReceived(const QVariant &request, const IPCResponder &responder,
                         IPCConnection *connection);
    //! A client subscribed to \a topic, to which it was not subscribed.
    void subscribed(const QString &topic, IPCConnection *connection);
    //! A client that stays gave up \a topic.
    void unsubscribed(const QString &topic, IPCConnection *connection);
    //! Something went wrong that no caller is waiting for. \a connection is null where it concerns
    //! none, such as a client that did not get through its handshake.
    void errorOccurred(const IPCError &error, IPCConnection *connection);
    //! Closed: it listens no more, and the last connection has gone. Fires once for each close().
    void closed();

    void pathChanged();
    void listeningChanged();
    void accessChanged();
    void backlogChanged();
    void maxConnectionsChanged();
    void maxConnectionsPerUserChanged();
    void slowReadersChanged();
    void encodingChanged();
    void compressionChanged();
    void requestTimeoutChanged();
    void heartbeatIntervalChanged();
    void limitsChanged();

protected:
    bool event(QEvent *event) override;

    //! Makes the object for a new connection, a child of this server: for subclasses that need
    //! their own kind. Called once for each, before connected().
    [[nodiscard]] virtual IPCConnection *createConnection();

private:
    friend class IPCServerPrivate;
    const std::unique_ptr<IPCServerPrivate> d_ptr;
};

#endif
