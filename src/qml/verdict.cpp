// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "verdict_p.h"

#include "scripts_p.h"

#include <QtQml/QJSEngine>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

IPCError refusal(const QJSValue &reason)
{
    return IPCError(IPCError::Code::Rejected,
                    reason.isString() ? reason.toString() : u"the server does not want it"_s);
}

IPCResult<void> read(const QJSValue &answer)
{
    if (answer.isBool() && answer.toBool())
        return {};
    return refusal(answer);
}

} // namespace

Verdict::Verdict()
{
    m_promise.start();
}

QFuture<IPCResult<void>> Verdict::of(const QJSValue &answer, Scripts *scripts)
{
    const QJSValue then = answer.property(u"then"_s);
    if (!then.isCallable()) {
        QPromise<IPCResult<void>> promise;
        promise.start();
        promise.addResult(read(answer));
        promise.finish();
        return promise.future();
    }
    auto *const verdict = new Verdict;
    const auto future = verdict->m_promise.future();
    const QJSValue owner = scripts->engine()->newQObject(verdict);
    const auto method = [&owner](const QString &name) {
        QJSValue method = owner.property(name);
        method.setProperty(u"owner"_s, owner); // a method does not keep its object
        return method;
    };
    then.callWithInstance(answer, {method(u"decide"_s), method(u"refuse"_s)});
    return future;
}

void Verdict::decide(const QJSValue &answer)
{
    settle(read(answer));
}

void Verdict::refuse(const QJSValue &reason)
{
    settle(refusal(reason));
}

void Verdict::settle(const IPCResult<void> &result)
{
    if (m_promise.future().isFinished())
        return;
    m_promise.addResult(result);
    m_promise.finish();
}

} // namespace qipc
