// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "ipcsingleinstance_p.h"

#include "instanceaddress_p.h"

#include <QtCore/QEventLoop>
#include <QtCore/QMetaMethod>
#include <QtCore/QPointer>

#include <utility>

using namespace Qt::StringLiterals;
using namespace qipc;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Code = IPCError::Code;

namespace {

// Between two rounds of an election: the primary is about to listen, or about to be gone.
constexpr auto roundInterval = 5ms;

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

QDeadlineTimer deadlineAfter(milliseconds timeout)
{
    return timeout.count() > 0 ? QDeadlineTimer(timeout) : QDeadlineTimer(QDeadlineTimer::Forever);
}

IPCError notASecondary(IPCSingleInstance::Role role)
{
    const QString text = role == IPCSingleInstance::Role::Primary
        ? u"this process is the primary: there is nobody to hand over to"_s
        : u"this process is no secondary: start() it first"_s;
    return {Code::InvalidState, text};
}

} // namespace

IPCSingleInstancePrivate::IPCSingleInstancePrivate(IPCSingleInstance *q, const QString &id)
    : QObject(q)
    , q(q)
    , id(id)
    , m_server(this)
    , m_client(this)
    , m_nextRound(this)
{
    m_nextRound.setSingleShot(true);
    m_nextRound.setInterval(roundInterval);
    connect(&m_nextRound, &QTimer::timeout, this, &IPCSingleInstancePrivate::elect);
    m_client.setAutoReconnect(false);
    connect(&m_client, &IPCClient::ready, this, [this] { decide(Role::Secondary, {}); });
    connect(&m_client, &IPCClient::errorOccurred, this,
            [this](const IPCError &why) { m_clientError = why; });
    connect(&m_client, &IPCClient::closed, this, &IPCSingleInstancePrivate::handleClientClosed);
    connect(&m_server, &IPCServer::requestReceived, this, &IPCSingleInstancePrivate::takeRequest);
}

void IPCSingleInstancePrivate::start(milliseconds timeout)
{
    if (m_electing || role == Role::Primary || role == Role::Secondary)
        return;
    const auto address = instanceAddress(id, scope);
    if (!address) {
        decide(Role::Failed, address.error());
        return;
    }
    m_server.setPath(*address);
    m_client.setPath(*address);
    IPCLimits limits = m_client.limits();
    limits.setHandshakeTime(timeout);
    m_client.setLimits(limits);

    const QPointer<IPCSingleInstancePrivate> alive(this);
    m_electing = true;
    elect();
    if (!alive)
        return;
    const bool decided = waitUntil([this] { return !m_electing; }, deadlineAfter(timeout));
    if (!alive || decided)
        return;
    m_nextRound.stop();
    decide(Role::Unresponsive,
           {Code::TimedOut,
            u"there is a primary at \"%1\", but it did not answer within %2 ms"_s.arg(*address).arg(
                timeout.count())});
    if (alive)
        m_client.abort();
}

void IPCSingleInstancePrivate::elect()
{
    if (m_server.listen()) {
        decide(Role::Primary, {});
        return;
    }
    if (m_server.error().code() != Code::AddressInUse) {
        decide(Role::Failed, m_server.error());
        return;
    }
    m_clientError = {};
    m_client.connectToServer();
}

void IPCSingleInstancePrivate::decide(Role newRole, const IPCError &why)
{
    m_electing = false;
    error = why;
    const QPointer<IPCSingleInstancePrivate> alive(this);
    if (std::exchange(role, newRole) != newRole)
        Q_EMIT q->roleChanged(newRole);
    if (alive)
        Q_EMIT progressed();
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
    // A primary that has just gone is succeeded at once.
    const bool isOver = std::exchange(m_electing, true);
    if (isOver)
        m_nextRound.start();
    else
        elect();
}

IPCResult<int> IPCSingleInstancePrivate::handOver(const QStringList &arguments,
                                                  QDeadlineTimer deadline)
{
    const QPointer<IPCSingleInstancePrivate> alive(this);
    const IPCError tooLate(Code::TimedOut, u"the primary did not answer in time"_s);
    const QVariant request = Start::ofThisProcess(arguments, payload).toRequest();
    while (true) {
        if (!waitUntil([this] { return !m_electing; }, deadline))
            return tooLate;
        if (role != Role::Secondary)
            return notASecondary(role);

        auto answer = m_client.request(request, 0ms);
        answer.then([alive](const IPCResult<QVariant> &) {
            if (alive)
                Q_EMIT alive->progressed();
        });
        if (!waitUntil([&answer] { return answer.isFinished(); }, deadline))
            return tooLate;
        const IPCResult<QVariant> result = answer.result();
        if (result && result->canConvert<int>())
            return result->toInt();
        if (result)
            return IPCError(Code::ProtocolViolation, u"the primary answered with no exit code"_s);
        const Code code = result.error().code();
        if (code != Code::ConnectionLost && code != Code::Closed)
            return result.error();
        // The primary went; who is the next, this one perhaps, is being found out.
    }
}

void IPCSingleInstancePrivate::takeRequest(const QVariant &request, const IPCResponder &responder,
                                           IPCConnection *connection)
{
    const auto start = Start::fromRequest(request);
    if (!start)
        return;
    auto handover = std::make_shared<Handover>(*start, connection->credentials(), responder);
    if (isHeard())
        deliver(handover);
    else
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
}

// False also where this object has gone meanwhile.
bool IPCSingleInstancePrivate::waitUntil(const std::function<bool()> &done, QDeadlineTimer deadline)
{
    const QPointer<IPCSingleInstancePrivate> alive(this);
    if (done())
        return true;
    QEventLoop loop;
    bool reached = false;
    connect(this, &IPCSingleInstancePrivate::progressed, &loop, [&] {
        reached = done();
        if (reached)
            loop.quit();
    });
    connect(this, &QObject::destroyed, &loop, &QEventLoop::quit);
    QTimer timer;
    connect(&timer, &QTimer::timeout, &loop, &QEventLoop::quit);
    if (!deadline.isForever())
        timer.start(
            std::max(std::chrono::ceil<milliseconds>(deadline.remainingTimeAsDuration()), 0ms));
    loop.exec(QEventLoop::ExcludeUserInputEvents);
    return alive && reached;
}
