// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "scripts_p.h"

#include <QtCore/QFile>
#include <QtCore/QLoggingCategory>
#include <QtQml/QtQml>

#include <algorithm>

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(logQml, "qipc.qml", QtWarningMsg)

namespace qipc {

namespace {

QJSValue evaluateHelpers(QQmlEngine *engine)
{
    const QString name = u":/qipc/helpers.js"_s;
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the plugin QIpc was built without %s", qPrintable(name));
    return engine->evaluate(QString::fromUtf8(file.readAll()), u"qrc"_s + name);
}

// As the engine's own warnings begin: a terminal or an editor makes a link of it.
QString lineOf(const QJSValue &error)
{
    const QString file = error.property(u"fileName"_s).toString();
    const int line = error.property(u"lineNumber"_s).toInt();
    return line > 0 ? u"%1:%2: "_s.arg(file).arg(line) : QString();
}

// The line of an object is known to the engine alone.
QString placeOf(const QObject *object)
{
    const QQmlContext *context = qmlContext(object);
    if (!context)
        return QString();
    const QString id = context->nameForObject(object);
    return context->baseUrl().toString() + u": "_s + (id.isEmpty() ? QString() : id + u": "_s);
}

QString stackOf(const QJSValue &error)
{
    return error.property(u"stack"_s).toString();
}

} // namespace

Scripts *Scripts::of(const QObject *object)
{
    QQmlEngine *engine = qmlEngine(object);
    if (!engine)
        return nullptr;
    auto *scripts = engine->findChild<Scripts *>(QString(), Qt::FindDirectChildrenOnly);
    return scripts ? scripts : new Scripts(engine);
}

Scripts::Scripts(QQmlEngine *engine)
    : QObject(engine)
{
    QQmlEngine::setObjectOwnership(this, QQmlEngine::CppOwnership);
    const QJSValue report = engine->newQObject(this).property(u"reportUnhandled"_s);
    const QJSValue helpers = evaluateHelpers(engine).call({report});
    defer = helpers.property(u"defer"_s);
    excuse = helpers.property(u"excuse"_s);
    describe = helpers.property(u"describe"_s);
    entries = helpers.property(u"entries"_s);
    elements = helpers.property(u"elements"_s);
    attempt = helpers.property(u"attempt"_s);
    open = helpers.property(u"open"_s);
    define = helpers.property(u"define"_s);
    responder = helpers.property(u"responder"_s);
    objectPrototype = engine->newObject().prototype();
    connect(engine, &QQmlEngine::warnings, this, [this](const QList<QQmlError> &warnings) {
        for (const QQmlError &warning : warnings)
            Q_EMIT warned(warning);
    });
}

QQmlEngine *Scripts::engine() const
{
    return static_cast<QQmlEngine *>(parent());
}

Scripts::Outcome Scripts::call(const QJSValue &function, const QJSValueList &arguments) const
{
    const QJSValue outcome = attempt.call(QJSValueList{function} + arguments);
    if (outcome.hasOwnProperty(u"value"_s))
        return {outcome.property(u"value"_s), {}};
    return {std::nullopt, outcome.property(u"thrown"_s).toString()};
}

QJSValue Scripts::errorHere() const
{
    return engine()->newErrorObject(QJSValue::GenericError);
}

void Scripts::warnHere(const QString &text) const
{
    qCWarning(logQml).noquote() << lineOf(errorHere()) + text;
}

void Scripts::reportUnheard(const QObject *object, const IPCError &error) const
{
    const QString line = lineOf(errorHere());
    qCWarning(logQml).noquote() << (line.isEmpty() ? placeOf(object) : line)
            + u"an error occurred, and nobody handled it: IPCError: "_s + error.message();
}

void Scripts::reportUnhandled(const QJSValue &error) const
{
    qCWarning(logQml).noquote() << lineOf(error)
            + u"a promise was rejected, and nobody handled it: "_s + error.toString();
}

void reportUnheard(const QObject *object, const IPCError &error)
{
    if (const Scripts *scripts = Scripts::of(object))
        scripts->reportUnheard(object, error);
}

HandlerWatch::HandlerWatch(Scripts *scripts)
    : m_scripts(scripts)
    , m_connection(
          QObject::connect(scripts, &Scripts::warned, scripts, [this](const QQmlError &error) {
              m_warnings.append({error.description(), stackOf(m_scripts->errorHere())});
          }))
{
}

HandlerWatch::~HandlerWatch()
{
    QObject::disconnect(m_connection);
}

QString HandlerWatch::thrown() const
{
    if (m_warnings.isEmpty() || !m_scripts || !m_scripts->isAlive())
        return {};
    // What a handler threw is told when it has been left. A warning from further up is of something
    // else that it set off, a binding perhaps.
    const QString here = stackOf(m_scripts->errorHere());
    const auto own =
        std::find_if(m_warnings.cbegin(), m_warnings.cend(),
                     [&here](const Warning &warning) { return warning.stack == here; });
    return own == m_warnings.cend() ? QString() : own->text;
}

} // namespace qipc
