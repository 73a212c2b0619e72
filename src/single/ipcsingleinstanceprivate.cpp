// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "ipcsingleinstance_p.h"

#include "applications_p.h"
#include "homethread_p.h"

#include <QtCore/QDir>
#include <QtCore/QEvent>
#include <QtCore/QLoggingCategory>
#include <QtCore/QMetaMethod>
#include <QtCore/QPointer>

#include <algorithm>
#include <limits>
#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Code = IPCError::Code;

Q_DECLARE_LOGGING_CATEGORY(logSingle)

namespace {

// Before each round of an election but the first: the primary is about to listen, or about to be
// gone; or it has told this process an exit code, and that is about to end.
constexpr auto roundInterval = 5ms;

// What a QTimer can count to: 24 days.
constexpr milliseconds longestTimeout{std::numeric_limits<int>::max()};

// Whether an error of the client leaves the election open.
bool mayPass(Code code)
{
    switch (code) {
    case Code::NoError:
    case Code::NoSuchServer:
    case Code::ConnectionRefused:
    case Code::ConnectionLost:
    case Code::Closed:
    case Code::Rejected: // it is closing
    case Code::TimedOut:
        return true;
    case Code::InvalidArgument:
    case Code::InvalidState:
    case Code::PermissionDenied:
    case Code::AddressInUse:
    case Code::NotASocket:
    case Code::NameTooLong:
    case Code::OutOfResources:
    case Code::Aborted:
    case Code::TooManyConnections:
    case Code::MessageTooLarge:
    case Code::QueueFull:
    case Code::ProtocolViolation:
    case Code::EncodingError:
    case Code::DecodingError:
    case Code::NoAnswer:
    case Code::RemoteError:
    case Code::NotSupported:
        break;
    }
    return false;
}

IPCError notASecondary(IPCSingleInstance::Role role)
{
    const QString text = role == IPCSingleInstance::Role::Primary
        ? u"this process is the primary: there is nobody to hand over to"_s
        : u"this process is no secondary: start() it first"_s;
    return {Code::InvalidState, text};
}

template <typename T>
void settle(QPromise<T> &promise, const T &result)
{
    promise.addResult(result);
    promise.finish();
}

IPCResult<int> exitCodeOf(const IPCResult<QVariant> &answer)
{
    if (!answer)
        return answer.error();
    if (answer->typeId() != QMetaType::LongLong)
        return IPCError(Code::ProtocolViolation, u"the primary answered with no exit code"_s);
    return answer->toInt();
}

} // namespace

IPCSingleInstancePrivate::IPCSingleInstancePrivate(IPCSingleInstance *q,
                                                   const QString &applicationId)
    : QObject(q)
    , q(q)
    , applicationId(applicationId)
    , m_servers(this)
    , m_client(this)
    , m_nextRound(this)
    , m_timeout(this)
{
    m_nextRound.setSingleShot(true);
    m_nextRound.setInterval(roundInterval);
    connect(&m_nextRound, &QTimer::timeout, this, &IPCSingleInstancePrivate::elect);
    m_timeout.setSingleShot(true);
    m_timeout.setTimerType(Qt::PreciseTimer);
    connect(&m_timeout, &QTimer::timeout, this, &IPCSingleInstancePrivate::giveUp);
    m_client.setAutoReconnect(false);
    connect(&m_client, &IPCClient::ready, this, [this] { decide(Role::Secondary, {}); });
    connect(&m_client, &IPCClient::errorOccurred, this,
            [this](const IPCError &why) { m_clientError = why; });
    connect(&m_client, &IPCClient::closed, this, &IPCSingleInstancePrivate::handleClientClosed);
    connect(&m_servers, &InstanceServers::requestReceived, this,
            &IPCSingleInstancePrivate::takeRequest);
    connect(&m_servers, &InstanceServers::lost, this, &IPCSingleInstancePrivate::handleLost);
    connect(Applications::instance(), &Applications::changed, this, [this] {
        if (!isMainThread())
            return;
        const auto timers = findChildren<QTimer *>(Qt::FindDirectChildrenOnly);
        for (QTimer *const timer : timers) {
            if (timer->isActive())
                timer->start();
        }
    });
}

IPCSingleInstancePrivate::~IPCSingleInstancePrivate()
{
    m_client.disconnect(this); // its end is no reason for an election now
    const IPCError gone(Code::Closed, u"the IPCSingleInstance was destroyed"_s);
    for (const StartPointer &start : std::exchange(m_starts, {}))
        settle(*start, IPCResult<Role>(gone));
    for (const CallPointer &call : std::exchange(m_calls, {}))
        settle(call->promise, IPCResult<int>(gone));
}

