// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "verdict_p.h"

#include "scripts_p.h"

#include <QtQml/QJSEngine>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

IPCResult<void> read(const QJSValue &answer)
{
    if (answer.isBool() && answer.toBool())
        return {};
    return IPCError(IPCError::Code::Rejected,
                    answer.isString() ? answer.toString() : u"the server does not want it"_s);
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
    QJSValue decide = owner.property(u"decide"_s);
    decide.setProperty(u"owner"_s, owner); // a method does not keep its object
    then.callWithInstance(answer, {decide, decide}); // how it was broken is no true either
    return future;
}

void Verdict::decide(const QJSValue &answer)
{
    if (m_promise.future().isFinished())
        return;
    m_promise.addResult(read(answer));
    m_promise.finish();
}

} // namespace qipc
