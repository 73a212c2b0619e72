// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "applications_p.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QBasicTimer>
#include <QtCore/QCoreApplication>
#include <QtCore/QThread>

#include <utility>

namespace qipc {

namespace {

void applicationStarted()
{
    static bool isFirst = true;
    if (!std::exchange(isFirst, false))
        Q_EMIT Applications::instance()->changed();
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(applicationStarted)

Applications *Applications::instance()
{
    static auto *const applications = new Applications;
    return applications;
}

void reviveTimer(const QBasicTimer &timer, int interval, QObject *object)
{
    if (timer.isActive())
        QAbstractEventDispatcher::instance()->registerTimer(timer.timerId(), interval,
                                                            Qt::CoarseTimer, object);
}

bool isMainThread()
{
    const auto *const application = QCoreApplication::instance();
    return application && application->thread() == QThread::currentThread();
}

} // namespace qipc
