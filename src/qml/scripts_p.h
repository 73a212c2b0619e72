// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SCRIPTS_P_H
#define QIPC_SCRIPTS_P_H

#include <QIpc/ipcerror.h>

#include <QtCore/QPointer>
#include <QtQml/QJSValue>
#include <QtQml/QQmlEngine>
#include <QtQml/QQmlError>

#include <optional>

namespace qipc {

/*!
 * The functions of helpers.js in one engine, whose child it is, and what that engine complains of.
 * Where the engine is going, its functions are undefined, and calling them gives undefined.
 */
class Scripts : public QObject
{
    Q_OBJECT

public:
    //! That of the engine of \a object; null where it has none (any more).
    [[nodiscard]] static Scripts *of(const QObject *object);

    [[nodiscard]] QQmlEngine *engine() const;

    //! Whether JavaScript can still be called.
    [[nodiscard]] bool isAlive() const { return defer.isCallable(); }

    //! What a function returned, or what it threw, which may be no Error.
    struct Outcome
    {
        std::optional<QJSValue> returned;
        QString thrown; // for people
    };

    //! Calls \a function. (What QJSValue::call() returns may be what was thrown.)
    [[nodiscard]] Outcome call(const QJSValue &function, const QJSValueList &arguments) const;

    //! A new Error that knows the line of JavaScript that is being run, or undefined where none is.
    [[nodiscard]] QJSValue errorHere() const;

    //! Logs \a text with the line of JavaScript that is being run.
    void warnHere(const QString &text) const;

    //! Logs \a error, which \a object emitted and nobody listened to: with the line of
    //! JavaScript that is being run, or if there is none with the file and the id of \a object.
    void reportUnheard(const QObject *object, const IPCError &error) const;

    //! For helpers.js: logs the rejection of a promise.
    Q_INVOKABLE void reportUnhandled(const QJSValue &error) const;

    // See helpers.js.
    QJSValue defer;
    QJSValue excuse;
    QJSValue describe;
    QJSValue entries;
    QJSValue elements;
    QJSValue attempt;
    QJSValue open;
    QJSValue define;
    QJSValue responder;
    QJSValue objectPrototype;

Q_SIGNALS:
    //! The engine warned of \a error, such as an exception that nobody caught.
    void warned(const QQmlError &error);

private:
    explicit Scripts(QQmlEngine *engine);
};

//! Scripts::reportUnheard() by the Scripts of \a object, if it still has any.
void reportUnheard(const QObject *object, const IPCError &error);

/*!
 * Whether a handler threw while this existed: the engine catches what a handler of a signal throws,
 * and tells it as a warning, when the handler is no more on the stack.
 */
class HandlerWatch
{
public:
    explicit HandlerWatch(Scripts *scripts);
    ~HandlerWatch();
    Q_DISABLE_COPY_MOVE(HandlerWatch)

    //! What it threw, for people; empty where none did.
    [[nodiscard]] QString thrown() const;

private:
    struct Warning
    {
        QString text;
        QString stack;
    };

    QPointer<Scripts> m_scripts;
    QMetaObject::Connection m_connection;
    QList<Warning> m_warnings;
};

} // namespace qipc

#endif
