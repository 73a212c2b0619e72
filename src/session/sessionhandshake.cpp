// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// How a session comes to be: connecting and the handshake, in both roles.

#include "address_p.h"
#include "connector_p.h"
#include "logging_p.h"
#include "preamble_p.h"
#include "refusal_p.h"
#include "session_p.h"
#include "stream_p.h"

#include <QtCore/QPointer>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

// Words of our extension `c` of END (wire.md, "CONNECTION and what follows it").
constexpr auto rejectedCode = "rejected"_L1;
constexpr auto tooManyCode = "too-many"_L1;

IPCError refusal(const Farewell &farewell)
{
    const QString reason = farewell.reason.toString();
    if (farewell.code == tooManyCode)
        return IPCError(IPCError::Code::TooManyConnections, reason).withLimit(farewell.limit);
    return {IPCError::Code::Rejected,
            reason.isEmpty() ? u"the server refused the connection"_s
                             : u"the server refused the connection: "_s + reason};
}

} // namespace

IPCResult<QString> Session::addressOf(const QString &path)
{
    return resolveAddress(path);
}

std::unique_ptr<Session> Session::connectTo(const IPCResult<QString> &address,
                                            const SessionOptions &options, const Greeting &greeting)
{
    std::unique_ptr<Session> session(new Session(Role::Client, options));
    session->startConnecting(address, greeting);
    return session;
}

std::unique_ptr<Session> Session::serve(std::unique_ptr<Stream> stream,
                                        const SessionOptions &options)
{
    std::unique_ptr<Session> session(new Session(Role::Server, options));
    session->adopt(stream.release());
    session->startServing();
    return session;
}

void Session::startConnecting(const IPCResult<QString> &address, const Greeting &greeting)
{
    m_greeting = greeting;
    m_preambleRead = true; // servers send none
    wait(m_options.limits.handshakeTime());
    if (!address) {
        QMetaObject::invokeMethod(
            this, [this, error = address.error()] { failHandshake(error); }, Qt::QueuedConnection);
        return;
    }
    m_address = *address;
    m_connector = Connector::create();
    connect(m_connector.get(), &Connector::failed, this,
            [this](const IPCError &error) { failHandshake(error); });
    connect(m_connector.get(), &Connector::connected, this, [this](Stream *stream) {
        adopt(stream);
        m_connector.release()->deleteLater(); // its signal is being handled
        sendOffer();
    });
    m_connector->connectTo(*address);
}

void Session::startServing()
{
    m_state = State::Greeting;
    wait(m_options.limits.handshakeTime());
    readLater();
}

void Session::adopt(Stream *stream)
{
    m_stream.reset(stream);
    m_credentials = stream->credentials();
    m_queue = std::make_unique<SendQueue>(stream, m_options.limits.queuedBytes());
    connect(stream, &Stream::readable, this, &Session::readSome);
    // Queued, since it may be told from inside a send().
    connect(stream, &Stream::ended, this, &Session::onStreamEnded, Qt::QueuedConnection);
}

void Session::sendOffer()
{
    if (IPCError error = checkServer()) {
        failHandshake(error);
        return;
    }
    m_offer = {m_options.compression,
               m_options.encoding != SessionOptions::Wish::Json,
               true,
               m_greeting.payload,
               m_greeting.previousId,
               {}};
    const auto frame = encodeOffer(m_offer, m_format);
    if (!frame) {
        failHandshake(refused(frame.error()));
        return;
    }
    m_state = State::Greeting;
    QByteArray first = clientPreamble.toByteArray();
    first.append(frame->bytes());
    m_queue->append(first);
    Q_EMIT streamConnected();
}

IPCError Session::checkServer() const
{
    constexpr qint64 root = 0;
    const qint64 uid = m_credentials.uid();
    if (m_greeting.trustAnyUser || !m_credentials.isValid() || m_credentials.isOwnUser()
        || (uid == root && m_credentials.isUserKnown()))
        return {};
    if (!m_credentials.isUserKnown()) {
        return {IPCError::Code::PermissionDenied,
                u"the owner of the server cannot be told from inside this user namespace, which "
                "does not map the uid %1; run this program outside of it, or trust any user "
                "(serverTrust)"_s.arg(uid)};
    }
    return {
        IPCError::Code::PermissionDenied,
        u"the server belongs to the user with the uid %1, who is not trusted (serverTrust)"_s.arg(
            uid)};
}

// False where the first frame cannot be read yet, or the session has ended.
bool Session::passPreamble()
{
    const Preamble preamble = readPreamble(m_reader.buffered());
    switch (preamble.kind) {
    case Preamble::Kind::Incomplete:
        return pull() && passPreamble();
    case Preamble::Kind::Plain:
        break;
    case Preamble::Kind::Upgrade:
        m_queue->append(upgradeAnswer.toByteArray());
        m_queue->flush();
        break;
    case Preamble::Kind::Unknown:
        m_queue->append(preambleRefusal.toByteArray());
        finishWriting();
        finish({IPCError(IPCError::Code::ProtocolViolation,
                         u"the peer began with neither IPC nor an HTTP upgrade to net-ipc"_s)});
        return false;
    }
    m_reader.consume(preamble.size);
    m_preambleRead = true;
    return true;
}

