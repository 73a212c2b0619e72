// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "listener_p.h"

#include "applications_p.h"
#include "guardedaddress_p.h"
#include "logging_p.h"
#include "placewatch_p.h"
#include "poller_p.h"
#include "systemerror_p.h"
#include "unixstream_p.h"

#include <QtCore/QFile>
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

// How long to wait, out of descriptors or the like, before trying again.
constexpr auto retryInterval = 100ms;

// How often to look where the file cannot be watched.
constexpr auto lookInterval = 3s;

// How often to try while there is no place for the socket, such as after its folder was removed.
constexpr auto goneInterval = 1s;

constexpr QLatin1String tryingAgain("; trying again until it works");

/*!
 * Accepts by itself: a QLocalServer closes, and removes its socket, without a word at the first
 * failing accept(), be it that descriptors ran out for a moment.
 */
class UnixListener final : public Listener
{
public:
    UnixListener();
    ~UnixListener() override { unwatchFile(); }
    Q_DISABLE_COPY_MOVE(UnixListener)

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
    void startNotifier();
    void startAnew();
    void watchFile();
    void unwatchFile();
    void lookAfterFile();
    void handlePlace();
    void handleRestoreFailure(const IPCError &error);
    bool takeWaiting();

    std::shared_ptr<Poller> m_poller; // which the streams will need; while listening
    GuardedAddress m_address;
    std::unique_ptr<QSocketNotifier> m_notifier; // goes before the socket that it watches
    QPointer<PlaceWatch> m_watch; // while it watches the socket's file
    QTimer m_retryTimer; // runs while there are no descriptors to accept with
    QTimer m_lookTimer; // runs while nothing tells of the file, or it cannot be made anew
    bool m_exhausted = false; // from running out until accepting worked again
    Code m_missing = Code::NoError; // why the socket could not be made anew, until that worked
    bool m_accepting = true;
};

UnixListener::UnixListener()
{
    m_retryTimer.setSingleShot(true);
    m_retryTimer.setInterval(retryInterval);
    connect(&m_retryTimer, &QTimer::timeout, this, &UnixListener::acceptSome);
    m_lookTimer.setSingleShot(true);
    connect(&m_lookTimer, &QTimer::timeout, this, &UnixListener::lookAfterFile);
    connect(Applications::instance(), &Applications::changed, this, &UnixListener::startAnew);
}

// The notifier, the timers and the watch were those of an application that has gone.
void UnixListener::startAnew()
{
    if (!isMainThread() || !isListening())
        return;
    for (QTimer *const timer : {&m_retryTimer, &m_lookTimer}) {
        if (timer->isActive())
            timer->start();
    }
    startNotifier();
    watchFile();
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
    startNotifier();
    watchFile();
    qCDebug(logTransport, "listening at %ls", qUtf16Printable(options.address));
    return {};
}

void UnixListener::close()
{
    m_retryTimer.stop();
    m_lookTimer.stop();
    m_exhausted = false;
    m_missing = Code::NoError;
    unwatchFile();
    m_notifier.reset();
    m_address.release();
    m_poller.reset();
}

void UnixListener::startNotifier()
{
    m_notifier = std::make_unique<QSocketNotifier>(m_address.socket().get(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &UnixListener::acceptSome);
    updateNotifier();
}

// Programs that clean the folder of temporary files remove what looks old; folders are moved, and
// covered by mounts. Nobody could connect afterwards.
void UnixListener::watchFile()
{
    if (m_address.isGiven())
        return;
    if (!m_watch) {
        m_watch = PlaceWatch::ofThisThread();
        connect(m_watch, &PlaceWatch::changed, this, &UnixListener::lookAfterFile,
                Qt::QueuedConnection);
    }
    // The system watches so many files of a user only.
    if (!m_watch->watch(this, QFile::encodeName(m_address.address())))
        m_lookTimer.start(lookInterval);
    if (!m_address.isInPlace()) // removed before there was a watch
        QMetaObject::invokeMethod(this, &UnixListener::lookAfterFile, Qt::QueuedConnection);
}

void UnixListener::unwatchFile()
{
    if (!m_watch)
        return;
    disconnect(m_watch, nullptr, this, nullptr);
    m_watch->unwatch(this);
    m_watch.clear();
}

void UnixListener::lookAfterFile()
{
    if (!isListening() || m_address.isGiven())
        return;
    if (m_address.isInPlace()) { // perhaps again
        handlePlace();
        return;
    }
    if (!takeWaiting())
        return;
    m_notifier.reset();
    const IPCError error = m_address.restore();
    startNotifier();
    if (error)
        handleRestoreFailure(error);
    else
        handlePlace();
}

// The socket is where it belongs, at last or still.
void UnixListener::handlePlace()
{
    m_lookTimer.stop();
    m_address.secure();
    if (std::exchange(m_missing, Code::NoError) != Code::NoError)
        qCInfo(logTransport, "listening again at %ls", qUtf16Printable(m_address.address()));
    watchFile();
}

// What somebody else has put there stays, and is not waited for; anything else may pass.
void UnixListener::handleRestoreFailure(const IPCError &error)
{
    const Code code = error.code();
    const bool isTaken = code == Code::AddressInUse || code == Code::NotASocket;
    if (code == Code::OutOfResources)
        m_lookTimer.start(retryInterval);
    else if (!isTaken)
        m_lookTimer.start(goneInterval);
    if (std::exchange(m_missing, code) == code)
        return;
    const QString text = QStringLiteral("the socket was removed, and nobody can connect until ")
        + (isTaken ? QStringLiteral("this server closes and listens again: ")
                   : QStringLiteral("it can be made anew: "))
        + error.message() + (isTaken ? QLatin1String() : tryingAgain);
    Q_EMIT errorOccurred(IPCError(code, text).withSystemError(error.systemError()));
}

// Accepts all who wait at a socket that is about to be replaced, also where no more would be
// accepted now. False where it is no longer to be replaced, for a slot has closed or deleted this.
bool UnixListener::takeWaiting()
{
    const QPointer<UnixListener> self(this);
    while (FileDescriptor socket{
        ::accept4(m_address.socket().get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)}) {
        Q_EMIT incoming(new UnixStream(std::move(socket)));
        if (!self || !isListening())
            return false;
    }
    return true;
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
                         + tryingAgain)
                .withSystemError(error));
    return Next::Done;
}

} // namespace

std::unique_ptr<Listener> Listener::create()
{
    return std::make_unique<UnixListener>();
}

} // namespace qipc