QFuture<IPCResult<IPCSingleInstance::Role>> IPCSingleInstancePrivate::start(milliseconds timeout)
{
    const auto promise = std::make_shared<QPromise<IPCResult<Role>>>();
    promise->start();
    const auto future = promise->future();
    if (!m_electing && (role == Role::Primary || role == Role::Secondary)) {
        settle(*promise, IPCResult<Role>(role));
        return future;
    }
    m_starts.append(promise);
    if (m_electing) {
        limit(promise, timeout);
        resumeElection();
        return future;
    }

    if (const IPCError error = needEventLoop("start()")) {
        decide(Role::Failed, error);
        return future;
    }
    m_program = {applicationId, scope,
                 directory.isEmpty() ? QString() : QDir::current().absoluteFilePath(directory)};
    if (timeout.count() > 0) {
        IPCLimits limits = m_client.limits();
        limits.setHandshakeTime(std::max(timeout, IPCLimits().handshakeTime()));
        m_client.setLimits(limits);
        m_timeout.start(std::min(timeout, longestTimeout));
    }
    m_electing = true;
    elect();
    return future;
}

// What it listens or is connected with does not go along to another thread.
bool IPCSingleInstancePrivate::event(QEvent *event)
{
    if (event->type() == QEvent::ThreadChange && (m_electing || role != Role::None)) {
        const IPCError moved = movedWhile(q, "it was started");
        QMetaObject::invokeMethod(
            this,
            [this, moved] {
                m_nextRound.stop();
                m_timeout.stop();
                m_servers.release();
                decide(Role::Failed, moved);
            },
            Qt::QueuedConnection);
    }
    return QObject::event(event);
}

// By a child, which is found when there is a new application: QTimer::singleShot() has none.
template <typename Function>
void IPCSingleInstancePrivate::callAfter(milliseconds timeout, Function function)
{
    auto *const timer = new QTimer(this);
    timer->setSingleShot(true);
    timer->setTimerType(Qt::PreciseTimer);
    connect(timer, &QTimer::timeout, timer, &QObject::deleteLater);
    connect(timer, &QTimer::timeout, this, function);
    timer->start(std::min(timeout, longestTimeout));
}

// Of a start() that waits for an election which it has not begun. Others wait for that as well.
void IPCSingleInstancePrivate::limit(const StartPointer &start, milliseconds timeout)
{
    if (timeout.count() <= 0)
        return;
    callAfter(timeout, [this, timeout, weak = std::weak_ptr(start)] {
        const StartPointer late = weak.lock();
        if (late && m_starts.removeOne(late))
            settle(*late, IPCResult<Role>(noAnswerWithin(timeout)));
    });
}

IPCError IPCSingleInstancePrivate::noAnswerWithin(milliseconds timeout) const
{
    return {
        Code::TimedOut,
        u"there is a primary at \"%1\", but it did not answer within %2 ms"_s.arg(m_client.path())
            .arg(timeout.count())};
}

void IPCSingleInstancePrivate::giveUp()
{
    m_nextRound.stop();
    const QPointer<IPCSingleInstancePrivate> alive(this);
    decide(Role::Unresponsive, noAnswerWithin(m_timeout.intervalAsDuration()));
    if (alive)
        m_client.abort();
}

// Most programs end once a handOver() has returned, and the primary may go before that: nobody here
// waits for an election then.
bool IPCSingleInstancePrivate::isReturning() const
{
    return handOvers > 0 && m_calls.isEmpty() && m_starts.isEmpty();
}

void IPCSingleInstancePrivate::resumeElection()
{
    if (std::exchange(m_isHeldUp, false))
        m_nextRound.start();
}

void IPCSingleInstancePrivate::elect()
{
    m_isHeldUp = isReturning();
    if (m_isHeldUp)
        return;
    const auto outcome = m_servers.take(m_program);
    if (!outcome) {
        decide(Role::Failed, outcome.error());
        return;
    }
    switch (*outcome) {
    case InstanceServers::Outcome::Held:
        decide(Role::Primary, {});
        return;
    case InstanceServers::Outcome::HeldByAnother:
        m_clientError = {};
        m_client.setPath(m_servers.address());
        m_client.connectToServer();
        return;
    }
    Q_UNREACHABLE();
}

