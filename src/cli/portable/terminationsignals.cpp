// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "terminationsignals_p.h"

#include <QtCore/QTimer>

#include <atomic>
#include <chrono>
#include <csignal>

using namespace std::chrono_literals;

namespace qipc::cli {

namespace {

// All that a signal handler can do everywhere is set a flag; a timer looks at it.
constexpr auto lookInterval = 100ms;
std::atomic_bool arrived = false;

void setHandler(void (*handler)(int))
{
    std::signal(SIGINT, handler);
    std::signal(SIGTERM, handler);
}

// The next signal ends the process, also where the event loop does not run.
void remember(int)
{
    arrived = true;
    setHandler(SIG_DFL);
}

} // namespace

class TerminationSignals::Private
{
public:
    QTimer timer;
};

TerminationSignals::TerminationSignals(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    static_assert(std::atomic_bool::is_always_lock_free);
    arrived = false;
    connect(&d->timer, &QTimer::timeout, this, [this] {
        if (!arrived)
            return;
        d->timer.stop();
        Q_EMIT received();
    });
    d->timer.start(lookInterval);
    setHandler(remember);
}

TerminationSignals::~TerminationSignals()
{
    setHandler(SIG_DFL);
}

} // namespace qipc::cli
