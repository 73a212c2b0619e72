// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "qmlactivation_p.h"

#include "errors_p.h"
#include "values_p.h"

#include <QIpc/ipcraisewindow.h>

#include <cmath>
#include <limits>
#include <optional>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

std::optional<int> exitCodeFromJs(const QJSValue &code)
{
    if (code.isUndefined())
        return 0;
    const double number = code.isNumber() ? code.toNumber() : std::nan("");
    const bool isInt =
        std::trunc(number) == number && std::abs(number) <= double(std::numeric_limits<int>::max());
    return isInt ? std::optional(int(number)) : std::nullopt;
}

} // namespace

QmlActivation::QmlActivation(Scripts *scripts, const IPCActivation &activation)
    : m_scripts(scripts)
    , m_activation(activation)
{
}

QString QmlActivation::activationToken() const
{
    return QString::fromUtf8(m_activation.activationToken());
}

QString QmlActivation::startupId() const
{
    return QString::fromUtf8(m_activation.startupId());
}

QJSValue QmlActivation::payload() const
{
    return m_scripts ? toJs(*m_scripts, m_activation.payload()) : QJSValue();
}

QmlCredentials QmlActivation::credentials() const
{
    return QmlCredentials(m_activation.credentials());
}

void QmlActivation::hold()
{
    m_isHeld = true;
}

bool QmlActivation::exit(const QJSValue &code)
{
    const auto exitCode = exitCodeFromJs(code);
    const auto done = exitCode
        ? m_activation.exit(*exitCode)
        : IPCError(IPCError::Code::InvalidArgument,
                   u"an exit code is a whole number, not %1"_s.arg(code.toString()));
    if (done)
        return true;
    if (m_scripts && done.error().code() != IPCError::Code::ConnectionLost)
        m_scripts->engine()->throwError(errorToJs(*m_scripts, done.error()));
    return false;
}

void QmlActivation::raise(QObject *window) const
{
    if (auto *toRaise = qobject_cast<QWindow *>(window)) {
        ipcRaiseWindow(toRaise, m_activation);
    } else if (m_scripts) {
        m_scripts->warnHere(u"raise() takes a Window"_s);
    }
}

void QmlActivation::release(bool failed)
{
    if (failed)
        m_activation.exit(1);
    else if (!m_isHeld)
        m_activation.exit(0);
}

} // namespace qipc
