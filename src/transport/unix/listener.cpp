// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "listener_p.h"

#include "guardedaddress_p.h"
#include "logging_p.h"
#include "poller_p.h"
#include "systemerror_p.h"
#include "unixstream_p.h"

#include <QtCore/QPointer>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>

#include <sys/socket.h>

#include <cerrno>
#include <chrono>

using namespace std::chrono_literals;
using Code = IPCError::Code;

namespace qipc {

namespace {

// How many are taken before others of the event loop have their turn.
constexpr int mostPerTurn = 16;

// How long to wait, out of descriptors, before trying again.
constexpr auto retryInterval = 100ms;

/*!
 * Accepts by itself: a QLocalServer closes, and removes its socket, without a word at the first
 * failing accept(), be it that descriptors ran out for a moment.
 */
class UnixListener final : public Listener
{
public:
    UnixListener();

    [[nodiscard]] IPCError listen(const Options &options) override;
    void close() override;
    [[nodiscard]] bool isListening() const override { return bool(m_address.socket()); }
    void setAccepting(bool accepting) override;

private:
    enum class Next { Continue, Done };

    void acceptSome();
    Next acceptOne();
    Next handleFailure(int error);
    void updateNotifier();

    std::shared_ptr<Poller> m_poller; // which the streams will need; while listening
    GuardedAddress m_address;
    std::unique_ptr<QSocketNotifier> m_notifier; // goes before the socket that it watches
    QTimer m_retryTimer; // runs while there are no descriptors to accept with
    bool m_exhausted = false; // from running out until accepting worked again
    bool m_accepting = true;
};

UnixListener::UnixListener()
{
    m_retryTimer.setSingleShot(true);
    m_retryTimer.setInterval(retryInterval);
    connect(&m_retryTimer, &QTimer::timeout, this, &UnixListener::acceptSome);
}

IPCError UnixListener::listen(const Options &options)
{
    if (isListening())
        return IPCError(Code::InvalidState,
                        QStringLiteral("listening already, at \"%1\"").arg(m_address.address()));
    const auto poller = Poller::ofThisThread();
    if (const int error = poller->open())
        return systemError(error, QStringLiteral("cannot listen at"), options.address);
    if (const IPCError error = m_address.claim(options))
        return error;
    m_poller = poller;
    m_notifier = std::make_unique<QSocketNotifier>(m_address.socket().get(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &UnixListener::acceptSome);
    updateNotifier();
    qCDebug(logTransport, "listening at %ls", qUtf16Printable(options.address));
    return {};
}

void UnixListener::close()
{
    m_retryTimer.stop();
    m_exhausted = false;
    m_notifier.reset();
    m_address.release();
    m_poller.reset();
}

void UnixListener::setAccepting(bool accepting)
{
    m_accepting = accepting;
    updateNotifier();
}

void UnixListener::updateNotifier()
{
    if (m_notifier)
        m_notifier->setEnabled(m_accepting && !m_retryTimer.isActive());
}

void UnixListener::acceptSome()
{
    const QPointer<UnixListener> self(this);
    Next next = Next::Continue;
    for (int i = 0; i < mostPerTurn && next == Next::Continue; ++i)
        next = acceptOne();
    if (self)
        updateNotifier();
}

// Emits last, so "Continue" is said only where this is still there, listening and accepting.
UnixListener::Next UnixListener::acceptOne()
{
    if (!isListening() || !m_accepting)
        return Next::Done;
    FileDescriptor socket(
        ::accept4(m_address.socket().get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket)
        return handleFailure(errno);
    m_exhausted = false;
    const QPointer<UnixListener> self(this);
    Q_EMIT incoming(new UnixStream(std::move(socket)));
    return self ? Next::Continue : Next::Done;
}

UnixListener::Next UnixListener::handleFailure(int error)
{
    switch (error) {
    case EINTR:
    case ECONNABORTED: // who wanted to connect has gone
        return Next::Continue;
    case EAGAIN: // descriptors are there again, or this would be EMFILE
        m_exhausted = false;
        return Next::Done;
    default:
        break;
    }
    m_retryTimer.start();
    if (!std::exchange(m_exhausted, true))
        Q_EMIT errorOccurred(
            IPCError(Code::OutOfResources,
                     systemError(error, QStringLiteral("cannot accept a connection at"),
                                 m_address.address())
                             .message()
                         + QStringLiteral("; trying again until it works"))
                .withSystemError(error));
    return Next::Done;
}

} // namespace

std::unique_ptr<Listener> Listener::create()
{
    return std::make_unique<UnixListener>();
}

} // namespace qipc
