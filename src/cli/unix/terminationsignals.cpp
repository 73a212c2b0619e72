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

void setHandler(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM})
        ::sigaction(signal, &action, nullptr);
}

// The next signal ends the process, also where the event loop does not run: standard output may
// block.
void wakeUp(int)
{
    const int savedError = errno;
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(wakeUpPipe[1], &byte, 1);
    setHandler(SIG_DFL);
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
    setHandler(wakeUp);
}

TerminationSignals::~TerminationSignals()
{
    if (!d->notifier)
        return;
    setHandler(SIG_DFL);
    d->notifier.reset();
    closeWakeUpPipe();
}

} // namespace qipc::cli
