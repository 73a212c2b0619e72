// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "terminationsignals_p.h"

#include <QtCore/QSocketNotifier>

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace qipc::cli {

namespace {

// A signal handler may do little more than write(2) and sigaction(2): one byte through this pipe
// wakes the event loop.
int wakeUpPipe[2] = {-1, -1};

//! Sets what \a signal does, unless it is ignored.
void setHandler(int signal, void (*handler)(int))
{
    struct sigaction action = {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN)
        return;
    action = {};
    // Without SA_RESTART: it has to end a wait for whoever reads standard output.
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
}

void setHandlers(void (*handler)(int))
{
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        setHandler(signal, handler);
}

// The next signal ends the process, also where the event loop does not run: standard output may
// block.
void wakeUp(int)
{
    const int savedError = errno;
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(wakeUpPipe[1], &byte, 1);
    setHandler(SIGHUP, SIG_IGN);
    setHandlers(SIG_DFL);
    errno = savedError;
}

[[nodiscard]] bool openWakeUpPipe()
{
    if (::pipe(wakeUpPipe) != 0)
        return false;
    for (const int end : wakeUpPipe) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    return true;
}

void closeWakeUpPipe()
{
    for (int &end : wakeUpPipe) {
        ::close(end);
        end = -1;
    }
}

} // namespace

class TerminationSignals::Private
{
public:
    std::unique_ptr<QSocketNotifier> notifier;
};

TerminationSignals::TerminationSignals(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    if (!openWakeUpPipe())
        return; // out of descriptors: a signal then does what it does by default
    d->notifier = std::make_unique<QSocketNotifier>(wakeUpPipe[0], QSocketNotifier::Read);
    connect(d->notifier.get(), &QSocketNotifier::activated, this, [this] {
        d->notifier->setEnabled(false);
        Q_EMIT received();
    });
    setHandlers(wakeUp);
}

TerminationSignals::~TerminationSignals()
{
    if (!d->notifier)
        return;
    setHandlers(SIG_DFL);
    d->notifier.reset();
    closeWakeUpPipe();
}

int TerminationSignals::descriptor()
{
    return wakeUpPipe[0];
}

} // namespace qipc::cli
