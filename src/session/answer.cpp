// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "answer_p.h"

#include "session_p.h"

#include <QtCore/QThread>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {
IPCError askerGone()
{
    return {IPCError::Code::ConnectionLost, u"the peer that asked has gone"_s};
}
} // namespace

Mailbox::Mailbox(Session *session)
    : m_session(session)
    , m_thread(QThread::currentThread())
{
}

void Mailbox::close()
{
    const QMutexLocker locker(&m_mutex);
    m_session = nullptr;
}

bool Mailbox::isOpen() const
{
    const QMutexLocker locker(&m_mutex);
    return m_session;
}

template <typename Deliver>
IPCError Mailbox::post(const Deliver &deliver)
{
    if (QThread::currentThread() == m_thread)
        return m_session ? deliver(m_session, false) : askerGone();

    const QMutexLocker locker(&m_mutex); // the session cannot go before the call is queued
    if (!m_session)
        return askerGone();
    QMetaObject::invokeMethod(
        m_session, [session = m_session, deliver] { deliver(session, true); },
        Qt::QueuedConnection);
    return {};
}

Answer::Answer(std::shared_ptr<Mailbox> mailbox, const PacketFormat &format, QString nonce)
    : m_mailbox(std::move(mailbox))
    , m_format(format)
    , m_nonce(std::move(nonce))
{
}

Answer::~Answer()
{
    if (m_given)
        return;
    if (const IPCError error = deliver(encodeNoAnswer(m_format, m_nonce))) {
        m_mailbox->post([error](Session *session, bool) {
            session->answerLost(error);
            return IPCError();
        });
    }
}

IPCError Answer::give(const QVariant &value)
{
    return deliver(encodePacket(m_format, PacketType::Response, value, m_nonce));
}

IPCError Answer::fail(const Fault &fault)
{
    return deliver(encodeFault(m_format, m_nonce, fault));
}

bool Answer::isPending() const
{
    return !m_given && m_mailbox->isOpen();
}

IPCError Answer::deliver(const IPCResult<Frame> &frame)
{
    if (m_given)
        return {IPCError::Code::InvalidState, u"the request was answered already"_s};
    if (!frame)
        return frame.error();
    if (m_given.exchange(true)) // another thread was faster
        return {IPCError::Code::InvalidState, u"the request was answered already"_s};
    IPCError error = m_mailbox->post([frame = frame.value()](Session *session, bool isLater) {
        IPCError error = session->takeAnswer(frame);
        if (error && isLater) // nobody is there to give it again
            session->answerLost(error);
        return error;
    });
    if (error)
        m_given = false;
    return error;
}

IPCResult<Frame> encodeNoAnswer(const PacketFormat &format, QStringView nonce)
{
    // A Node peer answers so what nobody handles: with undefined.
    if (format.dialect == Dialect::Node)
        return encodePacket(format, PacketType::Response, QVariant(), nonce);
    return encodeFault(format, nonce,
                       {QString::fromLatin1(unhandledCode), u"nobody handled the request"_s});
}

} // namespace qipc
