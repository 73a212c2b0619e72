// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_TERMINATIONSIGNALS_P_H
#define QIPC_CLI_TERMINATIONSIGNALS_P_H

#include <QtCore/QObject>

#include <memory>

namespace qipc::cli {

/*!
 * Turns SIGINT and SIGTERM into a signal of the event loop.
 *
 * Only the first: from then on the system's default holds again, so that a second one ends the
 * process at once. There can be one such object at a time.
 */
class TerminationSignals : public QObject
{
    Q_OBJECT

public:
    explicit TerminationSignals(QObject *parent = nullptr);
    ~TerminationSignals() override;

Q_SIGNALS:
    void received();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace qipc::cli

#endif
