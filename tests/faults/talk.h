// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_TALK_H
#define QIPC_TEST_TALK_H

#include "account.h"

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <QtCore/QObject>
#include <QtCore/QPointer>

/*!
 * A client and a server say to each other all that there is to say, and part. The server serves
 * many such talks, one at a time.
 */
class Talk : public QObject
{
public:
    enum class Closer { Client, Server };

    struct Style
    {
        IPCPeer::Encoding encoding = IPCPeer::Encoding::Json;
        bool compression = false;
        bool asNode = false; //!< As if the other were a Node peer.
        Closer closer = Closer::Client;
        qsizetype large = 0; //!< The size of a message in the middle, where there is one,
        int many = 0; //!< and how many small ones come before it.
    };

    Talk(const Style &style, const QString &address, IPCServer *server);

    void start();

    [[nodiscard]] const Account &client() const { return m_client; }
    [[nodiscard]] const Account &server() const { return m_serverSide; }

    //! What is wrong with it now that nobody has anything to do any more, or nothing.
    [[nodiscard]] QString complaint() const;
    //! What is missing from a talk that nothing has disturbed, or nothing.
    [[nodiscard]] QString whatIsMissing() const;

private:
    void listenToClient();
    void listenToServer();
    void clientIsReady();
    void clientLeaves();
    void serverIsReady(IPCConnection *connection);
    void tellMuch(IPCPeer *peer, Account &account);
    void tell(IPCPeer *peer, Account &account, const QVariant &message);
    void send(IPCPeer *peer, Account &account, const QVariant &message);
    void ask(IPCPeer *peer, Account &account, const QVariant &request,
             std::function<void(const IPCResult<QVariant> &)> next = {});
    [[nodiscard]] QString complaintAboutAnswers() const;

    struct Question
    {
        std::shared_ptr<const Ledger::Entry> entry;
        QVariant request;
        const Account *askedPeer;
    };

    const Style m_style;
    IPCServer *const m_server;
    Account m_client;
    Account m_serverSide;
    Ledger m_ledger;
    std::vector<Question> m_questions;
    QVariantList m_clientReasons;
    QVariantList m_serverReasons;
    int m_closed = 0;
    IPCClient m_ipcClient; // goes first
};

#endif
