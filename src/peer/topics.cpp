// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "topics_p.h"

namespace qipc {

bool Topics::subscribe(IPCConnection *connection, const QString &topic)
{
    if (isSubscribed(connection, topic))
        return false;
    m_topics[connection].insert(topic);
    m_subscribers[topic].append(connection);
    return true;
}

bool Topics::unsubscribe(IPCConnection *connection, const QString &topic)
{
    const auto topics = m_topics.find(connection);
    if (topics == m_topics.end() || !topics->remove(topic))
        return false;
    if (topics->isEmpty())
        m_topics.erase(topics);
    const auto subscribers = m_subscribers.find(topic);
    subscribers->removeOne(connection);
    if (subscribers->isEmpty())
        m_subscribers.erase(subscribers);
    return true;
}

void Topics::remove(IPCConnection *connection)
{
    const QSet<QString> topics = m_topics.value(connection);
    for (const QString &topic : topics)
        unsubscribe(connection, topic);
}

bool Topics::isSubscribed(IPCConnection *connection, const QString &topic) const
{
    const auto topics = m_topics.constFind(connection);
    return topics != m_topics.constEnd() && topics->contains(topic);
}

qsizetype Topics::count(IPCConnection *connection) const
{
    const auto topics = m_topics.constFind(connection);
    return topics != m_topics.constEnd() ? topics->size() : 0;
}

QList<IPCConnection *> Topics::subscribers(const QString &topic) const
{
    return m_subscribers.value(topic);
}

} // namespace qipc
