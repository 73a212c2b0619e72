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

//! Sets what the signal \a number does, unless it is ignored.
void setHandler(int number, void (*handler)(int))
{
    if (std::signal(number, handler) == SIG_IGN)
        std::signal(number, SIG_IGN);
}

void setHandlers(void (*handler)(int))
{
    setHandler(SIGINT, handler);
    setHandler(SIGTERM, handler);
#ifdef SIGHUP
    setHandler(SIGHUP, handler);
#endif
}

// The next signal ends the process, also where the event loop does not run.
void remember(int)
{
    arrived = true;
#ifdef SIGHUP
    setHandler(SIGHUP, SIG_IGN);
#endif
    setHandlers(SIG_DFL);
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
    setHandlers(remember);
}

TerminationSignals::~TerminationSignals()
{
    setHandlers(SIG_DFL);
}

int TerminationSignals::descriptor()
{
    return -1;
}

} // namespace qipc::cli
