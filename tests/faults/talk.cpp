// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "talk.h"

using namespace Qt::StringLiterals;
using Code = IPCError::Code;

namespace {

QVariant answerTo(const QVariant &request)
{
    return QString(u"re "_s + request.toString());
}

// What may have become of something on a connection that ended.
bool tellsOfTheEnd(const IPCError &error)
{
    return error.code() == Code::ConnectionLost || error.code() == Code::Closed;
}

} // namespace

Talk::Talk(const Style &style, const QString &address, IPCServer *server)
    : m_style(style)
    , m_server(server)
    , m_ipcClient(address)
{
    m_ipcClient.setAutoReconnect(false);
    m_ipcClient.setEncoding(style.encoding);
    m_ipcClient.setCompression(style.compression);
    listenToClient();
    listenToServer();
}

void Talk::listenToClient()
{
    connect(&m_ipcClient, &IPCClient::ready, this, &Talk::clientIsReady);
    connect(&m_ipcClient, &IPCPeer::messageReceived, this,
            [this](const QVariant &message) { m_client.received.append(message); });
    connect(
        &m_ipcClient, &IPCClient::published, this,
        [this](const QString &, const QVariant &message) { m_client.received.append(message); });
    connect(&m_ipcClient, &IPCPeer::requestReceived, this,
            [this](const QVariant &request, const IPCResponder &respond) {
                m_client.requests.append(request);
                respond(answerTo(request));
            });
    connect(&m_ipcClient, &IPCPeer::disconnected, this, [this](const QVariant &reason) {
        ++m_client.disconnected;
        m_clientReasons.append(reason);
    });
    connect(&m_ipcClient, &IPCPeer::errorOccurred, this, [this] { ++m_client.errors; });
    connect(&m_ipcClient, &IPCClient::closed, this, [this] { ++m_closed; });
}

void Talk::listenToServer()
{
    connect(m_server, &IPCServer::connected, this, &Talk::serverIsReady);
    connect(m_server, &IPCServer::messageReceived, this,
            [this](const QVariant &message, IPCConnection *connection) {
                m_serverSide.received.append(message);
                if (message == u"end"_s && m_style.closer == Closer::Server)
                    m_ledger.follow(u"the server's close()"_s, connection->close(u"bye"_s));
            });
    connect(m_server, &IPCServer::requestReceived, this,
            [this](const QVariant &request, const IPCResponder &respond) {
                m_serverSide.requests.append(request);
                respond(answerTo(request));
            });
    connect(m_server, &IPCServer::subscribed, this, [this](const QString &topic) {
        if (m_server->publish(topic, u"p"_s).valueOr(0) == 1)
            m_serverSide.sent.append(u"p"_s);
    });
    connect(m_server, &IPCServer::disconnected, this,
            [this](IPCConnection *, const QVariant &reason) {
                ++m_serverSide.disconnected;
                m_serverReasons.append(reason);
            });
    connect(m_server, &IPCServer::errorOccurred, this, [this] { ++m_serverSide.errors; });
}

// Some of it before there is a connection.
void Talk::start()
{
    m_ledger.follow(u"connectToServer()"_s, m_ipcClient.connectToServer());
    tell(&m_ipcClient, m_client, 0);
    send(&m_ipcClient, m_client, u"c"_s);
    ask(&m_ipcClient, m_client, u"cq"_s);
}

void Talk::clientIsReady()
{
    ++m_client.ready;
    tell(&m_ipcClient, m_client, 1);
    tellMuch(&m_ipcClient, m_client);
    m_ledger.follow(u"ping()"_s, m_ipcClient.ping());
    m_ledger.follow(u"subscribe()"_s, m_ipcClient.subscribe(u"t"_s));
    ask(&m_ipcClient, m_client, u"cr"_s, [this](const IPCResult<QVariant> &answer) {
        if (answer)
            clientLeaves();
    });
}

void Talk::clientLeaves()
{
    tell(&m_ipcClient, m_client, u"end"_s);
    if (m_style.closer == Closer::Client)
        m_ledger.follow(u"the client's close()"_s, m_ipcClient.close(u"bye"_s));
}

