// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The input is a JSON text. What is read from it is what simdjson reads, no deeper than allowed,
// can be written, and is then read as the same value.

#include "../wire/jsonoracles.h"
#include "fuzz.h"
#include "jsonreader_p.h"
#include "values.h"

#include <optional>

using namespace qipc;

namespace {

constexpr int maxNesting = 16;

std::optional<QVariant> readBySimdjson(const QByteArray &text)
{
    static simdjson::dom::parser parser;
    simdjson::dom::element element;
    if (parser.parse(text.constData(), size_t(text.size())).get(element) != simdjson::SUCCESS)
        return {};
    return fromSimdjson(element);
}

std::optional<QVariant> readOurs(const QByteArray &text)
{
    ValueBuilder builder(maxNesting);
    const IPCError error = readJson(text, builder);
    if (!error) {
        require(builder.isComplete(), "one value");
        return builder.take();
    }
    require(error.code() == IPCError::Code::DecodingError, "a DecodingError");
    // simdjson allows more.
    if (error.limit() == QStringLiteral("nesting"))
        return {};
    require(error.limit().isEmpty(), "no limit but the nesting");
    // Later versions of simdjson pass over a byte order mark.
    const bool hasMark = text.startsWith("\xef\xbb\xbf");
    require(hasMark || !readBySimdjson(text), "what is refused is no JSON");
    return {};
}

void compareWithSimdjson(const QByteArray &text, const QVariant &value)
{
    if (const auto theirs = readBySimdjson(text))
        require(same(withoutBytes(value), *theirs, sameNumbersToSimdjson), "what simdjson reads");
    else
        require(simdjsonMayDecline(text), "what is taken is JSON");
}

void compareWithItself(const QVariant &value)
{
    const QByteArray written = toJson(value, maxNesting);
    const QVariant again = fromJson(written, maxNesting);
    if (survivesJson(value)) {
        require(sameValue(again, value), "read, written and read is the same value");
        require(toJson(again, maxNesting) == written, "the same value is the same text");
    }
    const QVariant thrice = fromJson(toJson(again, maxNesting), maxNesting);
    require(sameValue(thrice, again), "what was written once stays as it is");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto value = readOurs(text);
    if (!value)
        return 0;
    require(depthOf(*value) <= maxNesting, "no deeper than allowed");
    compareWithSimdjson(text, *value);
    compareWithItself(*value);
    return 0;
}
