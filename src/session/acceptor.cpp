// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "acceptor_p.h"

#include "address_p.h"
#include "listener_p.h"
#include "logging_p.h"
#include "stream_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

SocketAccess socketAccess(Acceptor::Access access)
{
    switch (access) {
    case Acceptor::Access::User:
        break;
    case Acceptor::Access::Group:
        return SocketAccess::Group;
    case Acceptor::Access::World:
        return SocketAccess::World;
    }
    return SocketAccess::User;
}

// Our codes in a refusal (wire.md, "CONNECTION and what follows it").
QString refusalCode(const IPCError &error)
{
    return error.code() == IPCError::Code::TooManyConnections ? u"too-many"_s : u"rejected"_s;
}

// Before a byte of it was read.
void refuse(Stream &stream, const IPCError &error)
{
    const PacketFormat json{Encoding::Json, Dialect::Node, 1, 64 * 1024};
    if (const auto frame =
            encodeFarewell(json, {error.message(), false, refusalCode(error), error.limit()}))
        stream.write(frame->bytes());
    stream.flush();
    stream.finishWriting();
}

} // namespace

Acceptor::Acceptor(QObject *parent)
    : QObject(parent)
{
}

Acceptor::~Acceptor() = default;

IPCResult<QString> Acceptor::listen(const Options &options)
{
    auto address = resolveAddress(options.path);
    if (!address)
        return address;
    auto listener = Listener::create(); // here, so that it lives in the thread that listens
    if (IPCError error =
            listener->listen({*address, socketAccess(options.access), options.backlog}))
        return error;
    connect(listener.get(), &Listener::incoming, this,
            [this](Stream *stream) { receive(std::unique_ptr<Stream>(stream)); });
    connect(listener.get(), &Listener::errorOccurred, this, &Acceptor::errorOccurred);
    m_listener = std::move(listener);
    m_access = options.access;
    updateAccepting();
    return address;
}

void Acceptor::close()
{
    if (m_listener)
        m_listener->close();
}

void Acceptor::leaveThread()
{
    m_handshakes.clear();
    m_listener.reset();
}

void Acceptor::dropHandshakes()
{
    for (const auto &session : m_handshakes)
        session->endWithApplication();
}

bool Acceptor::isListening() const
{
    return m_listener && m_listener->isListening();
}

void Acceptor::setSessionOptions(const SessionOptions &options)
{
    m_sessionOptions = options;
    updateAccepting();
}

std::unique_ptr<Session> Acceptor::take(Session *session)
{
    const auto found =
        std::find_if(m_handshakes.begin(), m_handshakes.end(),
                     [session](const auto &owned) { return owned.get() == session; });
    Q_ASSERT(found != m_handshakes.end());
    auto taken = std::move(*found);
    m_handshakes.erase(found);
    disconnect(session, &Session::handshakeReceived, this, nullptr);
    disconnect(session, &Session::ended, this, nullptr);
    updateAccepting();
    return taken;
}

// Whether a client may begin its handshake at all.
IPCError Acceptor::checkPeer(const IPCCredentials &who) const
{
    if (!who.isValid())
        return {};
    if (m_access == Access::User && !who.isOwnUser()) {
        const IPCCredentials own = IPCCredentials::ofThisProcess();
        if (!own.isUserKnown()) {
            return {IPCError::Code::Rejected,
                    u"this server serves only its own user, who cannot be told from others in its "
                    "user namespace, which does not map the uid %1"_s.arg(own.uid())};
        }
        return {IPCError::Code::Rejected,
                u"this server serves only its own user, with the uid %1"_s.arg(own.uid())};
    }
    if (m_mostPerUser > 0 && m_sessionsOf.value(who.uid()) >= m_mostPerUser)
        return IPCError(IPCError::Code::TooManyConnections,
                        u"the user with the uid %1 has all the %2 connections that one user may "
                        "have (maxConnectionsPerUser)"_s.arg(who.uid())
                            .arg(m_mostPerUser))
            .withLimit(u"maxConnectionsPerUser"_s);
    return {};
}

void Acceptor::countUntilDeleted(Session *session, qint64 uid)
{
    ++m_sessionsOf[uid];
    connect(session, &QObject::destroyed, this, [this, uid] {
        const auto sessions = m_sessionsOf.find(uid);
        if (--*sessions == 0)
            m_sessionsOf.erase(sessions);
    });
}

void Acceptor::receive(std::unique_ptr<Stream> stream)
{
    const IPCCredentials who = stream->credentials();
    if (const IPCError error = checkPeer(who)) {
        refuse(*stream, error);
        Q_EMIT errorOccurred(error);
        return;
    }
    m_handshakes.push_back(Session::serve(std::move(stream), m_sessionOptions));
    auto *session = m_handshakes.back().get();
    if (who.isValid())
        countUntilDeleted(session, who.uid());
    connect(session, &Session::handshakeReceived, this,
            [this, session](const QVariant &payload, const QString &wantedId) {
                Q_EMIT handshakeReceived(session, payload, wantedId);
            });
    connect(session, &Session::ended, this,
            [this, session](const SessionEnd &end) { drop(session, end.error); });
    updateAccepting();
}

void Acceptor::drop(Session *session, const IPCError &error)
{
    take(session).reset();
    Q_EMIT errorOccurred(error);
}

void Acceptor::updateAccepting()
{
    if (!isListening())
        return;
    const auto limit = size_t(m_sessionOptions.limits.handshakes());
    m_listener->setAccepting(m_handshakes.size() < limit);
}

} // namespace qipc
