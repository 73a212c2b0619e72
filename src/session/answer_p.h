// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_ANSWER_P_H
#define QIPC_ANSWER_P_H

#include "packet_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QMutex>
#include <QtCore/QVariant>

#include <atomic>
#include <functional>
#include <memory>

class QThread;

namespace qipc {

class Session;

//! The codes of answers that are errors of the library itself (wire.md, "Packet").
constexpr auto unhandledCode = "qipc.unhandled";
constexpr auto tooManyRequestsCode = "qipc.too-many-requests";
constexpr auto tooManyTopicsCode = "qipc.too-many-topics";
constexpr auto topicTooLongCode = "qipc.topic-too-long";

/*!
 * The way back to a session that may be gone, from any thread. Shared by all answers to it.
 */
class Mailbox
{
public:
    explicit Mailbox(Session *session);

    //! The session goes. To be called in its thread.
    void close();

    //! Whether the session is there. May be outdated at once in another thread.
    [[nodiscard]] bool isOpen() const;

    //! Calls \a deliver with the session, in its thread: at once where that is this thread, else
    //! later; and with whether it is later. Returns what it returned, or no error where it is
    //! called later, or ConnectionLost.
    template <typename Deliver>
    IPCError post(const Deliver &deliver);

private:
    mutable QMutex m_mutex;
    Session *m_session; // changes in its own thread only, and under the mutex
    QThread *m_thread;
};

/*!
 * The answer that one request awaits. Any thread may give it. An answer that goes without having
 * been given says so to the asker.
 */
class Answer
{
public:
    Answer(std::shared_ptr<Mailbox> mailbox, const PacketFormat &format, QString nonce);
    ~Answer();
    Q_DISABLE_COPY_MOVE(Answer)

    //! Answers with a \a value. Returns InvalidState (given already), EncodingError,
    //! MessageTooLarge, QueueFull (in the session's thread only), after which it can still be
    //! given, or ConnectionLost.
    IPCError give(const QVariant &value);
    //! Answers with an error. As give().
    IPCError fail(const Fault &fault);

    [[nodiscard]] bool isPending() const;

private:
    IPCError deliver(const IPCResult<Frame> &frame);

    std::shared_ptr<Mailbox> m_mailbox;
    PacketFormat m_format;
    QString m_nonce;
    std::atomic<bool> m_given{false};
};

//! The frame that tells an asker that nobody answers.
[[nodiscard]] IPCResult<Frame> encodeNoAnswer(const PacketFormat &format, QStringView nonce);

} // namespace qipc

#endif
