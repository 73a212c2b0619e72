// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCERROR_H
#define QIPC_IPCERROR_H

#include <QIpc/qipc_export.h>

#include <QtCore/QMetaType>
#include <QtCore/QObject>
#include <QtCore/QString>

#include <memory>

/*!
 * What went wrong: a code for programs, a text for people, and where there is one, the word of
 * the system or of the remote program.
 *
 * A value that is cheap to copy, and costs next to nothing where there is no error. Two errors are
 * equal when all their parts are. Any thread.
 */
class QIPC_EXPORT IPCError
{
    Q_GADGET
    Q_PROPERTY(IPCError::Code code READ code CONSTANT)
    Q_PROPERTY(QString message READ message CONSTANT)
    Q_PROPERTY(int systemError READ systemError CONSTANT)
    Q_PROPERTY(QString remoteCode READ remoteCode CONSTANT)
    Q_PROPERTY(QString limit READ limit CONSTANT)

public:
    enum class Code {
        NoError, //!< Nothing went wrong.
        InvalidArgument, //!< A value given is out of its range.
        InvalidState, //!< Not now: not connected, already listening, already answered.
        NoSuchServer, //!< There is nothing at the address.
        ConnectionRefused, //!< There is a socket at the address, but nobody listens.
        PermissionDenied, //!< The system forbids it, or the peer is another user's.
        AddressInUse, //!< A live server has the address.
        NotASocket, //!< What is at the address is no socket; it was left alone.
        NameTooLong, //!< The address does not fit; the text says how long it may be.
        OutOfResources, //!< No descriptors, memory or space left.
        TimedOut, //!< It did not happen within the time given.
        ConnectionLost, //!< The connection broke before this was done.
        Closed, //!< The connection was closed, by either side, before this was done.
        Aborted, //!< abort() was called on this side.
        Rejected, //!< The server does not want this client.
        TooManyConnections, //!< The server has as many clients as it takes.
        MessageTooLarge, //!< Above the limit that limit() names.
        QueueFull, //!< More is waiting to be sent than the limit that limit() names.
        ProtocolViolation, //!< The peer broke the protocol.
        EncodingError, //!< The value cannot be sent; the text names the type and the place.
        DecodingError, //!< What came cannot be read.
        NoAnswer, //!< Nobody handled the request, or its handler dropped it.
        RemoteError, //!< The handler answered with an error: see remoteCode().
        NotSupported, //!< This peer cannot do it.
    };
    Q_ENUM(Code)

    //! No error.
    IPCError() = default;

    //! An error of kind \a code, explained by \a message, a sentence for people without a full
    //! stop. With NoError it is none, and has no message.
    IPCError(Code code, const QString &message);

    //! The kind of error, for a program to act upon.
    [[nodiscard]] Code code() const;

    //! What was wrong, where, and what to do: for people. Not translated.
    [[nodiscard]] QString message() const;

    //! The system's `errno` where the system refused; else 0.
    [[nodiscard]] int systemError() const;

    //! The remote handler's own word (`RemoteError`), as it gave it to IPCResponder::fail().
    [[nodiscard]] QString remoteCode() const;

    //! The name of the property of IPCLimits, or of the object, that was reached; else empty.
    [[nodiscard]] QString limit() const;

    //! This error with the system's \a error number. Nothing, as the two below, where it is none.
    [[nodiscard]] IPCError withSystemError(int error) const;

    //! This error with the remote handler's \a code.
    [[nodiscard]] IPCError withRemoteCode(const QString &code) const;

    //! This error with the name of the \a limit that was reached.
    [[nodiscard]] IPCError withLimit(const QString &limit) const;

    //! Whether there is an error at all.
    [[nodiscard]] explicit operator bool() const { return m_details != nullptr; }

    friend QIPC_EXPORT bool operator==(const IPCError &a, const IPCError &b);
    friend bool operator!=(const IPCError &a, const IPCError &b) { return !(a == b); }

private:
    struct Details;

    template <typename Change>
    [[nodiscard]] IPCError with(Change change) const;

    std::shared_ptr<const Details> m_details; //!< Null where there is no error.
};

//! Prints the error's code and text.
QIPC_EXPORT QDebug operator<<(QDebug debug, const IPCError &error);

Q_DECLARE_METATYPE(IPCError)

#endif
