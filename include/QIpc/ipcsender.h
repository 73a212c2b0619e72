// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCSENDER_H
#define QIPC_IPCSENDER_H

#include <QIpc/ipcresult.h>
#include <QIpc/ipcvalue.h>
#include <QIpc/qipc_export.h>

#include <memory>

class IPCPeer;

namespace qipc {
class Intake;
}

/*!
 * Posts messages through an IPCClient or an IPCConnection from any thread, which the object itself
 * allows in its own thread only.
 *
 * Make one in the object's thread, and give each thread or task a copy:
 * \code
 * const IPCSender sender(&client);
 * QThreadPool::globalInstance()->start([sender] {
 *     for (int i = 0; i < 100; ++i) {
 *         if (const auto posted = sender.post(i); !posted)
 *             qWarning() << posted.error();
 *     }
 * });
 * \endcode
 *
 * What one thread posts is sent in that order. Copying, posting and deleting are safe in any
 * thread, also when the object is gone.
 */
class QIPC_EXPORT IPCSender
{
public:
    //! Sends nowhere: post() gives InvalidState.
    IPCSender();
    //! Sends through \a peer. To be called in its thread; in another one, this is logged and the
    //! sender sends nowhere.
    explicit IPCSender(IPCPeer *peer);
    ~IPCSender();
    IPCSender(const IPCSender &other);
    IPCSender(IPCSender &&other) noexcept;
    IPCSender &operator=(const IPCSender &other);
    IPCSender &operator=(IPCSender &&other) noexcept;

    /*!
     * Hands \a message over to be sent, and returns at once. It is encoded in the calling thread.
     *
     * Returns the errors of IPCPeer::post(), among them `QueueFull` where more than
     * IPCLimits::queuedBytes() wait, be it for the object's event loop, for a connection or for the
     * peer; and `ConnectionLost` where the object is gone.
     *
     * In the object's own thread this is IPCPeer::post(). From another thread the message waits for
     * the object's event loop, or for its close(), which sends all that was posted before it. Where
     * it turns out only then that the message cannot be sent, the object emits
     * IPCPeer::errorOccurred(). What still waits when the connection is lost, or the object is
     * aborted or deleted, is lost without that, as it is after IPCPeer::post().
     */
    [[nodiscard]] IPCResult<void> post(const IPCValue &message) const;

private:
    std::shared_ptr<qipc::Intake> m_intake;
};

#endif
