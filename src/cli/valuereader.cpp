// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "valuereader_p.h"

#include "json_p.h"
#include "streams_p.h"

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

constexpr qsizetype longestQuote = 40;

[[nodiscard]] QString quoted(const QString &argument)
{
    if (argument.size() <= longestQuote)
        return '\''_L1 % argument % '\''_L1;
    return '\''_L1 % QStringView(argument).first(longestQuote) % "'..."_L1;
}

[[nodiscard]] IPCResult<QVariant> readJsonFrom(QByteArrayView text, const QString &where)
{
    IPCResult<QVariant> value = fromJson(text);
    if (value)
        return value;
    return IPCError(value.error().code(), QString(where % ": "_L1 % value.error().message()));
}

} // namespace

IPCResult<QVariant> ValueReader::read(const QString &argument, Kind kind)
{
    if (argument != '-'_L1) {
        if (kind == Kind::String)
            return QVariant(argument);
        return readJsonFrom(argument.toUtf8(), quoted(argument));
    }

    if (std::exchange(m_inputTaken, true)) {
        return IPCError(IPCError::Code::InvalidArgument,
                        "standard input is one value: - can stand only once"_L1);
    }
    const IPCResult<QByteArray> input = readStandardInput();
    if (!input)
        return input.error();
    if (kind == Kind::Json)
        return readJsonFrom(*input, "standard input"_L1);
    const qsizetype length = input->size() - (input->endsWith('\n') ? 1 : 0);
    return QVariant(QString::fromUtf8(input->constData(), length));
}

} // namespace qipc::cli