void Talk::serverIsReady(IPCConnection *connection)
{
    ++m_serverSide.ready;
    tell(connection, m_serverSide, 0);
    send(connection, m_serverSide, u"s"_s);
    ask(connection, m_serverSide, u"sq"_s);
    tellMuch(connection, m_serverSide);
}

void Talk::tellMuch(IPCPeer *peer, Account &account)
{
    for (int i = 0; i < m_style.many; ++i)
        tell(peer, account, i);
    if (m_style.large > 0)
        send(peer, account, QString(m_style.large, u'x'));
}

void Talk::tell(IPCPeer *peer, Account &account, const QVariant &message)
{
    if (peer->post(message))
        account.sent.append(message);
}

void Talk::send(IPCPeer *peer, Account &account, const QVariant &message)
{
    account.sent.append(message);
    m_ledger.follow(u"send()"_s, peer->send(message));
}

void Talk::ask(IPCPeer *peer, Account &account, const QVariant &request,
               std::function<void(const IPCResult<QVariant> &)> next)
{
    account.asked.append(request);
    const Account *other = &account == &m_client ? &m_serverSide : &m_client;
    const auto entry = m_ledger.follow(u"request()"_s, peer->request(request), std::move(next));
    m_questions.push_back({entry, request, other});
}

QString Talk::complaint() const
{
    if (const QString unsettled = m_ledger.complaint(); !unsettled.isEmpty())
        return unsettled;
    for (const auto &entry : m_ledger.entries()) {
        if (entry->error && !tellsOfTheEnd(entry->error))
            return entry->name + u" settled with "_s + entry->error.message();
    }
    if (m_client.ready > 1 || m_client.disconnected != m_client.ready)
        return u"the client was %1 times ready and %2 times disconnected"_s.arg(m_client.ready)
            .arg(m_client.disconnected);
    if (m_closed != 1 || m_ipcClient.status() != IPCClient::Status::Idle)
        return u"the client was %1 times closed"_s.arg(m_closed);
    if (m_serverSide.ready > 1 || m_serverSide.disconnected != m_serverSide.ready)
        return u"the server had %1 connections, of which %2 ended"_s.arg(m_serverSide.ready)
            .arg(m_serverSide.disconnected);
    if (!m_server->findChildren<IPCConnection *>().isEmpty())
        return u"the server's connection is still there"_s;
    if (!m_server->isListening())
        return u"the server does not listen any more"_s;
    if (m_client.errors > 1 || m_serverSide.errors > 1)
        return u"an error was told more than once"_s;
    if (!isPrefix(m_serverSide.received, m_client.sent)
        || !isPrefix(m_serverSide.requests, m_client.asked))
        return u"the server got what was not sent, or not so"_s;
    if (!isPrefix(m_client.received, m_serverSide.sent)
        || !isPrefix(m_client.requests, m_serverSide.asked))
        return u"the client got what was not sent, or not so"_s;
    return complaintAboutAnswers();
}

QString Talk::complaintAboutAnswers() const
{
    for (const Question &question : m_questions) {
        if (question.entry->error)
            continue;
        if (question.entry->value != answerTo(question.request))
            return u"the answer to another question"_s;
        if (!question.askedPeer->requests.contains(question.request))
            return u"an answer to what nobody was asked"_s;
    }
    return {};
}

QString Talk::whatIsMissing() const
{
    for (const auto &entry : m_ledger.entries()) {
        if (entry->error)
            return entry->name + u" failed: "_s + entry->error.message();
    }
    if (m_serverSide.received != m_client.sent || m_client.received != m_serverSide.sent)
        return u"a message did not come"_s;
    if (m_serverSide.requests != m_client.asked || m_client.requests != m_serverSide.asked)
        return u"a request did not come"_s;
    const QVariantList bye{u"bye"_s};
    if (m_clientReasons != bye || m_serverReasons != bye)
        return u"the farewell did not come"_s;
    if (m_client.errors + m_serverSide.errors > 0)
        return u"there was an error"_s;
    return {};
}
