// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCPEER_P_H
#define QIPC_IPCPEER_P_H

#include "intake_p.h"
#include "promise_p.h"
#include "session_p.h"

#include <QIpc/ipcpeer.h>

#include <QtCore/QList>

#include <chrono>
#include <memory>

//! Turns calls into packets and packets into signals; what a client and a connection do differently
//! is virtual.
class IPCPeerPrivate : public qipc::Session::Receiver
{
public:
    IPCPeerPrivate();
    virtual ~IPCPeerPrivate();
    Q_DISABLE_COPY_MOVE(IPCPeerPrivate)

    //! Takes over the session of a new connection.
    void attach(std::unique_ptr<qipc::Session> newSession);

    //! Sends a packet; \a sent may be empty. Returns why it was not taken.
    IPCError send(const QVariant &message, qipc::SentCallback sent);
    //! Sends a question. Returns why it was not taken; then \a callback is not called.
    IPCError ask(qipc::PendingRequests::Kind kind, const QVariant &data,
                 std::chrono::milliseconds timeout, qipc::AnswerCallback callback);
    QFuture<IPCResult<QVariant>> request(const QVariant &data, std::chrono::milliseconds timeout);
    QFuture<IPCResult<std::chrono::nanoseconds>> ping(const QVariant &payload,
                                                      std::chrono::milliseconds timeout);
    QFuture<IPCResult<void>> close(const QVariant &reason, bool mayReconnect);

    [[nodiscard]] bool isReady() const { return session && session->isReady(); }

    //! What is needed to post from other threads; made when it is first asked for.
    [[nodiscard]] std::shared_ptr<qipc::Intake> intakeForSenders();
    //! The limits of the connection, or of the next one.
    [[nodiscard]] virtual IPCLimits currentLimits() const;
    //! Why nothing that is sent now can wait for a connection.
    [[nodiscard]] virtual IPCError whyNoOutbox() const;

    //! It is about to be moved to another thread: ends the connection, which the new thread is
    //! told.
    void leaveThread();
    //! The error to end it with; logged where nobody else does that.
    [[nodiscard]] virtual IPCError whyItMoves() const;

    //! There is a new application after one that has gone, and this lives in the main thread.
    void startAnew();

    //! What is sent while there is no connection. By default InvalidState.
    virtual IPCError sendLater(const QVariant &message, qipc::SentCallback &&sent);
    virtual IPCError askLater(const QVariant &data, std::chrono::milliseconds timeout,
                              qipc::AnswerCallback &&callback);
    [[nodiscard]] virtual qsizetype queuedBytes() const;
    //! Whether there is anything to close.
    [[nodiscard]] virtual bool isOpen() const;
    //! Begins to close what is open. Returns why it cannot: then nothing has happened.
    virtual IPCError beginClosing(const QVariant &reason, bool mayReconnect);
    virtual void abort(const QVariant &reason);

    void handleMessage(const QVariant &message) override;
    void handleRequest(const QVariant &request,
                       const std::shared_ptr<qipc::Answer> &answer) override;
    virtual void tellRequest(const QVariant &request, const IPCResponder &responder);
    virtual void handleReady();
    virtual void handleEnd(const qipc::SessionEnd &end) = 0;

    //! Ends the session, settling all that is pending. For the destructors of the final classes:
    //! what is told must find them whole.
    void dispose();

    //! Settles what close() gave out. Anything may be gone afterwards.
    static void settleClosing(const QList<qipc::Promise<void>> &promises, const IPCError &error);

    IPCPeer *q = nullptr;
    std::unique_ptr<qipc::Session> session;
    std::shared_ptr<qipc::Intake> intake;
    QList<qipc::Promise<void>> closing;
    QString id;
    std::chrono::milliseconds requestTimeout{10'000};
    std::chrono::milliseconds heartbeatInterval{0};
    bool paused = false;
};

//! The `error`, where there is one that the program did not bring about itself.
[[nodiscard]] bool isWorthTelling(const IPCError &error);

#endif
