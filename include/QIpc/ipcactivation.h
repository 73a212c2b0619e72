// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCACTIVATION_H
#define QIPC_IPCACTIVATION_H

#include <QIpc/ipccredentials.h>
#include <QIpc/ipcresult.h>
#include <QIpc/qipc_export.h>

#include <QtCore/QByteArray>
#include <QtCore/QList>
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

    /*!
     * This process's own start, so that a primary can open its own files as it opens those of later
     * starts. Has \a arguments, which are texts of QCoreApplication::arguments(), with their bytes;
     * and the working directory, the token and the startup id as they are now. It has no payload
     * and no credentials, and waits for no exit code: exit() returns InvalidState.
     */
    [[nodiscard]] static IPCActivation ofThisProcess(const QStringList &arguments);

    //! Its arguments, without the name of the program. Paths among them are relative to
    //! workingDirectory(). What is not UTF-8 in them is replaced by U+FFFD; use argumentBytes() to
    //! open any file.
    [[nodiscard]] QStringList arguments() const;

    /*!
     * The same arguments, as many, in the bytes that the system gave to that start: exact for file
     * names that are not UTF-8, which Unix allows. Qt's file classes cannot name such files; use
     * functions of the system, relative to workingDirectoryBytes().
     *
     * They are exact on Linux for arguments that are in QCoreApplication::arguments() of that
     * start. Others are encoded by QFile::encodeName(), and so are all on other systems, and where
     * the start came from a version of this library without this function.
     */
    [[nodiscard]] QList<QByteArray> argumentBytes() const;

    //! Its absolute working directory. What is not UTF-8 in it is replaced by U+FFFD.
    [[nodiscard]] QString workingDirectory() const;

    //! The same in the system's bytes: exact on Unix, else encoded by QFile::encodeName(). Empty if
    //! that folder had been removed.
    [[nodiscard]] QByteArray workingDirectoryBytes() const;

    //! What its launcher gave it to come to the front with: `XDG_ACTIVATION_TOKEN` (Wayland), or
    //! empty. See ipcraisewindow.h.
    [[nodiscard]] QByteArray activationToken() const;

    //! The same for X11: `DESKTOP_STARTUP_ID`, or empty. One that Qt has taken out of the
    //! environment for its QGuiApplication comes with the first hand-over of that process only.
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

//! Prints the arguments, the working directory and who it is.
QIPC_EXPORT QDebug operator<<(QDebug debug, const IPCActivation &activation);

Q_DECLARE_METATYPE(IPCActivation)

#endif
