// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_INTERACTIVE_P_H
#define QIPC_CLI_INTERACTIVE_P_H

#include <QIpc/ipcserver.h>

#include <QtCore/QObject>

namespace qipc::cli {

/*!
 * Carries out lines such as `{"broadcast":"hello"}` on a server, and prints the result of each.
 *
 * The result of what takes time comes when it is there, so maybe after that of a later line. A line
 * that cannot be understood is complained about, and that is all.
 */
class Interactive : public QObject
{
    Q_OBJECT

public:
    //! For \a server. To live until what was asked of it has settled, so no shorter than it.
    explicit Interactive(IPCServer &server);

    void execute(const QByteArray &line);

private:
    //! What a line says behind its name. Each returns what is wrong with \a argument, or nothing.
    using Handler = QString (Interactive::*)(const QVariant &argument);
    [[nodiscard]] static Handler findHandler(const QString &name);

    [[nodiscard]] QString run(const QByteArray &line);
    [[nodiscard]] QString broadcast(const QVariant &argument);
    [[nodiscard]] QString survey(const QVariant &argument);
    [[nodiscard]] QString publish(const QVariant &argument);
    [[nodiscard]] QString send(const QVariant &argument);
    [[nodiscard]] QString request(const QVariant &argument);
    [[nodiscard]] QString close(const QVariant &argument);
    [[nodiscard]] QString closeForRestart(const QVariant &argument);

    //! The connection with this \a id; where there is none, prints an error and returns null.
    [[nodiscard]] IPCConnection *findConnection(const QString &id) const;

    IPCServer &m_server;
    qint64 m_lineNumber = 0;
};

} // namespace qipc::cli

#endif
