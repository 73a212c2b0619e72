// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_INTAKE_P_H
#define QIPC_INTAKE_P_H

#include "session_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QMutex>
#include <QtCore/QPointer>
#include <QtCore/QVariant>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

class IPCPeer;
class IPCPeerPrivate;

namespace qipc {

/*!
 * What other threads have given a peer to post and its own thread has not taken yet: in order, in
 * bounded memory. Shared by the peer and its senders; any of them may go first.
 */
class Intake : public std::enable_shared_from_this<Intake>
{
public:
    explicit Intake(IPCPeerPrivate *peer);

    //! In any thread: encodes \a message and takes it, to be sent later; in the peer's own thread,
    //! sends it. Returns as IPCSender::post().
    IPCError post(const QVariant &message);

    // In the peer's thread only.

    //! Notes how things stand with the peer.
    void update();
    //! Sends all that waits. Emits nothing from inside.
    void sendAll();
    //! There is a new event loop, and what was posted for the old one is lost.
    void startAnew();
    //! The peer goes.
    void close();

private:
    //! How the peer stands, for the other threads.
    struct State
    {
        IPCError refusal; //!< Why nothing can be taken.
        PacketFormat format; //!< Of the connection; the most likely one before there is any.
        quint64 connection = 0; //!< Its number, or 0 where there is none.
        qsizetype limit = 0;
    };

    struct Item
    {
        std::optional<Frame> frame; //!< For the connection with that number.
        quint64 connection;
        QVariant message; //!< Where there was none yet.
        qsizetype size;
    };

    [[nodiscard]] State currentState();
    IPCError add(Item &&item);
    void wake();
    void sendSome();
    [[nodiscard]] std::vector<IPCError> send(int most);
    static void tell(IPCPeer *peer, const std::vector<IPCError> &errors);
    [[nodiscard]] std::optional<Item> take();
    IPCError send(const Item &item);

    // Of the peer's thread.
    IPCPeerPrivate *m_d;
    QPointer<Session> m_session;
    quint64 m_connection = 0;

    QMutex m_mutex; // of what follows
    IPCPeer *m_peer; // null when it has gone
    State m_state;
    std::deque<Item> m_items;
    qsizetype m_bytes = 0; // of the items
    qsizetype m_queued = 0; // in the peer, when we last looked
    bool m_woken = false; // the peer is going to look
};

} // namespace qipc

#endif
