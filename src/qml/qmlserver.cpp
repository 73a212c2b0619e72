// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "qmlserver_p.h"

#include "call_p.h"
#include "response_p.h"
#include "verdict_p.h"

#include <QtCore/QMetaMethod>
#include <QtQml/QQmlInfo>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

// Every connection of a QmlServer is one: see createConnection().
QmlConnection *inQml(IPCConnection *connection)
{
    return static_cast<QmlConnection *>(connection);
}

template <typename T, typename Convert>
QJSValue outcomesToJs(Scripts &scripts, const QList<IPCOutcome<T>> &outcomes, Convert convert)
{
    QJSValue array = scripts.engine()->newArray(uint(outcomes.size()));
    for (qsizetype i = 0; i < outcomes.size(); ++i) {
        const IPCOutcome<T> &outcome = outcomes.at(i);
        QJSValue object = scripts.engine()->newObject();
        object.setProperty(u"id"_s, outcome.id);
        object.setProperty(u"connection"_s, scripts.engine()->newQObject(outcome.connection));
        if (outcome.result)
            object.setProperty(u"value"_s, convert(scripts, *outcome.result));
        else
            object.setProperty(u"error"_s, errorToJs(scripts, outcome.result.error()));
        array.setProperty(quint32(i), object);
    }
    return array;
}

// A promise of what is known by now.
QJSValue promiseOfCount(Scripts *scripts, const IPCResult<int> &count)
{
    if (!count && isFaultOfCaller(count.error().code()))
        return refused(scripts, count.error());
    const Deferred deferred(scripts);
    if (count)
        deferred.resolve([&](Scripts &) { return QJSValue(*count); });
    else
        deferred.reject(count.error());
    return deferred.promise();
}

} // namespace

QmlServer::QmlServer(QObject *parent)
    : IPCServer(parent)
    , m_activity(this,
                 {[this] { return isListening(); }, [this] { start(); },
                  [this] { IPCServer::close(); }, [this] { Q_EMIT activeChanged(); }})
    , m_connections(new ConnectionsModel(this))
{
    connect(this, &IPCServer::pathChanged, this, [this] { m_activity.restart(); });
    forwardSignals();
}

QmlServer::~QmlServer()
{
    disconnect(this, nullptr, this, nullptr); // the base class still has things to tell
    delete m_connections; // and connections to delete
}

void QmlServer::classBegin()
{
}

void QmlServer::componentComplete()
{
    m_activity.complete();
}

void QmlServer::setActive(bool active)
{
    m_activity.setWanted(active);
}

void QmlServer::start()
{
    if (!listen())
        m_activity.handleStopped([this] { tellError(error(), nullptr); });
}

IPCConnection *QmlServer::createConnection()
{
    return new QmlConnection(this);
}

void QmlServer::setIdGeneratorFromJs(const QJSValue &generator)
{
    m_idGenerator = generator;
    if (generator.isUndefined() || generator.isNull())
        setIdGenerator(nullptr);
    else
        setIdGenerator([this] { return generateId(); });
    Q_EMIT idGeneratorChanged();
}

// Empty, which is no id, where the function gives none.
QString QmlServer::generateId()
{
    const Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return {};
    const Scripts::Outcome id = scripts->call(m_idGenerator, {});
    if (id.returned && id.returned->isString())
        return id.returned->toString();
    qmlWarning(this) << "idGenerator should be a function that returns a string"
                     << (id.returned ? QString() : u": "_s + id.thrown);
    return {};
}

void QmlServer::setAuthorizerFromJs(const QJSValue &authorizer)
{
    m_authorizer = authorizer;
    if (authorizer.isUndefined() || authorizer.isNull()) {
        setAuthorizer(nullptr);
    } else {
        setAuthorizer([this](const IPCCredentials &who, const QVariant &payload) {
            return authorize(who, payload);
        });
    }
    Q_EMIT authorizerChanged();
}

QFuture<IPCResult<void>> QmlServer::authorize(const IPCCredentials &who, const QVariant &payload)
{
    Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return Verdict::of({}, scripts);
    const Scripts::Outcome verdict = scripts->call(
        m_authorizer,
        {scripts->engine()->toScriptValue(QmlCredentials(who)), toJs(*scripts, payload)});
    if (!verdict.returned)
        qmlWarning(this) << "authorizer: " << verdict.thrown;
    return Verdict::of(verdict.returned.value_or(QJSValue()), scripts);
}

QmlConnection *QmlServer::connection(const QString &id) const
{
    return inQml(IPCServer::connection(id));
}

QJSValue QmlServer::broadcast(const QJSValue &message)
{
    return withMessage(this, message, [&](Scripts *scripts, const QVariant &value) {
        return promiseOfCount(scripts, IPCServer::broadcast(value));
    });
}

QJSValue QmlServer::publish(const QJSValue &topic, const QJSValue &message)
{
    return withMessage(this, message, [&](Scripts *scripts, const QVariant &value) {
        const auto name = stringFromJs(topic, u"a topic"_s);
        return name ? promiseOfCount(scripts, IPCServer::publish(*name, value))
                    : refused(scripts, name.error());
    });
}

