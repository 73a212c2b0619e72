// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "qmlsingleinstance_p.h"

#include "call_p.h"
#include "errors_p.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QMetaMethod>
#include <QtCore/QPointer>
#include <QtQml/QQmlInfo>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace qipc {

namespace {

IPCResult<QStringList> argumentsFromJs(const Scripts &scripts, const QJSValue &arguments)
{
    if (arguments.isUndefined())
        return QCoreApplication::arguments().mid(1);
    const QVariantList list = fromJs(scripts, arguments).valueOr({}).toList();
    const bool allStrings = std::all_of(list.cbegin(), list.cend(), [](const QVariant &argument) {
        return argument.typeId() == QMetaType::QString;
    });
    if (arguments.isArray() && allStrings)
        return QVariant(list).toStringList();
    return IPCError(IPCError::Code::InvalidArgument,
                    u"arguments are an array of strings, not %1"_s.arg(arguments.toString()));
}

} // namespace

QmlSingleInstance::QmlSingleInstance(QObject *parent)
    : IPCSingleInstance(parent)
{
    connect(this, &IPCSingleInstance::errorOccurred, this, &QmlSingleInstance::tellError);
}

void QmlSingleInstance::tellError(const IPCError &error)
{
    // This one is connected to the signal of the base class, as C++ may be.
    const bool isHandled = receivers(SIGNAL(errorOccurred(QJSValue))) > 0
        || receivers(SIGNAL(errorOccurred(IPCError))) > 1;
    if (!isHandled)
        reportUnheard(this, error);
    else if (const Scripts *scripts = Scripts::of(this))
        Q_EMIT errorOccurred(errorToJs(*scripts, error));
}

QJSValue QmlSingleInstance::payloadToJs() const
{
    const Scripts *scripts = Scripts::of(this);
    return scripts ? toJs(*scripts, payload()) : QJSValue();
}

void QmlSingleInstance::setPayloadFromJs(const QJSValue &payload)
{
    const Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return;
    const auto value = fromJs(*scripts, payload);
    if (!value) {
        qmlWarning(this) << "payload: " << value.error().message();
        return;
    }
    setPayload(*value);
    Q_EMIT payloadChanged();
}

QJSValue QmlSingleInstance::start(const QJSValue &timeout)
{
    Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return {};
    const auto time = timeoutFromJs(timeout, 5s);
    if (!time)
        return refused(scripts, time.error());
    return promiseOf(scripts, startAsync(*time), [](Scripts &, Role role) { return int(role); });
}

QJSValue QmlSingleInstance::handOver(const QJSValue &arguments, const QJSValue &timeout)
{
    Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return {};
    const auto words = argumentsFromJs(*scripts, arguments);
    const auto time = timeoutFromJs(timeout, 10s);
    if (!words || !time)
        return refused(scripts, words ? time.error() : words.error());
    return promiseOf(scripts, handOverAsync(*words, *time),
                     [](Scripts &, int exitCode) { return exitCode; });
}

void QmlSingleInstance::connectNotify(const QMetaMethod &signal)
{
    IPCSingleInstance::connectNotify(signal);
    if (signal == QMetaMethod::fromSignal(&QmlSingleInstance::activated))
        followListenersLater();
}

void QmlSingleInstance::disconnectNotify(const QMetaMethod &signal)
{
    IPCSingleInstance::disconnectNotify(signal);
    // An invalid one stands for all signals.
    if (!signal.isValid() || signal == QMetaMethod::fromSignal(&QmlSingleInstance::activated))
        followListenersLater();
}

// Who goes as a listener tells so with one of Qt's mutexes held that (dis)connecting needs as well.
void QmlSingleInstance::followListenersLater()
{
    QMetaObject::invokeMethod(this, &QmlSingleInstance::followListeners, Qt::QueuedConnection);
}

// Starts wait for somebody who listens: so this listens as long as QML does, and no longer.
void QmlSingleInstance::followListeners()
{
    if (!isListenedTo()) {
        disconnect(this, &IPCSingleInstance::activated, this, &QmlSingleInstance::deliver);
        return;
    }
    connect(this, &IPCSingleInstance::activated, this, &QmlSingleInstance::deliver,
            Qt::UniqueConnection);
    const QPointer<QmlSingleInstance> alive(this);
    for (const IPCActivation &activation : std::exchange(m_unheard, {})) {
        if (alive)
            deliver(activation);
    }
}

// isSignalConnected() stays true when an object of QML has listened once.
bool QmlSingleInstance::isListenedTo() const
{
    return receivers(SIGNAL(activated(qipc::QmlActivation *))) > 0;
}

void QmlSingleInstance::deliver(const IPCActivation &activation)
{
    Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return;
    if (!isListenedTo()) {
        m_unheard.append(activation);
        return;
    }
    const QPointer<QmlActivation> handed(new QmlActivation(scripts, activation));
    const QJSValue owner = scripts->engine()->newQObject(handed);
    const HandlerWatch watch(scripts);
    Q_EMIT activated(handed);
    if (handed)
        handed->release(!watch.thrown().isEmpty());
}

} // namespace qipc
