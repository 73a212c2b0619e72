// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TOPICS_P_H
#define QIPC_TOPICS_P_H

#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QSet>
#include <QtCore/QString>

class IPCConnection;

namespace qipc {

//! Who has subscribed to what at one server. Knows connections by their address only.
class Topics
{
public:
    //! False where \a connection was subscribed to \a topic already.
    bool subscribe(IPCConnection *connection, const QString &topic);
    //! False where it was not.
    bool unsubscribe(IPCConnection *connection, const QString &topic);
    //! Takes back all that \a connection has subscribed to.
    void remove(IPCConnection *connection);

    [[nodiscard]] bool isSubscribed(IPCConnection *connection, const QString &topic) const;
    //! To how many topics \a connection is subscribed.
    [[nodiscard]] qsizetype count(IPCConnection *connection) const;
    //! In the order of their coming.
    [[nodiscard]] QList<IPCConnection *> subscribers(const QString &topic) const;

private:
    QHash<QString, QList<IPCConnection *>> m_subscribers;
    QHash<IPCConnection *, QSet<QString>> m_topics;
};

} // namespace qipc

#endif
