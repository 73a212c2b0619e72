// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "talking_p.h"

#include "call_p.h"
#include "errors_p.h"

namespace qipc::talking {

QJSValue send(IPCPeer *peer, const QJSValue &message)
{
    return withMessage(peer, message, [&](Scripts *scripts, const QVariant &value) {
        return promiseOf(scripts, peer->send(value));
    });
}

bool post(IPCPeer *peer, const QJSValue &message)
{
    Scripts *scripts = Scripts::of(peer);
    if (!scripts)
        return false;
    const auto value = fromJs(*scripts, message, maxValuesOf(peer));
    const auto result = value ? peer->post(*value) : IPCResult<void>(value.error());
    if (!result && isFaultOfCaller(result.error().code()))
        scripts->warnHere(result.error().message());
    return result.hasValue();
}

QJSValue request(IPCPeer *peer, const QJSValue &request, const QJSValue &timeout)
{
    return withMessage(peer, request, [&](Scripts *scripts, const QVariant &value) {
        const auto time = timeoutFromJs(timeout, peer->requestTimeout());
        return time ? promiseOf(scripts, peer->request(value, *time), toJs)
                    : refused(scripts, time.error());
    });
}

QJSValue ping(IPCPeer *peer, const QJSValue &payload, const QJSValue &timeout)
{
    return withMessage(peer, payload, [&](Scripts *scripts, const QVariant &value) {
        const auto time = timeoutFromJs(timeout, peer->requestTimeout());
        return time ? promiseOf(scripts, peer->ping(value, *time), roundTripToJs)
                    : refused(scripts, time.error());
    });
}

void abort(IPCPeer *peer, const QJSValue &reason)
{
    Scripts *scripts = Scripts::of(peer);
    const auto value =
        scripts ? fromJs(*scripts, reason, maxValuesOf(peer)) : IPCResult<QVariant>(QVariant());
    if (!value)
        scripts->warnHere(value.error().message());
    peer->abort(value.valueOr({}));
}

} // namespace qipc::talking
