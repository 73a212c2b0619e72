// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "codec.h"

#include "failure.h"

#include "jsonreader_p.h"
#include "jsonwriter_p.h"
#include "messagepackreader_p.h"
#include "messagepackwriter_p.h"
#include "valueencoder_p.h"

namespace compare {

namespace {

constexpr int maxNesting = 128;

void check(const IPCError &error)
{
    if (error)
        fail(error.message());
}

QByteArray toJson(const QVariantMap &value)
{
    QByteArray bytes;
    qipc::JsonWriter writer(bytes);
    check(qipc::encodeValue(value, writer, maxNesting));
    return bytes;
}

QVariant fromJson(const QByteArray &bytes)
{
    qipc::ValueBuilder builder(maxNesting);
    check(qipc::readJson(bytes, builder));
    return builder.take();
}

QByteArray toMessagePack(const QVariantMap &value)
{
    QByteArray bytes;
    qipc::MessagePackWriter writer(bytes, qipc::Dialect::Ours);
    check(qipc::encodeValue(value, writer, maxNesting));
    return bytes;
}

QVariant fromMessagePack(const QByteArray &bytes)
{
    qipc::ValueBuilder builder(maxNesting);
    check(qipc::readMessagePack(bytes, builder));
    return builder.take();
}

} // namespace

Codec qipcJson()
{
    return {"qipc", "JSON", toJson, fromJson};
}

Codec qipcMessagePack()
{
    return {"qipc", "MessagePack", toMessagePack, fromMessagePack};
}

} // namespace compare
