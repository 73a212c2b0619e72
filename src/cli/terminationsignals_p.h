// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_TERMINATIONSIGNALS_P_H
#define QIPC_CLI_TERMINATIONSIGNALS_P_H

#include <QtCore/QObject>

#include <memory>

namespace qipc::cli {

/*!
 * Turns SIGINT, SIGTERM and SIGHUP into a signal of the event loop.
 *
 * Those that are ignored stay ignored: nohup does that to SIGHUP, and a shell that runs a script to
 * the SIGINT of what it starts in the background.
 *
 * Only the first counts. From then on the system's default holds again for SIGINT and SIGTERM, so
 * that a second one ends the process at once. SIGHUP is ignored from then on: when a terminal is
 * closed it often comes twice, from the system and from the shell, which is no sign of impatience.
 *
 * There can be one such object at a time.
 */
class TerminationSignals : public QObject
{
    Q_OBJECT

public:
    explicit TerminationSignals(QObject *parent = nullptr);
    ~TerminationSignals() override;

    //! A descriptor that can be read from once a signal has come, for who waits without the event
    //! loop; -1 if there is no such object, or no such descriptor on this platform.
    [[nodiscard]] static int descriptor();

Q_SIGNALS:
    void received();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace qipc::cli

#endif
