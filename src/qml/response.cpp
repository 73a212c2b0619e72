// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "response_p.h"

#include "errors_p.h"
#include "values_p.h"

using namespace Qt::StringLiterals;

namespace qipc {

Response::Response(Scripts *scripts, const IPCResponder &responder, int maxValues)
    : m_scripts(scripts)
    , m_responder(responder)
    , m_maxValues(maxValues)
{
}

QJSValue Response::function(Scripts *scripts, const IPCResponder &responder, int maxValues)
{
    const QJSValue response =
        scripts->engine()->newQObject(new Response(scripts, responder, maxValues));
    return scripts->responder.call({response});
}

bool Response::answer(const QJSValue &value)
{
    if (!m_scripts)
        return false;
    const auto message = fromJs(*m_scripts, value, m_maxValues);
    return finish(message ? m_responder(*message) : message.error());
}

bool Response::fail(const QJSValue &code, const QJSValue &text)
{
    if (!m_scripts)
        return false;
    const bool isSaid = code.isString() && (text.isString() || text.isUndefined());
    if (!isSaid) {
        return finish(IPCError(IPCError::Code::InvalidArgument,
                               u"respond.fail() takes a code and a text, both strings"_s));
    }
    return finish(m_responder.fail(code.toString(), text.isString() ? text.toString() : QString()));
}

bool Response::finish(const IPCResult<void> &result) const
{
    if (result)
        return true;
    if (result.error().code() == IPCError::Code::ConnectionLost)
        return false;
    refuse(result.error());
    return false;
}

// The asker should not have to wait until its time is over.
void Response::refuse(const IPCError &error) const
{
    m_responder.fail(u"bad-answer"_s, error.message());
    m_scripts->engine()->throwError(errorToJs(*m_scripts, error));
}

} // namespace qipc
