// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "hangupwatch_p.h"

#include "logging_p.h"

#include <QtCore/QSocketNotifier>

#include <sys/epoll.h>

#include <cerrno>

namespace qipc {

HangupWatch::HangupWatch(const FileDescriptor &socket)
    : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
    epoll_event event{};
    event.events = EPOLLRDHUP;
    if (!m_epoll || ::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, socket.get(), &event) != 0) {
        qCDebug(logTransport, "a hang-up will not be noticed while paused, errno %d", errno);
        return;
    }
    m_notifier = std::make_unique<QSocketNotifier>(m_epoll.get(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        // A hang-up stays, and would be reported each turn of the event loop.
        m_notifier->setEnabled(false);
        Q_EMIT hungUp();
    });
}

HangupWatch::~HangupWatch() = default;

} // namespace qipc
