// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PUBSUB_P_H
#define QIPC_PUBSUB_P_H

#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <optional>

namespace qipc {

//! What a client asks of a server's topics (wire.md, "Publish/subscribe"): an ordinary REQUEST.
struct TopicRequest
{
    enum class Kind { Subscribe, Unsubscribe, Publish };
    Kind kind = Kind::Subscribe;
    QStringList topics; //!< The one topic where kind is Publish.
    QVariant message; //!< Where kind is Publish.
};

//! A message published to a topic: an ordinary MESSAGE.
struct Publication
{
    QString topic;
    QVariant message;
};

//! The data of the REQUEST.
[[nodiscard]] QVariant topicRequestData(const TopicRequest &request);
//! What the \a data of a REQUEST asks. Only a map with exactly the keys and types of one is taken
//! for one; anything else is the application's.
[[nodiscard]] std::optional<TopicRequest> readTopicRequest(const QVariant &data);

//! The data of the RESPONSE to one.
[[nodiscard]] QVariant topicResultData(bool result);
//! What the \a data of a RESPONSE to one says; nothing where the server does not know topics.
[[nodiscard]] std::optional<bool> readTopicResult(const QVariant &data);

//! The data of the MESSAGE.
[[nodiscard]] QVariant publicationData(const Publication &publication);
//! What the \a data of a MESSAGE publishes, where it looks so.
[[nodiscard]] std::optional<Publication> readPublication(const QVariant &data);

} // namespace qipc

#endif
