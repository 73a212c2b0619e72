// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "outputwatch_p.h"

#include "output_p.h"

#include <QtCore/QSocketNotifier>

#include <sys/epoll.h>
#include <unistd.h>

namespace qipc::cli {

/*
 * A notifier of the stream itself would also tell of what can be read from it or written to it,
 * again and again. An epoll that asks for nothing tells only what it tells unasked: EPOLLERR and
 * EPOLLHUP. It refuses what cannot end in this way, such as a file.
 */
class OutputWatch::Private
{
public:
    Private();
    ~Private();
    Q_DISABLE_COPY_MOVE(Private)

private:
    int m_epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::unique_ptr<QSocketNotifier> m_notifier;
};

OutputWatch::Private::Private()
{
    epoll_event nothing = {};
    if (::isatty(STDOUT_FILENO) != 0
        || ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, STDOUT_FILENO, &nothing) != 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(m_epoll, QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this] {
        m_notifier->setEnabled(false);
        endOutput();
    });
}

OutputWatch::Private::~Private()
{
    m_notifier.reset();
    ::close(m_epoll);
}

OutputWatch::OutputWatch()
    : d(std::make_unique<Private>())
{
}

OutputWatch::~OutputWatch() = default;

} // namespace qipc::cli
