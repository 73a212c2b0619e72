// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "instanceservers_p.h"

#include "applications_p.h"

#include <QtCore/QFileInfo>
#include <QtCore/QLoggingCategory>
#include <QtCore/QStringList>

#include <algorithm>
#include <utility>

#ifdef Q_OS_UNIX
#include <cerrno>
#endif

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Code = IPCError::Code;

Q_DECLARE_LOGGING_CATEGORY(logSingle)

namespace qipc {

namespace {

// Between tries to take a place while there is none: from the first, each twice as long.
constexpr auto firstRetry = 1s;
constexpr auto longestRetry = 60s;

// Whether it is this process that lacks something. Somebody may well listen at a place that it
// cannot use for that; where it lacks only space in a file system, nobody does.
bool isOwnShortage(const IPCError &error)
{
#ifdef Q_OS_UNIX
    switch (error.systemError()) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return true;
    default:
        break;
    }
#endif
    return false;
}

// The first of all errors that says most about what to do.
Code mostTelling(const QList<IPCError> &errors)
{
    for (const Code code : {Code::AddressInUse, Code::OutOfResources, Code::PermissionDenied,
                            Code::NotASocket, Code::NoSuchServer}) {
        const auto isIt = [code](const IPCError &error) { return error.code() == code; };
        if (std::any_of(errors.cbegin(), errors.cend(), isIt))
            return code;
    }
    return Code::NoSuchServer;
}

// A place that is too long for an address is the environment's fault, not that of an argument.
IPCError noPlace(const QString &what, const QList<IPCError> &errors)
{
    QStringList texts;
    int systemError = 0;
    const Code code = mostTelling(errors);
    for (const IPCError &error : errors) {
        texts.append(error.message());
        if (error.code() == code && systemError == 0)
            systemError = error.systemError();
    }
    return IPCError(code, what + u": "_s + texts.join(u"; "_s)).withSystemError(systemError);
}

// The socket is there, whoever made it. A pipe's name is no file, and nobody else can remove it.
bool isThere([[maybe_unused]] const QString &address)
{
#ifdef Q_OS_UNIX
    return QFileInfo::exists(address);
#else
    return true;
#endif
}

// A child of \a parent, so that it goes along to another thread.
std::unique_ptr<IPCServer> listenAt(const QString &address, QObject *parent)
{
    auto server = std::make_unique<IPCServer>(address, parent);
    server->listen();
    return server;
}

} // namespace

InstanceServers::InstanceServers(QObject *parent)
    : QObject(parent)
    , m_retryTimer(this)
{
    m_retryTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &InstanceServers::lookAfterPlaces);
    connect(Applications::instance(), &Applications::changed, this, [this] {
        if (isMainThread() && m_retryTimer.isActive())
            m_retryTimer.start();
    });
}

IPCResult<InstanceServers::Outcome> InstanceServers::take(const Program &program)
{
    m_program = program;
    m_isComplete = true;
    const auto places = instancePlaces(program);
    Holdings taken; // which are given back where this returns early
    QList<IPCError> errors;
    for (const InstancePlace &place : places) {
        IPCError error = place.error;
        if (!error) {
            auto server = listenAt(place.address, this);
            error = server->error();
            if (!error) {
                taken.push_back({std::move(server), {}});
                continue;
            }
        }
        if (error.code() == Code::AddressInUse) {
            m_address = place.address;
            return Outcome::HeldByAnother;
        }
        if (isOwnShortage(error) || places.size() == 1)
            return error;
        m_isComplete = false;
        errors.append(error);
    }
    if (taken.empty()) {
        return noPlace(u"cannot tell whether the program runs already, for there is no place to "
                       "look at"_s,
                       errors);
    }
    for (const IPCError &error : std::as_const(errors))
        qCDebug(logSingle).noquote() << "doing without a place:" << error.message();
    m_held = std::move(taken);
    for (const Holding &holding : m_held)
        follow(holding.server.get());
    return Outcome::Held;
}

void InstanceServers::release()
{
    m_retryTimer.stop();
    m_lostCode = Code::NoError;
    m_held.clear();
}

