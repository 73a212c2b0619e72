// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pubsub_p.h"

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

const QVariantMap *asMap(const QVariant &value)
{
    if (value.typeId() != QMetaType::QVariantMap)
        return nullptr;
    return static_cast<const QVariantMap *>(value.constData());
}

// One topic, or a list of nothing but topics.
std::optional<QStringList> readTopics(const QVariant &value)
{
    if (value.typeId() == QMetaType::QString)
        return QStringList{value.toString()};
    if (value.typeId() != QMetaType::QVariantList)
        return {};
    QStringList topics;
    const auto &list = *static_cast<const QVariantList *>(value.constData());
    for (const QVariant &topic : list) {
        if (topic.typeId() != QMetaType::QString)
            return {};
        topics.append(topic.toString());
    }
    return topics;
}

std::optional<TopicRequest> readTopicList(const QVariant &value, TopicRequest::Kind kind)
{
    auto topics = readTopics(value);
    if (!topics)
        return {};
    return TopicRequest{kind, *std::move(topics), {}};
}

} // namespace

QVariant topicRequestData(const TopicRequest &request)
{
    const auto topics = [&request]() -> QVariant {
        if (request.topics.size() == 1)
            return request.topics.first();
        return request.topics;
    };
    switch (request.kind) {
    case TopicRequest::Kind::Subscribe:
        return QVariantMap{{u"sub"_s, topics()}};
    case TopicRequest::Kind::Unsubscribe:
        return QVariantMap{{u"unsub"_s, topics()}};
    case TopicRequest::Kind::Publish:
        break;
    }
    return publicationData({request.topics.first(), request.message});
}

std::optional<TopicRequest> readTopicRequest(const QVariant &data)
{
    const QVariantMap *map = asMap(data);
    if (!map || map->isEmpty() || map->size() > 2)
        return {};
    if (auto publication = readPublication(data)) {
        return TopicRequest{TopicRequest::Kind::Publish,
                            {std::move(publication->topic)},
                            std::move(publication->message)};
    }
    if (map->size() != 1)
        return {};
    if (map->firstKey() == "sub"_L1)
        return readTopicList(map->first(), TopicRequest::Kind::Subscribe);
    if (map->firstKey() == "unsub"_L1)
        return readTopicList(map->first(), TopicRequest::Kind::Unsubscribe);
    return {};
}

QVariant topicResultData(bool result)
{
    return QVariantMap{{u"result"_s, result}};
}

std::optional<bool> readTopicResult(const QVariant &data)
{
    const QVariantMap *map = asMap(data);
    if (!map)
        return {};
    const QVariant result = map->value(u"result"_s);
    if (result.typeId() != QMetaType::Bool)
        return {};
    return result.toBool();
}

QVariant publicationData(const Publication &publication)
{
    QVariantMap map{{u"pub"_s, publication.topic}};
    if (publication.message.isValid()) // absent where undefined is published
        map.insert(u"message"_s, publication.message);
    return map;
}

std::optional<Publication> readPublication(const QVariant &data)
{
    const QVariantMap *map = asMap(data);
    if (!map)
        return {};
    const auto topic = map->constFind(u"pub"_s);
    if (topic == map->constEnd() || topic->typeId() != QMetaType::QString)
        return {};
    const auto message = map->constFind(u"message"_s);
    const bool hasMessage = message != map->constEnd();
    if (map->size() != (hasMessage ? 2 : 1))
        return {};
    return Publication{topic->toString(), hasMessage ? *message : QVariant()};
}

} // namespace qipc
