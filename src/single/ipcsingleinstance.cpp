// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "homethread_p.h"
#include "ipcsingleinstance_p.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QFutureWatcher>
#include <QtCore/QLoggingCategory>
#include <QtCore/QMetaMethod>
#include <QtCore/QPointer>

#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using std::chrono::milliseconds;

Q_LOGGING_CATEGORY(logSingle, "qipc.single", QtWarningMsg)

namespace {

QString defaultId()
{
    const QString domain = QCoreApplication::organizationDomain();
    const QString organization = domain.isEmpty() ? QCoreApplication::organizationName() : domain;
    const QString name = QCoreApplication::applicationName();
    return organization.isEmpty() ? name : organization + u'/' + name;
}

QStringList ownArguments()
{
    return QCoreApplication::arguments().mid(1);
}

template <typename T>
QFuture<T> settledFuture(const T &result)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(result);
    promise.finish();
    return promise.future();
}

// It settles in any case, also when its object goes; but all event loops of the thread may be told
// to end before.
template <typename T>
T settled(const QFuture<T> &future)
{
    if (!future.isFinished()) {
        QEventLoop loop;
        QFutureWatcher<T> watcher;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        watcher.setFuture(future);
        loop.exec(QEventLoop::ExcludeUserInputEvents);
    }
    if (future.isFinished())
        return future.result();
    return IPCError(IPCError::Code::Aborted, u"the event loop was told to end"_s);
}

} // namespace

IPCSingleInstance::IPCSingleInstance(QObject *parent)
    : IPCSingleInstance(defaultId(), parent)
{
}

IPCSingleInstance::IPCSingleInstance(const QString &applicationId, QObject *parent)
    : QObject(parent)
    , d_ptr(std::make_unique<IPCSingleInstancePrivate>(this, applicationId))
{
}

IPCSingleInstance::~IPCSingleInstance() = default;

QString IPCSingleInstance::applicationId() const
{
    return d_ptr->applicationId;
}

void IPCSingleInstance::setApplicationId(const QString &applicationId)
{
    if (isRefused(this, "setApplicationId()"))
        return;
    if (std::exchange(d_ptr->applicationId, applicationId) != applicationId)
        Q_EMIT applicationIdChanged();
}

IPCSingleInstance::Scope IPCSingleInstance::scope() const
{
    return d_ptr->scope;
}

void IPCSingleInstance::setScope(Scope scope)
{
    if (isRefused(this, "setScope()"))
        return;
    if (std::exchange(d_ptr->scope, scope) != scope)
        Q_EMIT scopeChanged();
}

QString IPCSingleInstance::directory() const
{
    return d_ptr->directory;
}

void IPCSingleInstance::setDirectory(const QString &directory)
{
    if (std::exchange(d_ptr->directory, directory) != directory)
        Q_EMIT directoryChanged();
}

QVariant IPCSingleInstance::payload() const
{
    return d_ptr->payload;
}

void IPCSingleInstance::setPayload(const IPCValue &payload)
{
    if (isRefused(this, "setPayload()"))
        return;
    d_ptr->payload = payload.variant();
}

IPCSingleInstance::Role IPCSingleInstance::start(milliseconds timeout)
{
    if (isRefused(this, "start()"))
        return Role::Failed;
    const QPointer<IPCSingleInstance> alive(this);
    const auto outcome = settled(startAsync(timeout));
    if (!alive)
        return Role::None;
    // There is an election for the next primary, which goes on.
    const bool isLate = outcome.error().code() == IPCError::Code::TimedOut;
    return isLate ? Role::Unresponsive : d_ptr->role;
}

QFuture<IPCResult<IPCSingleInstance::Role>> IPCSingleInstance::startAsync(milliseconds timeout)
{
    if (isElsewhere(this))
        return settledFuture(IPCResult<Role>(calledElsewhere(this, "startAsync()")));
    return d_ptr->start(timeout);
}

IPCResult<int> IPCSingleInstance::handOver(milliseconds timeout)
{
    if (isElsewhere(this))
        return calledElsewhere(this, "handOver()");
    if (const IPCError error = needEventLoop("handOver()"))
        return error;
    return handOver(ownArguments(), timeout);
}

IPCResult<int> IPCSingleInstance::handOver(const QStringList &arguments, milliseconds timeout,
                                           Until until)
{
    if (isElsewhere(this))
        return calledElsewhere(this, "handOver()");
    const QPointer<IPCSingleInstancePrivate> d(d_ptr.get());
    ++d->handOvers;
    auto result = settled(handOverAsync(arguments, timeout, until));
    if (d) {
        --d->handOvers;
        d->resumeElection();
    }
    return result;
}

QFuture<IPCResult<int>> IPCSingleInstance::handOverAsync(const QStringList &arguments,
                                                         milliseconds timeout, Until until)
{
    if (isElsewhere(this))
        return settledFuture(IPCResult<int>(calledElsewhere(this, "handOverAsync()")));
    if (const IPCError error = needEventLoop("handOverAsync()"))
        return settledFuture(IPCResult<int>(error));
    return d_ptr->handOver(arguments, timeout, until);
}

std::optional<int> IPCSingleInstance::startOrHandOver(milliseconds handOverTimeout)
{
    if (isRefused(this, "startOrHandOver()"))
        return 1;
    switch (start()) {
    case Role::Primary:
        return std::nullopt;
    case Role::Secondary: {
        const auto exitCode = handOver(handOverTimeout);
        if (exitCode)
            return *exitCode;
        if (role() == Role::Primary)
            return std::nullopt;
        qCWarning(logSingle).noquote()
            << "The program runs already, but took nothing:" << exitCode.error().message();
        return 1;
    }
    case Role::Unresponsive:
    case Role::Failed:
    case Role::None:
        break;
    }
    qCWarning(logSingle).noquote()
        << (error() ? error().message() : u"The event loop was told to end during the start"_s);
    return 1;
}

IPCSingleInstance::Role IPCSingleInstance::role() const
{
    return d_ptr->role;
}

IPCError IPCSingleInstance::error() const
{
    return d_ptr->error;
}

void IPCSingleInstance::connectNotify(const QMetaMethod &signal)
{
    if (signal != QMetaMethod::fromSignal(&IPCSingleInstance::activated))
        return;
    // Not from inside connect().
    QMetaObject::invokeMethod(
        d_ptr.get(), [this] { d_ptr->deliverEarlyStarts(); }, Qt::QueuedConnection);
}
