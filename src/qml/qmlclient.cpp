// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "qmlclient_p.h"

#include "call_p.h"
#include "response_p.h"
#include "talking_p.h"

#include <QtCore/QMetaEnum>
#include <QtCore/QMetaMethod>
#include <QtQml/QQmlInfo>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

IPCResult<QStringList> topicsFromJs(const Scripts &scripts, const QJSValue &topics)
{
    const QVariant value = fromJs(scripts, topics).valueOr({});
    const QVariantList list = topics.isString() ? QVariantList{value} : value.toList();
    const bool allStrings = std::all_of(list.cbegin(), list.cend(), [](const QVariant &topic) {
        return topic.typeId() == QMetaType::QString;
    });
    if (allStrings && !list.isEmpty())
        return value.toStringList();
    return IPCError(
        IPCError::Code::InvalidArgument,
        u"topics are a string, or an array of strings, not %1"_s.arg(topics.toString()));
}

} // namespace

QmlClient::QmlClient(QObject *parent)
    : IPCClient(parent)
    , m_activity(this,
                 {[this] { return status() != Status::Idle; },
                  [this] { IPCClient::connectToServer(); }, [this] { IPCClient::close(); },
                  [this] { Q_EMIT activeChanged(); }})
{
    connect(this, &IPCClient::pathChanged, this, [this] { m_activity.restart(); });
    connect(this, &IPCClient::statusChanged, this, &QmlClient::statusNameChanged);
    connect(this, &IPCClient::statusChanged, this, &QmlClient::credentialsChanged);
    forwardSignals();
}

QmlClient::~QmlClient()
{
    disconnect(this, nullptr, this, nullptr); // the base class still has things to tell
}

void QmlClient::classBegin()
{
}

void QmlClient::componentComplete()
{
    m_activity.complete();
}

void QmlClient::setActive(bool active)
{
    m_activity.setWanted(active);
}

QJSValue QmlClient::payloadToJs() const
{
    const Scripts *scripts = Scripts::of(this);
    return scripts ? toJs(*scripts, payload()) : QJSValue();
}

void QmlClient::setPayloadFromJs(const QJSValue &payload)
{
    const Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return;
    const auto value = fromJs(*scripts, payload, limits().values());
    if (value)
        setPayload(*value);
    else
        qmlWarning(this) << "payload: " << value.error().message();
}

QJSValue QmlClient::connectToServer()
{
    Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return {};
    const auto connecting = IPCClient::connectToServer();
    if (!errorOf(connecting))
        m_activity.noteStarted();
    return promiseOf(scripts, connecting);
}

QJSValue QmlClient::send(const QJSValue &message)
{
    return talking::send(this, message);
}

bool QmlClient::post(const QJSValue &message)
{
    return talking::post(this, message);
}

QJSValue QmlClient::request(const QJSValue &request, const QJSValue &timeout)
{
    return talking::request(this, request, timeout);
}

QJSValue QmlClient::ping(const QJSValue &payload, const QJSValue &timeout)
{
    return talking::ping(this, payload, timeout);
}

QJSValue QmlClient::subscribe(const QJSValue &topics)
{
    return changeTopics(topics,
                        [this](const QStringList &names) { return IPCClient::subscribe(names); });
}

QJSValue QmlClient::unsubscribe(const QJSValue &topics)
{
    return changeTopics(topics,
                        [this](const QStringList &names) { return IPCClient::unsubscribe(names); });
}

QJSValue
QmlClient::changeTopics(const QJSValue &topics,
                        const std::function<QFuture<IPCResult<bool>>(const QStringList &)> &change)
{
    Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return {};
    const auto names = topicsFromJs(*scripts, topics);
    if (!names)
        return refused(scripts, names.error());
    return promiseOf(scripts, change(*names), [](Scripts &, bool changed) { return changed; });
}

QJSValue QmlClient::publish(const QJSValue &topic, const QJSValue &message)
{
    return withMessage(this, message, [&](Scripts *scripts, const QVariant &value) {
        const auto name = stringFromJs(topic, u"a topic"_s);
        return name ? promiseOf(scripts, IPCClient::publish(*name, value))
                    : refused(scripts, name.error());
    });
}

QJSValue QmlClient::close(const QJSValue &reason)
{
    return withMessage(this, reason, [&](Scripts *scripts, const QVariant &value) {
        const QPointer<QmlClient> alive(this);
        if (!m_activity.noteStopping())
            return QJSValue();
        const auto closing = IPCClient::close(value);
        if (alive && errorOf(closing))
            m_activity.noteNotStopped();
        return promiseOf(scripts, closing);
    });
}

void QmlClient::abort(const QJSValue &reason)
{
    if (m_activity.noteStopping())
        talking::abort(this, reason);
}

void QmlClient::pause()
{
    IPCClient::pause();
}

void QmlClient::resume()
{
    IPCClient::resume();
}

// The engine of whoever listens to \a signal; null where nobody does.
template <typename Signal>
Scripts *QmlClient::listening(Signal signal) const
{
    return isSignalConnected(QMetaMethod::fromSignal(signal)) ? Scripts::of(this) : nullptr;
}

// By QML, or by C++ that listens to the base class as forwardSignals() does.
bool QmlClient::isErrorHandled() const
{
    return receivers(SIGNAL(errorOccurred(QJSValue))) > 0
        || receivers(SIGNAL(errorOccurred(IPCError))) > 1;
}

void QmlClient::forwardSignals()
{
    connect(this, &IPCPeer::messageReceived, this, [this](const QVariant &message) {
        if (const Scripts *scripts = listening(&QmlClient::messageReceived))
            Q_EMIT messageReceived(toJs(*scripts, message));
    });
    connect(this, &IPCPeer::requestReceived, this,
            [this](const QVariant &request, const IPCResponder &responder) {
                if (Scripts *scripts = listening(&QmlClient::requestReceived)) {
                    deliverRequest(scripts, this, responder, [&](const QJSValue &respond) {
                        Q_EMIT requestReceived(toJs(*scripts, request), respond);
                    });
                }
            });
    connect(this, &IPCClient::published, this,
            [this](const QString &topic, const QVariant &message) {
                if (const Scripts *scripts = listening(&QmlClient::published))
                    Q_EMIT published(topic, toJs(*scripts, message));
            });
    connect(this, &IPCPeer::disconnected, this, [this](const QVariant &reason) {
        if (const Scripts *scripts = listening(&QmlClient::disconnected))
            Q_EMIT disconnected(toJs(*scripts, reason));
    });
    connect(this, &IPCClient::closed, this, [this](const QVariant &reason) {
        m_activity.handleStopped([&] {
            if (const Scripts *scripts = listening(&QmlClient::closed))
                Q_EMIT closed(toJs(*scripts, reason));
        });
    });
    connect(this, &IPCPeer::errorOccurred, this, &QmlClient::forwardError);
}

void QmlClient::forwardError(const IPCError &error)
{
    const QPointer<QmlClient> alive(this);
    if (isFaultOfCaller(error.code()))
        qmlWarning(this) << error.message();
    else if (!isErrorHandled())
        reportUnheard(this, error);
    if (!alive)
        return;
    if (const Scripts *scripts = listening(&QmlClient::errorOccurred))
        Q_EMIT errorOccurred(errorToJs(*scripts, error));
}

QString QmlClient::statusName() const
{
    return QString::fromLatin1(QMetaEnum::fromType<Status>().valueToKey(int(status())));
}

} // namespace qipc
