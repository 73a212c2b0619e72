// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCRESPONDER_H
#define QIPC_IPCRESPONDER_H

#include <QIpc/ipcresult.h>
#include <QIpc/ipcvalue.h>
#include <QIpc/qipc_export.h>

#include <QtCore/QMetaType>

#include <memory>

class IPCPeerPrivate;

namespace qipc {
class Answer;
}

/*!
 * Answers one request, once, now or later:
 * \code
 * connect(&server, &IPCServer::requestReceived, this,
 *         [](const QVariant &request, const IPCResponder &respond) {
 *             if (request.toString() == u"time")
 *                 respond(QDateTime::currentDateTime());
 *             else
 *                 respond.fail(QStringLiteral("unknown"), QStringLiteral("I only tell the time"));
 *         });
 * \endcode
 *
 * May be copied, called and dropped in any thread; the copies stand for the same request. When the
 * last one goes without an answer, the asker is told so (its error is NoAnswer).
 */
class QIPC_EXPORT IPCResponder
{
public:
    //! Answers nobody: every call returns InvalidState.
    IPCResponder();
    ~IPCResponder();
    IPCResponder(const IPCResponder &other);
    IPCResponder(IPCResponder &&other) noexcept;
    IPCResponder &operator=(const IPCResponder &other);
    IPCResponder &operator=(IPCResponder &&other) noexcept;

    /*!
     * Answers with \a value.
     *
     * Returns InvalidState where it was answered already; EncodingError or MessageTooLarge where
     * the value cannot be sent, and QueueFull where too much waits to be sent (the request can
     * still be answered then, with another value or by fail()); ConnectionLost where the asker has
     * gone. From another thread than the connection's, QueueFull comes by its errorOccurred()
     * later. Never waits.
     *
     * May be ignored, as above: a value that cannot be sent is also logged as a warning in the
     * category `qipc.peer`, and the asker gets NoAnswer if no other answer follows.
     */
    IPCResult<void> operator()(const IPCValue &value = IPCValue()) const;

    /*!
     * Answers with an error: the asker's future gets RemoteError with \a code, a word for its
     * program such as `not-found`, and \a message, a text for people. A Node peer sees undefined.
     *
     * Returns errors as operator()(). Codes that begin with `qipc.` are the library's own:
     * InvalidArgument, as for an empty one.
     */
    IPCResult<void> fail(const QString &code, const QString &message) const;

    //! Whether an answer is still awaited: not yet given, and the asker still there.
    [[nodiscard]] bool isPending() const;

private:
    friend class IPCPeerPrivate;
    explicit IPCResponder(std::shared_ptr<qipc::Answer> answer);

    std::shared_ptr<qipc::Answer> m_answer;
};

Q_DECLARE_METATYPE(IPCResponder)

#endif
