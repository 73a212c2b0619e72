// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_QMLVALUETYPES_P_H
#define QIPC_QMLVALUETYPES_P_H

#include "errors_p.h"

#include <QIpc/ipccredentials.h>
#include <QIpc/ipcerror.h>
#include <QIpc/ipclimits.h>

#include <QtQml/QtQml>

namespace qipc {

//! The codes of errors: `IPCError.NoSuchServer`. (A foreign namespace works as well, but qmllint
//! would not find what is in it.)
class QmlError : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(IPCError)
    QML_UNCREATABLE("IPCError holds the codes of errors.")
    QML_EXTENDED_NAMESPACE(IPCError)
};

//! An IPCError that QML can bind to, such as `client.error.message`: its `code` is one of
//! IPCError's, and NoError while there is none.
class QmlErrorValue
{
    Q_GADGET
    QML_VALUE_TYPE(ipcError)
    Q_PROPERTY(int code READ code CONSTANT)
    //! The name of the code, such as "NoSuchServer".
    Q_PROPERTY(QString codeName READ codeName CONSTANT)
    //! For people; empty while there is no error, as the following two.
    Q_PROPERTY(QString message READ message CONSTANT)
    Q_PROPERTY(QString remoteCode READ remoteCode CONSTANT)
    Q_PROPERTY(QString limit READ limit CONSTANT)
    //! The system's `errno`, or 0.
    Q_PROPERTY(int systemError READ systemError CONSTANT)

public:
    QmlErrorValue() = default;
    explicit QmlErrorValue(const IPCError &error)
        : m_error(error)
    {
    }

    [[nodiscard]] int code() const { return int(m_error.code()); }
    [[nodiscard]] QString codeName() const { return qipc::codeName(m_error.code()); }
    [[nodiscard]] QString message() const { return m_error.message(); }
    [[nodiscard]] QString remoteCode() const { return m_error.remoteCode(); }
    [[nodiscard]] QString limit() const { return m_error.limit(); }
    [[nodiscard]] int systemError() const { return m_error.systemError(); }

private:
    IPCError m_error;
};

//! IPCLimits with the types that QML can assign: sizes in bytes, times in milliseconds.
class QmlLimits
{
    Q_GADGET
    QML_VALUE_TYPE(ipcLimits)
    Q_PROPERTY(double messageSize READ messageSize WRITE setMessageSize)
    Q_PROPERTY(double queuedBytes READ queuedBytes WRITE setQueuedBytes)
    Q_PROPERTY(int nesting READ nesting WRITE setNesting)
    Q_PROPERTY(int values READ values WRITE setValues)
    Q_PROPERTY(int handshakeTime READ handshakeTime WRITE setHandshakeTime)
    Q_PROPERTY(int closeTime READ closeTime WRITE setCloseTime)
    Q_PROPERTY(int handshakes READ handshakes WRITE setHandshakes)
    Q_PROPERTY(int requests READ requests WRITE setRequests)
    Q_PROPERTY(int topics READ topics WRITE setTopics)

public:
    QmlLimits() = default;
    explicit QmlLimits(const IPCLimits &limits)
        : m_limits(limits)
    {
    }

    [[nodiscard]] const IPCLimits &limits() const { return m_limits; }

    [[nodiscard]] double messageSize() const { return double(m_limits.messageSize()); }
    void setMessageSize(double bytes) { m_limits.setMessageSize(sizeFrom(bytes)); }
    [[nodiscard]] double queuedBytes() const { return double(m_limits.queuedBytes()); }
    void setQueuedBytes(double bytes) { m_limits.setQueuedBytes(sizeFrom(bytes)); }
    [[nodiscard]] int nesting() const { return m_limits.nesting(); }
    void setNesting(int levels) { m_limits.setNesting(levels); }
    [[nodiscard]] int values() const { return m_limits.values(); }
    void setValues(int count) { m_limits.setValues(count); }
    [[nodiscard]] int handshakeTime() const { return int(m_limits.handshakeTime().count()); }
    void setHandshakeTime(int ms) { m_limits.setHandshakeTime(std::chrono::milliseconds(ms)); }
    [[nodiscard]] int closeTime() const { return int(m_limits.closeTime().count()); }
    void setCloseTime(int ms) { m_limits.setCloseTime(std::chrono::milliseconds(ms)); }
    [[nodiscard]] int handshakes() const { return m_limits.handshakes(); }
    void setHandshakes(int count) { m_limits.setHandshakes(count); }
    [[nodiscard]] int requests() const { return m_limits.requests(); }
    void setRequests(int count) { m_limits.setRequests(count); }
    [[nodiscard]] int topics() const { return m_limits.topics(); }
    void setTopics(int count) { m_limits.setTopics(count); }

private:
    // Any number of QML; the limits lead it into their range.
    static qsizetype sizeFrom(double bytes)
    {
        constexpr double most = 9007199254740992; // 2^53
        return bytes > 0 ? qsizetype(std::min(bytes, most)) : 0;
    }

    IPCLimits m_limits;
};

//! IPCCredentials with the types that QML knows.
class QmlCredentials
{
    Q_GADGET
    QML_VALUE_TYPE(ipcCredentials)
    Q_PROPERTY(bool valid READ isValid CONSTANT)
    Q_PROPERTY(double pid READ pid CONSTANT)
    Q_PROPERTY(double uid READ uid CONSTANT)
    Q_PROPERTY(double gid READ gid CONSTANT)
    //! The user's name, empty where it has none.
    Q_PROPERTY(QString user READ user CONSTANT)

public:
    QmlCredentials() = default;
    explicit QmlCredentials(const IPCCredentials &credentials)
        : m_credentials(credentials)
    {
    }

    [[nodiscard]] bool isValid() const { return m_credentials.isValid(); }
    [[nodiscard]] double pid() const { return double(m_credentials.pid()); }
    [[nodiscard]] double uid() const { return double(m_credentials.uid()); }
    [[nodiscard]] double gid() const { return double(m_credentials.gid()); }
    [[nodiscard]] QString user() const { return m_credentials.userName(); }

private:
    IPCCredentials m_credentials;
};

} // namespace qipc

#endif