QJSValue QmlServer::survey(const QJSValue &request, const QJSValue &timeout)
{
    return withMessage(this, request, [&](Scripts *scripts, const QVariant &value) {
        const auto time = timeoutFromJs(timeout, requestTimeout());
        if (!time)
            return refused(scripts, time.error());
        return promiseOf(scripts, IPCServer::survey(value, *time),
                         [](Scripts &scripts, const QList<IPCOutcome<QVariant>> &outcomes) {
                             return outcomesToJs(scripts, outcomes, toJs);
                         });
    });
}

QJSValue QmlServer::ping()
{
    Scripts *scripts = Scripts::of(this);
    if (!scripts)
        return {};
    return promiseOf(
        scripts, IPCServer::ping(),
        [](Scripts &scripts, const QList<IPCOutcome<std::chrono::nanoseconds>> &outcomes) {
            return outcomesToJs(scripts, outcomes, roundTripToJs);
        });
}

QJSValue QmlServer::close()
{
    Scripts *scripts = Scripts::of(this);
    if (!m_activity.noteStopping())
        return {};
    const auto closing = IPCServer::close();
    return scripts ? promiseOf(scripts, closing) : QJSValue();
}

QJSValue QmlServer::closeForRestart()
{
    Scripts *scripts = Scripts::of(this);
    if (!m_activity.noteStopping())
        return {};
    const auto closing = IPCServer::closeForRestart();
    return scripts ? promiseOf(scripts, closing) : QJSValue();
}

void QmlServer::pause()
{
    IPCServer::pause();
}

void QmlServer::resume()
{
    IPCServer::resume();
}

// The engine of whoever listens to \a signal; null where nobody does.
template <typename Signal>
Scripts *QmlServer::listening(Signal signal) const
{
    return isSignalConnected(QMetaMethod::fromSignal(signal)) ? Scripts::of(this) : nullptr;
}

// By QML, or by C++ that listens to the base class as forwardSignals() does.
bool QmlServer::isErrorHandled() const
{
    return receivers(SIGNAL(errorOccurred(QJSValue, qipc::QmlConnection *))) > 0
        || receivers(SIGNAL(errorOccurred(IPCError, IPCConnection *))) > 1;
}

void QmlServer::tellError(const IPCError &error, QmlConnection *connection)
{
    const QPointer<QmlServer> alive(this);
    if (isFaultOfCaller(error.code()))
        qmlWarning(this) << error.message();
    else if (!isErrorHandled() && (!connection || !connection->isErrorHandled()))
        reportUnheard(this, error);
    if (!alive)
        return;
    if (const Scripts *scripts = listening(&QmlServer::errorOccurred))
        Q_EMIT errorOccurred(errorToJs(*scripts, error), connection);
}

void QmlServer::forwardSignals()
{
    connect(this, &IPCServer::connected, this,
            [this](IPCConnection *connection, const QVariant &payload) {
                const QPointer<IPCConnection> alive(connection);
                m_connections->append(inQml(connection));
                if (!alive)
                    return;
                if (const Scripts *scripts = listening(&QmlServer::connected))
                    Q_EMIT connected(inQml(connection), toJs(*scripts, payload));
            });
    connect(this, &IPCServer::disconnected, this,
            [this](IPCConnection *connection, const QVariant &reason) {
                const QPointer<IPCConnection> alive(connection);
                m_connections->remove(inQml(connection));
                if (!alive)
                    return;
                if (const Scripts *scripts = listening(&QmlServer::disconnected))
                    Q_EMIT disconnected(inQml(connection), toJs(*scripts, reason));
            });
    connect(this, &IPCServer::messageReceived, this,
            [this](const QVariant &message, IPCConnection *connection) {
                if (const Scripts *scripts = listening(&QmlServer::messageReceived))
                    Q_EMIT messageReceived(toJs(*scripts, message), inQml(connection));
            });
    connect(
        this, &IPCServer::requestReceived, this,
        [this](const QVariant &request, const IPCResponder &responder, IPCConnection *connection) {
            if (Scripts *scripts = listening(&QmlServer::requestReceived)) {
                deliverRequest(scripts, this, responder, [&](const QJSValue &respond) {
                    Q_EMIT requestReceived(toJs(*scripts, request), respond, inQml(connection));
                });
            }
        });
    connect(this, &IPCServer::subscribed, this,
            [this](const QString &topic, IPCConnection *connection) {
                Q_EMIT subscribed(topic, inQml(connection));
            });
    connect(this, &IPCServer::unsubscribed, this,
            [this](const QString &topic, IPCConnection *connection) {
                Q_EMIT unsubscribed(topic, inQml(connection));
            });
    connect(this, &IPCServer::errorOccurred, this,
            [this](const IPCError &error, IPCConnection *connection) {
                tellError(error, inQml(connection));
            });
    connect(this, &IPCServer::closed, this,
            [this] { m_activity.handleStopped([this] { Q_EMIT closed(); }); });
}

} // namespace qipc
