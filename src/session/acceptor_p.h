// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_ACCEPTOR_P_H
#define QIPC_ACCEPTOR_P_H

#include "session_p.h"

#include <QIpc/ipcresult.h>

#include <QtCore/QHash>
#include <QtCore/QObject>

#include <memory>
#include <vector>

namespace qipc {

class Listener;

/*!
 * Where clients come in: listens, and takes each through the first half of its handshake, a bounded
 * number at a time. Then it is for the owner to decide about the client, and to take() its session.
 *
 * May be deleted at any time, also from inside its signals.
 */
class Acceptor : public QObject
{
    Q_OBJECT

public:
    enum class Access { User, Group, World };

    struct Options
    {
        QString path;
        Access access = Access::User;
        int backlog = 0;
    };

    explicit Acceptor(QObject *parent = nullptr);
    ~Acceptor() override;

    //! Starts listening. Gives the absolute address, or the errors of resolveAddress() and
    //! Listener.
    [[nodiscard]] IPCResult<QString> listen(const Options &options);
    //! Stops listening. Clients in their handshake go on.
    void close();
    [[nodiscard]] bool isListening() const;

    //! Stops listening, and ends the handshakes without a word: this is about to be moved to
    //! another thread.
    void leaveThread();
    //! Ends the handshakes that began under an application that has gone, see Applications.
    void dropHandshakes();

    //! For the sessions made from now on.
    void setSessionOptions(const SessionOptions &options);

    //! How many sessions one user may have, from when it connects until the session is deleted; 0
    //! is without limit. Only where the system tells who a peer is.
    void setMostPerUser(int count) { m_mostPerUser = count; }
    [[nodiscard]] int mostPerUser() const { return m_mostPerUser; }

    //! Gives away a session that handshakeReceived() told of.
    [[nodiscard]] std::unique_ptr<Session> take(Session *session);

Q_SIGNALS:
    //! Call accept() and take(), or reject(), now or later.
    void handshakeReceived(qipc::Session *session, const QVariant &payload,
                           const QString &wantedId);
    //! A client did not get through its handshake, or could not be accepted.
    void errorOccurred(const IPCError &error);

private:
    void receive(std::unique_ptr<Stream> stream);
    [[nodiscard]] IPCError checkPeer(const IPCCredentials &who) const;
    void countUntilDeleted(Session *session, qint64 uid);
    void drop(Session *session, const IPCError &error);
    void updateAccepting();

    std::unique_ptr<Listener> m_listener;
    QHash<qint64, int> m_sessionsOf; // of each user that has any; outlives the handshakes it counts
    std::vector<std::unique_ptr<Session>> m_handshakes;
    SessionOptions m_sessionOptions;
    Access m_access = Access::User;
    int m_mostPerUser = 0;
};

} // namespace qipc

#endif
