// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "call_p.h"

#include <QIpc/ipcclient.h>
#include <QIpc/ipcconnection.h>
#include <QIpc/ipcserver.h>

#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc {

int maxValuesOf(const QObject *object)
{
    if (const auto *client = qobject_cast<const IPCClient *>(object))
        return client->limits().values();
    const auto *connection = qobject_cast<const IPCConnection *>(object);
    const auto *server =
        connection ? connection->server() : qobject_cast<const IPCServer *>(object);
    return server ? server->limits().values() : IPCLimits().values();
}

IPCResult<milliseconds> timeoutFromJs(const QJSValue &timeout, milliseconds fallback)
{
    if (timeout.isUndefined())
        return fallback;
    const double number = timeout.isNumber() ? timeout.toNumber() : -1;
    if (!(number >= 0 && number <= std::numeric_limits<int>::max())) {
        return IPCError(IPCError::Code::InvalidArgument,
                        u"a timeout is a number of milliseconds, from 0 (for ever) to %1, not %2"_s
                            .arg(std::numeric_limits<int>::max())
                            .arg(timeout.toString()));
    }
    return milliseconds(qint64(std::ceil(number)));
}

IPCResult<QString> stringFromJs(const QJSValue &value, const QString &what)
{
    if (value.isString())
        return value.toString();
    return IPCError(IPCError::Code::InvalidArgument,
                    u"%1 is a string, not %2"_s.arg(what, value.toString()));
}

QJSValue roundTripToJs(const Scripts &, std::chrono::nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

} // namespace qipc
