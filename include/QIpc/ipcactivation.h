// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCACTIVATION_H
#define QIPC_IPCACTIVATION_H

#include <QIpc/ipccredentials.h>
#include <QIpc/ipcresult.h>
#include <QIpc/qipc_export.h>

#include <QtCore/QMetaType>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <memory>

class IPCSingleInstancePrivate;

namespace qipc {
class Handover;
}

/*!
 * What a later start of the program hands over to the one that runs.
 *
 * The copies stand for the same start, which waits for its exit code: exit() gives it, now or
 * later; when the last copy goes without that, it is 0. So a slot that only opens a file has
 * nothing to do, and one that keeps the activation until its document is closed makes the later
 * start wait that long, unless that waits only for the slots to return (IPCSingleInstance::Until).
 * Any thread.
 */
class QIPC_EXPORT IPCActivation
{
public:
    //! Of nobody.
    IPCActivation();
    ~IPCActivation();
    IPCActivation(const IPCActivation &other);
    IPCActivation(IPCActivation &&other) noexcept;
    IPCActivation &operator=(const IPCActivation &other);
    IPCActivation &operator=(IPCActivation &&other) noexcept;

    //! Its arguments, without the name of the program. Paths among them are relative to
    //! workingDirectory().
    [[nodiscard]] QStringList arguments() const;

    //! Its absolute working directory.
    [[nodiscard]] QString workingDirectory() const;

    //! What its launcher gave it to come to the front with: `XDG_ACTIVATION_TOKEN` (Wayland), or
    //! empty. See ipcraisewindow.h.
    [[nodiscard]] QByteArray activationToken() const;

    //! The same for X11: `DESKTOP_STARTUP_ID`, or empty.
    [[nodiscard]] QByteArray startupId() const;

    //! What it was told by IPCSingleInstance::setPayload(); undefined by default.
    [[nodiscard]] QVariant payload() const;

    //! Its process, by the word of the system.
    [[nodiscard]] IPCCredentials credentials() const;

    //! Lets it end with \a code, which IPCSingleInstance::handOver() returns there. Returns
    //! InvalidState where that was done already, or ConnectionLost where it has not waited.
    IPCResult<void> exit(int code) const;

    //! Whether it waits for its exit code.
    [[nodiscard]] bool isPending() const;

private:
    friend class IPCSingleInstancePrivate;
    explicit IPCActivation(std::shared_ptr<qipc::Handover> handover);

    std::shared_ptr<qipc::Handover> m_handover;
};

Q_DECLARE_METATYPE(IPCActivation)

#endif
