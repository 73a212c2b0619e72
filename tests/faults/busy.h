// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_BUSY_H
#define QIPC_TEST_BUSY_H

#include "account.h"

#include <QIpc/IPCPeer>

#include <QtCore/QTimer>

#include <deque>
#include <vector>

/*!
 * One end of a busy exchange, from when its peer is ready until it is not: numbered messages, some
 * of them large, topics, requests and pings. The other end does the same, so that each knows what
 * has to come.
 */
class Busy : public QObject
{
public:
    //! Begins. \a peer is ready, and the parent.
    explicit Busy(IPCPeer *peer);

    //! To be called when the peer has gone. What is wrong then, or nothing.
    [[nodiscard]] QString complaintAtTheEnd();

    //! What came otherwise than it was sent, or nothing.
    [[nodiscard]] QString complaint() const { return m_complaint; }
    //! Whether each kind of thing has come.
    [[nodiscard]] bool hasSeenAll() const;
    //! How many futures were handed out,
    [[nodiscard]] qsizetype futures() const { return qsizetype(m_ledger.entries().size()); }
    //! and how many of them failed.
    [[nodiscard]] qsizetype failures() const;
    //! How many messages have come.
    [[nodiscard]] int received() const { return m_received; }

private:
    void act();
    void sendSome();
    void askSome();
    void publishNext();
    void takeMessage(const QVariant &message);
    void takePublication(const QVariant &message);
    void takeRequest(const QVariant &request, const IPCResponder &respond);
    void complain(const QString &what);

    IPCPeer *const m_peer;
    QTimer m_timer;
    Ledger m_ledger;
    std::deque<std::pair<int, IPCResponder>> m_unanswered;
    QString m_complaint;
    int m_sent = 0;
    int m_received = 0;
    int m_asked = 0;
    int m_inFlight = 0;
    int m_answered = 0;
    int m_published = 0;
    int m_nextPublication = -1;
};

#endif
