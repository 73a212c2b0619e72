// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The input is MessagePack. What is read from it is no deeper than allowed, can be written, and is
// then read as the same value; in JSON it stays what it has become there.

#include "fuzz.h"
#include "messagepackreader_p.h"
#include "values.h"

using namespace qipc;

namespace {
constexpr int maxNesting = 16;

void checkError(const IPCError &error)
{
    require(error.code() == IPCError::Code::DecodingError, "a DecodingError");
    require(error.limit().isEmpty() || error.limit() == QStringLiteral("nesting"),
            "no limit but the nesting");
}

void checkInJson(const QVariant &value)
{
    const QVariant once = fromJson(toJson(value, maxNesting), maxNesting);
    const QVariant twice = fromJson(toJson(once, maxNesting), maxNesting);
    require(sameValue(twice, once), "what was written in JSON once stays as it is");
}
} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    ValueBuilder builder(maxNesting);
    if (const IPCError error = readMessagePack(bytes, builder)) {
        checkError(error);
        return 0;
    }
    require(builder.isComplete(), "one value");
    const QVariant value = builder.take();
    require(depthOf(value) <= maxNesting, "no deeper than allowed");

    const QByteArray written = toMessagePack(value, Dialect::Ours, maxNesting);
    const QVariant again = fromMessagePack(written, maxNesting);
    require(sameValue(again, value), "read, written and read is the same value");
    require(toMessagePack(again, Dialect::Ours, maxNesting) == written,
            "the same value is the same bytes");

    // Not at once: lone surrogates become U+FFFD, so that keys may become the same.
    const QByteArray first = toMessagePack(value, Dialect::Node, maxNesting);
    const QByteArray toNode =
        toMessagePack(fromMessagePack(first, maxNesting), Dialect::Node, maxNesting);
    const QVariant asNodeHasIt = fromMessagePack(toNode, maxNesting);
    require(toMessagePack(asNodeHasIt, Dialect::Node, maxNesting) == toNode,
            "what a Node peer gets stays as it is");
    checkInJson(value);
    return 0;
}
