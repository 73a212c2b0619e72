// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCCLIENT_P_H
#define QIPC_IPCCLIENT_P_H

#include "ipcpeer_p.h"
#include "limitlog_p.h"
#include "logging_p.h"
#include "outbox_p.h"
#include "pubsub_p.h"

#include <QIpc/ipcclient.h>

#include <QtCore/QTimer>

#include <optional>

//! Keeps a client connected: makes its sessions one after the other, and what has to outlive them.
class IPCClientPrivate : public IPCPeerPrivate
{
public:
    using Status = IPCClient::Status;

    explicit IPCClientPrivate(const QString &path);
    ~IPCClientPrivate() override;

    void start(IPCClient *client);

    QFuture<IPCResult<void>> connectToServer();
    QFuture<IPCResult<bool>> changeTopics(qipc::TopicRequest::Kind kind, const QStringList &names);
    QFuture<IPCResult<void>> publish(const QString &topic, const QVariant &message);

    IPCError sendLater(const QVariant &message, qipc::SentCallback &&sent) override;
    IPCError askLater(const QVariant &data, std::chrono::milliseconds timeout,
                      qipc::AnswerCallback &&callback) override;
    [[nodiscard]] qsizetype queuedBytes() const override;
    [[nodiscard]] bool isOpen() const override;
    IPCError beginClosing(const QVariant &reason, bool mayReconnect) override;
    void abort(const QVariant &reason) override;
    void handleMessage(const QVariant &message) override;
    void handleReady() override;
    void handleEnd(const qipc::SessionEnd &end) override;

    void openSession();
    IPCError renewSubscriptions();
    void topicsChanged(qipc::TopicRequest::Kind kind, const QStringList &names);
    [[nodiscard]] bool comesBack(const qipc::SessionEnd &end) const;
    [[nodiscard]] IPCError whyNoOutbox() const override;
    [[nodiscard]] IPCLimits currentLimits() const override { return limits; }
    IPCError noteRefusal(const IPCError &error);
    void waitToRetry(const IPCError &why);
    [[nodiscard]] IPCError beginParting(const QVariant &reason);
    void giveUpLater();
    void part();
    void partingTimedOut();
    void giveUp(const IPCError &error, const QVariant &reason, bool told = false);
    void dispose();
    void setStatus(Status newStatus);
    void setStatus(Status newStatus, const IPCError &newError);
    [[nodiscard]] QString name() const;
    void settleConnecting(const IPCResult<void> &result);
    [[nodiscard]] IPCClient *client() const { return static_cast<IPCClient *>(q); }

    QString path;
    std::optional<IPCResult<QString>> address; // what the path stands for, once that was resolved
    QVariant payload;
    Status status = Status::Idle;
    IPCPeer::Encoding encoding = IPCPeer::Encoding::Auto;
    bool compression = false;
    IPCClient::ServerTrust serverTrust = IPCClient::ServerTrust::OwnUserOrRoot;
    bool autoReconnect = true;
    int retries = 3;
    std::chrono::milliseconds retryInterval{500};
    std::chrono::milliseconds maxRetryInterval{10'000};
    IPCLimits limits;

    qipc::Outbox outbox;
    qipc::LimitLog outboxLog{logPeer, "messages"};
    QStringList topics;
    QTimer retryTimer;
    int attempt = 0; // retries since it was last ready
    QList<qipc::Promise<void>> connecting;
    QVariant closeReason; // of a close() without a session, until that is over
    IPCError lastError; // of the last connectToServer()
    IPCError error; // see IPCClient::error()

    //! The reason of a close() that waits until there is a connection, for something is to be sent
    //! first.
    std::optional<QVariant> parting;
    bool parted = false; // that was sent
    QTimer partingTimer;
};

#endif