void IPCSingleInstancePrivate::decide(Role newRole, const IPCError &why)
{
    m_electing = false;
    m_timeout.stop();
    error = why;
    const IPCResult<Role> outcome = why ? IPCResult<Role>(why) : IPCResult<Role>(newRole);
    const QPointer<IPCSingleInstancePrivate> alive(this);
    const auto starts = std::exchange(m_starts, {});
    if (std::exchange(role, newRole) != newRole)
        Q_EMIT q->roleChanged(newRole);
    for (const StartPointer &start : starts)
        settle(*start, outcome);
    if (!alive)
        return;
    const auto calls = m_calls;
    for (const CallPointer &call : calls) {
        if (alive)
            advance(call);
    }
}

// The primary was not to be reached, or has gone.
void IPCSingleInstancePrivate::handleClientClosed()
{
    if (!m_electing && role != Role::Secondary) // given up
        return;
    if (m_electing && !mayPass(m_clientError.code())) {
        decide(Role::Failed, m_clientError);
        return;
    }
    m_electing = true;
    m_nextRound.start();
}

void IPCSingleInstancePrivate::handleLost(const IPCError &why)
{
    if (!q->isSignalConnected(QMetaMethod::fromSignal(&IPCSingleInstance::errorOccurred)))
        qCWarning(logSingle).noquote() << why.message();
    Q_EMIT q->errorOccurred(why);
}

QFuture<IPCResult<int>> IPCSingleInstancePrivate::handOver(const QStringList &arguments,
                                                           milliseconds timeout,
                                                           IPCSingleInstance::Until until)
{
    Start start = Start::ofThisProcess(arguments, payload);
    start.waits = until == IPCSingleInstance::Until::ExitCode;
    const auto call = std::make_shared<Call>();
    call->request = start.toRequest();
    call->promise.start();
    m_calls.append(call);
    if (timeout.count() > 0) {
        callAfter(timeout, [this, weak = std::weak_ptr<Call>(call)] {
            if (const CallPointer late = weak.lock())
                finish(late, IPCError(Code::TimedOut, u"the primary did not answer in time"_s));
        });
    }
    const auto future = call->promise.future();
    resumeElection();
    advance(call);
    return future;
}

// Does what can be done about it now. While an election goes on, and while the client has not told
// yet that the primary has gone, it waits for decide().
void IPCSingleInstancePrivate::advance(const CallPointer &call)
{
    if (m_electing || call->isUnderway)
        return;
    if (role != Role::Secondary) {
        finish(call, notASecondary(role));
        return;
    }
    if (m_client.status() != IPCClient::Status::Ready)
        return;
    call->isUnderway = true;
    m_client.request(call->request, 0ms).then([this, call](const IPCResult<QVariant> &answer) {
        if (!m_calls.contains(call)) // timed out, or this is going
            return;
        call->isUnderway = false;
        const Code code = answer.error().code();
        if (code != Code::ConnectionLost && code != Code::Closed)
            finish(call, exitCodeOf(answer));
        else if (role != Role::Secondary) // else the client is about to tell that it is closed
            advance(call);
    });
}

// Once: the first of the answer and the timeout.
void IPCSingleInstancePrivate::finish(const CallPointer &call, const IPCResult<int> &result)
{
    if (m_calls.removeOne(call))
        settle(call->promise, result);
}

void IPCSingleInstancePrivate::takeRequest(const QVariant &request, const IPCResponder &responder,
                                           IPCConnection *connection)
{
    const auto start = Start::fromRequest(request);
    if (!start)
        return;
    const QPointer<IPCSingleInstancePrivate> alive(this);
    m_servers.lookAfterPlaces(); // this start may know one that is missing
    if (!alive)
        return;
    auto handover = std::make_shared<Handover>(*start, connection->credentials(), responder);
    if (isHeard()) {
        deliver(handover);
        return;
    }
    // Where nobody ever listens, they would pile up.
    m_early.removeIf([](const HandoverPointer &early) { return !early->responder.isPending(); });
    m_early.append(std::move(handover));
}

bool IPCSingleInstancePrivate::isHeard() const
{
    return q->isSignalConnected(QMetaMethod::fromSignal(&IPCSingleInstance::activated));
}

void IPCSingleInstancePrivate::deliverEarlyStarts()
{
    const QPointer<IPCSingleInstancePrivate> alive(this);
    while (alive && !m_early.isEmpty() && isHeard()) {
        const HandoverPointer handover = m_early.takeFirst();
        if (handover->responder.isPending()) // it may have given up waiting
            deliver(handover);
    }
}

void IPCSingleInstancePrivate::deliver(const HandoverPointer &handover)
{
    handover->isTaken = true;
    Q_EMIT q->activated(IPCActivation(handover));
    if (!handover->start.waits && handover->responder.isPending())
        handover->responder(0);
}
