// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "homethread_p.h"

#include "logging_p.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>

using namespace Qt::StringLiterals;
using Code = IPCError::Code;

namespace qipc {

namespace {

QString nameOf(const QObject *object)
{
    const QString type = QString::fromLatin1(object->metaObject()->className());
    const QString name = object->objectName();
    return name.isEmpty() ? type : QString(type + u" \""_s + name + u'"');
}

// As a debugger lists it, with what tells it apart where it has no name.
QString nameOf(const QThread *thread)
{
    if (!thread)
        return u"a thread that has ended"_s;
    const auto *const application = QCoreApplication::instance();
    const bool isMain = application && application->thread() == thread;
    return (isMain ? u"the main thread (%1)"_s : u"the thread %1"_s)
        .arg(u"%1, 0x%2"_s.arg(nameOf(static_cast<const QObject *>(thread)),
                               QString::number(quintptr(thread), 16)));
}

} // namespace

IPCError calledElsewhere(const QObject *object, const char *call)
{
    const QString text =
        u"%1 of an %2 was called in %3, but the object lives in %4: call it there, by "
        "QMetaObject::invokeMethod() or from a slot; to post from any thread there is IPCSender"_s
            .arg(QString::fromLatin1(call), nameOf(object), nameOf(QThread::currentThread()),
                 nameOf(object->thread()));
    qCWarning(logPeer).noquote() << text;
    return {Code::InvalidState, text};
}

IPCError needEventLoop(const char *call)
{
    if (!QCoreApplication::instance()) {
        return {Code::InvalidState,
                u"%1 needs a QCoreApplication: make one before the call"_s.arg(
                    QString::fromLatin1(call))};
    }
    if (!QAbstractEventDispatcher::instance())
        QEventLoop(); // makes one
    return {};
}

IPCError movedWhile(const QObject *object, const char *what)
{
    const QString text =
        u"an %1 was moved to another thread while %2, which has ended that: move it before"_s.arg(
            nameOf(object), QString::fromLatin1(what));
    qCWarning(logPeer).noquote() << text;
    return {Code::InvalidState, text};
}

} // namespace qipc
