// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipcresponder.h>

#include "answer_p.h"
#include "refusal_p.h"

using namespace Qt::StringLiterals;
using namespace qipc;

namespace {
// Codes that begin so are the library's own.
constexpr auto reservedPrefix = "qipc."_L1;

IPCError noRequest()
{
    return {IPCError::Code::InvalidState, u"this responder belongs to no request"_s};
}
} // namespace

IPCResponder::IPCResponder() = default;
IPCResponder::~IPCResponder() = default;
IPCResponder::IPCResponder(const IPCResponder &other) = default;
IPCResponder::IPCResponder(IPCResponder &&other) noexcept = default;
IPCResponder &IPCResponder::operator=(const IPCResponder &other) = default;
IPCResponder &IPCResponder::operator=(IPCResponder &&other) noexcept = default;

IPCResponder::IPCResponder(std::shared_ptr<Answer> answer)
    : m_answer(std::move(answer))
{
}

IPCResult<void> IPCResponder::operator()(const IPCValue &value) const
{
    if (!m_answer)
        return refused(noRequest());
    return refused(m_answer->give(value.variant()));
}

IPCResult<void> IPCResponder::fail(const QString &code, const QString &message) const
{
    if (!m_answer)
        return refused(noRequest());
    if (code.isEmpty() || code.startsWith(reservedPrefix)) {
        return refused({IPCError::Code::InvalidArgument,
                        u"the code \"%1\" is empty or begins with \"qipc.\""_s.arg(code)});
    }
    return refused(m_answer->fail({code, message}));
}

bool IPCResponder::isPending() const
{
    return m_answer && m_answer->isPending();
}
