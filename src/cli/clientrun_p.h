// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_CLIENTRUN_P_H
#define QIPC_CLI_CLIENTRUN_P_H

#include "exitstatus_p.h"

#include <QIpc/ipcclient.h>

#include <functional>
#include <optional>

namespace qipc::cli {

struct Options;

/*!
 * The life of a command that is a client: connect, work, say farewell, and an exit status in the
 * end.
 *
 * The command gives the work, which ends with finish() or fail(), now or later.
 */
class ClientRun : public QObject
{
    Q_OBJECT

public:
    explicit ClientRun(const Options &options);

    [[nodiscard]] IPCClient &client() { return *m_client; }

    //! Runs the event loop: connects, and lets \a work begin once the client is ready. Returns when
    //! all is over and the client is no more. To be called once.
    [[nodiscard]] ExitStatus exec(const std::function<void()> &work);

    //! As exec(), for a client that is there until the server ends, one of the
    //! TerminationSignals comes, or nobody reads standard output any more; none of these is a
    //! failure. \a work is what there is to do first.
    [[nodiscard]] ExitStatus execUntilClosed(const std::function<void()> &work);

    //! All is done: says farewell and ends.
    void finish();

    //! Complains about \a error, says farewell and ends.
    void fail(const IPCError &error);

private:
    void connectToServer();
    void closed();
    void end(ExitStatus status);

    std::optional<IPCClient> m_client;
    std::function<void()> m_work;
    IPCError m_connectionError; // why the last connection ended, where it was not politely
    bool m_connecting = true;
    bool m_ending = false;
};

} // namespace qipc::cli

#endif