void Session::handleOffer(const Packet &packet)
{
    auto offer = readOffer(packet);
    if (!offer) {
        protocolError(offer.error());
        return;
    }
    m_offer = std::move(offer).value();
    m_state = State::Deciding;
    if (m_options.encoding == SessionOptions::Wish::MessagePack && !m_offer.messagePack) {
        reject({IPCError::Code::NotSupported, u"this server takes MessagePack only"_s},
               rejectedCode);
        return;
    }
    // Values of its own: this may be gone before they are used.
    const QString wantedId = m_offer.previousId;
    Q_EMIT handshakeReceived(std::exchange(m_offer.payload, {}), wantedId);
}

void Session::accept(const QString &id)
{
    Q_ASSERT(m_state == State::Deciding);
    const bool messagePack =
        m_offer.messagePack && m_options.encoding != SessionOptions::Wish::Json;
    const bool compression = m_offer.compression && m_options.compression;
    const auto frame =
        encodeReply({id, compression, messagePack, m_offer.ours, m_offer.nonce}, m_format);
    if (!frame) {
        failHandshake(refused(frame.error()));
        return;
    }
    m_queue->append(frame->storage, frame->start);
    becomeReady(id, m_offer.ours, messagePack, compression);
    readLater();
}

void Session::reject(const IPCError &error, const QString &code)
{
    Q_ASSERT(m_state == State::Deciding);
    QMetaObject::invokeMethod(
        this, [this, error, code] { failHandshake(error, code); }, Qt::QueuedConnection);
}

void Session::handleReply(const Packet &packet)
{
    if (packet.type == qint64(PacketType::End)) {
        handleRefusal(packet);
        return;
    }
    const auto reply = readReply(packet);
    if (!reply) {
        protocolError(reply.error());
        return;
    }
    if (IPCError error = checkReply(*reply)) {
        // The server reads as it replied, also this.
        agreeOn(reply->ours, reply->messagePack, reply->compression);
        sayFarewell({error.message(), false, {}});
        finish({error});
        return;
    }
    m_greeting = {};
    becomeReady(reply->id, reply->ours, reply->messagePack, reply->compression);
}

IPCError Session::checkReply(const Reply &reply) const
{
    if ((reply.compression && !m_offer.compression)
        || (reply.messagePack && !m_offer.messagePack)) {
        return {IPCError::Code::ProtocolViolation,
                u"the server chose an encoding that it was not offered"_s};
    }
    if (m_options.encoding == SessionOptions::Wish::MessagePack && !reply.messagePack)
        return {IPCError::Code::NotSupported, u"the server does not speak MessagePack"_s};
    return {};
}

void Session::handleRefusal(const Packet &packet)
{
    const auto farewell = readFarewell(packet.data);
    if (!farewell || farewell->mayReconnect) {
        finish(
            {IPCError(IPCError::Code::ConnectionLost, u"the server closed during the handshake"_s),
             {},
             false,
             true});
        return;
    }
    finish({refusal(*farewell), farewell->reason});
}

// How packets are written and read from now on.
void Session::agreeOn(bool ours, bool messagePack, bool compression)
{
    m_format.encoding = messagePack ? Encoding::MessagePack : Encoding::Json;
    m_format.dialect = ours ? Dialect::Ours : Dialect::Node;
    if (compression) {
        m_deflater = std::make_unique<Deflater>();
        m_inflater = std::make_unique<Inflater>();
        m_reader.setMaxPayload(largestDeflated(m_options.limits.messageSize()));
    }
}

void Session::becomeReady(const QString &id, bool ours, bool messagePack, bool compression)
{
    m_id = id;
    agreeOn(ours, messagePack, compression);
    qCDebug(logSession).noquote() << name() << "ready," << (messagePack ? "MessagePack" : "JSON")
                                  << (compression ? "compressed" : "plain")
                                  << (ours ? "ours" : "Node");
    m_patience.stop();
    m_state = State::Ready;
    setHeartbeat(m_options.heartbeat);
    if (m_paused)
        m_stream->setReading(false);
    Q_EMIT ready();
}

// The handshake comes to nothing; the peer is told why, where there is one. A server's refusal is
// final.
void Session::failHandshake(const IPCError &error, const QString &code)
{
    if (m_state == State::Ended)
        return;
    if (m_role == Role::Server) {
        const bool timedOut = error.code() == IPCError::Code::TimedOut;
        sayFarewell({timedOut ? QVariant() : QVariant(error.message()), false, code,
                     code.isEmpty() ? QString() : error.limit()});
    }
    finish({error, {}, false, true});
}

} // namespace qipc
