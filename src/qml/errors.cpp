// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "errors_p.h"

#include "scripts_p.h"

#include <QtCore/QMetaEnum>

using namespace Qt::StringLiterals;

namespace qipc {

QString codeName(IPCError::Code code)
{
    return QString::fromLatin1(QMetaEnum::fromType<IPCError::Code>().valueToKey(int(code)));
}

QJSValue errorToJs(const Scripts &scripts, const IPCError &error, const QJSValue &base)
{
    if (!scripts.isAlive())
        return QJSValue(QJSValue::UndefinedValue);
    QJSValue properties = scripts.engine()->newObject();
    properties.setProperty(u"message"_s, error.message());
    properties.setProperty(u"code"_s, int(error.code()));
    properties.setProperty(u"codeName"_s, codeName(error.code()));
    if (error.systemError() != 0)
        properties.setProperty(u"systemError"_s, error.systemError());
    if (!error.remoteCode().isEmpty())
        properties.setProperty(u"remoteCode"_s, error.remoteCode());
    if (!error.limit().isEmpty())
        properties.setProperty(u"limit"_s, error.limit());
    return scripts.describe.call({base, properties});
}

QJSValue errorToJs(const Scripts &scripts, const IPCError &error)
{
    return errorToJs(scripts, error, scripts.errorHere());
}

bool isFaultOfCaller(IPCError::Code code)
{
    return code == IPCError::Code::InvalidArgument || code == IPCError::Code::NameTooLong
        || code == IPCError::Code::EncodingError;
}

} // namespace qipc