void InstanceServers::follow(IPCServer *server)
{
    connect(server, &IPCServer::requestReceived, this, &InstanceServers::requestReceived);
    connect(server, &IPCServer::errorOccurred, this,
            [this, server](const IPCError &error, IPCConnection *connection) {
                if (!connection)
                    handleError(server, error);
            });
    connect(server, &IPCServer::disconnected, this, [this, server] {
        if (server->connections().isEmpty())
            handleError(server, {});
    });
}

// What concerns a client alone is none. Later, for this may be the end of the server whose signal
// it is; and a folder goes file by file.
void InstanceServers::handleError(IPCServer *server, const IPCError &error)
{
    const auto found = std::find_if(m_held.begin(), m_held.end(), [server](const Holding &holding) {
        return holding.server.get() == server;
    });
    if (found == m_held.end())
        return;
    const bool isTaken = error.code() == Code::AddressInUse || error.code() == Code::NotASocket;
    if (error && (isTaken || !isThere(server->path())))
        found->error = error;
    if (found->error)
        QMetaObject::invokeMethod(this, &InstanceServers::lookAfterPlaces, Qt::QueuedConnection);
}

void InstanceServers::lookAfterPlaces()
{
    for (Holding &holding : m_held)
        look(holding);
    dropLost();
    takeMissing();
}

// One that looks after its socket itself may have made it anew. And a file system may go without a
// word to those who have a file in it, as that of the runtime folder does.
void InstanceServers::look(Holding &holding)
{
    const QString path = holding.server->path();
    switch (holding.error.code()) {
    case Code::AddressInUse:
    case Code::NotASocket:
        break;
    case Code::NoError:
        if (!isThere(path))
            holding.error = {Code::NoSuchServer, u"the socket \"%1\" has gone"_s.arg(path)};
        break;
    default:
        if (isThere(path))
            holding.error = {};
        break;
    }
}

// One that has connections stays, and with it what they wait for.
void InstanceServers::dropLost()
{
    const auto isIdle = [](const Holding &holding) {
        return holding.error && holding.server->connections().isEmpty();
    };
    const auto firstIdle = std::remove_if(m_held.begin(), m_held.end(), isIdle);
    m_isComplete = m_isComplete && firstIdle == m_held.end();
    m_held.erase(firstIdle, m_held.end());
}

void InstanceServers::takeMissing()
{
    const auto isHeld = [](const Holding &holding) { return !holding.error; };
    const bool hadPlace = std::any_of(m_held.cbegin(), m_held.cend(), isHeld);
    if (m_isComplete && hadPlace)
        return;
    bool isComplete = true;
    Holdings taken;
    QList<IPCError> errors;
    const auto places = instancePlaces(m_program);
    for (const InstancePlace &place : places) {
        const auto known =
            std::find_if(m_held.cbegin(), m_held.cend(), [&place](const Holding &holding) {
                return holding.server->path() == place.address;
            });
        if (known != m_held.cend()) {
            if (known->error)
                errors.append(known->error);
            continue;
        }
        IPCError error = place.error;
        if (!error) {
            auto server = listenAt(place.address, this);
            error = server->error();
            if (!error)
                taken.push_back({std::move(server), {}});
        }
        if (error) {
            isComplete = false;
            errors.append(error);
        }
    }
    // Without a place so far, another process may have become the primary.
    const bool isRival = !hadPlace && mostTelling(errors) == Code::AddressInUse;
    if (isRival) {
        taken.clear();
        isComplete = false;
    }
    m_isComplete = isComplete;
    for (Holding &holding : taken) {
        qCDebug(logSingle).noquote() << "listening at a place again:" << holding.server->path();
        follow(holding.server.get());
        m_held.push_back(std::move(holding));
    }
    settle(hadPlace || !taken.empty(), errors);
}

// Emits last.
void InstanceServers::settle(bool hasPlace, const QList<IPCError> &errors)
{
    if (hasPlace) {
        m_retryTimer.stop();
        m_lostCode = Code::NoError;
        return;
    }
    const bool isNew = m_lostCode == Code::NoError;
    m_retryTimer.start(isNew ? firstRetry
                             : std::min<std::chrono::milliseconds>(
                                 m_retryTimer.intervalAsDuration() * 2, longestRetry));
    const IPCError error = noPlace(
        u"later starts of the program do not find this one, until it can listen again"_s, errors);
    if (std::exchange(m_lostCode, error.code()) != error.code())
        Q_EMIT lost(error);
}

} // namespace qipc
