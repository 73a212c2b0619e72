// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "json_p.h"

#include "jsonreader_p.h"
#include "output_p.h"
#include "valueencoder_p.h"

#include <QIpc/ipclimits.h>

#include <QtCore/QMetaEnum>

namespace qipc::cli {

IPCResult<QVariant> fromJson(QByteArrayView text)
{
    ValueBuilder builder(IPCLimits().nesting());
    if (const IPCError error = readJson(text, builder))
        return IPCError(IPCError::Code::InvalidArgument, error.message());
    return builder.take();
}

QByteArray toJson(const QVariant &value)
{
    QByteArray text;
    if (value.isValid()) {
        JsonWriter writer(text);
        writeValue(writer, value);
    }
    return text;
}

void writeValue(JsonWriter &writer, const QVariant &value)
{
    // What was received can be sent, and so be encoded, and is no deeper than this.
    [[maybe_unused]] const IPCError error = encodeValue(value, writer, IPCLimits().nesting());
    Q_ASSERT(!error);
}

void writeError(JsonWriter &writer, const IPCError &error)
{
    const bool isRemote = !error.remoteCode().isEmpty();
    writer.beginMap(isRemote ? 3 : 2);
    writer.key(u"code");
    writer.string(codeName(error.code()));
    writer.key(u"message");
    writer.string(error.message());
    if (isRemote) {
        writer.key(u"remoteCode");
        writer.string(error.remoteCode());
    }
    writer.endMap();
}

QString codeName(IPCError::Code code)
{
    return QString::fromLatin1(QMetaEnum::fromType<IPCError::Code>().valueToKey(int(code)));
}

JsonLine::JsonLine()
    : m_writer(m_text)
{
    m_writer.beginMap(0); // JSON does not declare how many will come
}

JsonLine &JsonLine::add(QStringView key, const QVariant &value)
{
    writeValue(writerFor(key), value);
    return *this;
}

JsonLine &JsonLine::add(QStringView key, const IPCError &error)
{
    writeError(writerFor(key), error);
    return *this;
}

JsonWriter &JsonLine::writerFor(QStringView key)
{
    m_writer.key(key);
    return m_writer;
}

void JsonLine::print()
{
    m_writer.endMap();
    printLine(m_text);
}

} // namespace qipc::cli
