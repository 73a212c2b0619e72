// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_HANDOVER_P_H
#define QIPC_HANDOVER_P_H

#include <QIpc/ipccredentials.h>
#include <QIpc/ipcresponder.h>

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <optional>

namespace qipc {

//! What one start tells another: the request between a secondary and the primary.
struct Start
{
    QStringList arguments;
    QList<QByteArray> argumentBytes; // as many
    QString workingDirectory;
    QByteArray workingDirectoryBytes;
    QByteArray activationToken;
    QByteArray startupId;
    QVariant payload;
    bool waits = true; // for an exit code that comes after the slots have returned

    //! That of this process, with these \a arguments.
    [[nodiscard]] static Start ofThisProcess(const QStringList &arguments, const QVariant &payload);

    [[nodiscard]] QVariant toRequest() const;
    //! None where \a request is none of ours.
    [[nodiscard]] static std::optional<Start> fromRequest(const QVariant &request);
};

//! A start that waits for its exit code: 0 where this goes without it, and somebody had taken it.
class Handover
{
public:
    Handover(const Start &start, const IPCCredentials &credentials, const IPCResponder &responder);
    ~Handover();
    Q_DISABLE_COPY_MOVE(Handover)

    const Start start;
    const IPCCredentials credentials;
    const IPCResponder responder;
    bool isTaken = false;
};

} // namespace qipc

#endif
