// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCLIMITS_H
#define QIPC_IPCLIMITS_H

#include <QIpc/qipc_export.h>

#include <QtCore/QMetaType>
#include <QtCore/QObject>

#include <chrono>

/*!
 * How much a peer may cost. A plain value; an object takes it over with setLimits(), for the
 * connections that are made from then on.
 *
 * A value below a property's range is raised to the range's lower end, one above it lowered.
 */
class QIPC_EXPORT IPCLimits
{
    Q_GADGET
    Q_PROPERTY(qsizetype messageSize READ messageSize WRITE setMessageSize)
    Q_PROPERTY(qsizetype queuedBytes READ queuedBytes WRITE setQueuedBytes)
    Q_PROPERTY(int nesting READ nesting WRITE setNesting)
    Q_PROPERTY(int values READ values WRITE setValues)
    Q_PROPERTY(std::chrono::milliseconds handshakeTime READ handshakeTime WRITE setHandshakeTime)
    Q_PROPERTY(std::chrono::milliseconds closeTime READ closeTime WRITE setCloseTime)
    Q_PROPERTY(int handshakes READ handshakes WRITE setHandshakes)
    Q_PROPERTY(int requests READ requests WRITE setRequests)
    Q_PROPERTY(int topics READ topics WRITE setTopics)

public:
    //! The largest message, encoded, either way, in bytes: 1 KiB to 2 GiB - 1, by default 64 MiB.
    //! Holds for what is compressed as it is before; compressed, it may have a thousandth more.
    [[nodiscard]] qsizetype messageSize() const { return m_messageSize; }
    void setMessageSize(qsizetype bytes);

    //! How many bytes may wait to be sent on one connection: 0 and up, by default 64 MiB. An empty
    //! queue takes any permitted message.
    [[nodiscard]] qsizetype queuedBytes() const { return m_queuedBytes; }
    void setQueuedBytes(qsizetype bytes);

    //! How deep lists and maps may stand in each other, either way: 1 to 1024, by default 128.
    [[nodiscard]] int nesting() const { return m_nesting; }
    void setNesting(int levels);

    //! How many values the lists and maps of a message may hold together, either way: 1 and up, by
    //! default 1,048,576. It bounds what a message costs once it is read, for a value that takes a
    //! byte or two on its way takes some 40 as a QVariant in a list, and twice that in a map.
    [[nodiscard]] int values() const { return m_values; }
    void setValues(int count);

    //! How long connecting and the handshake may take together: 1 ms and up, by default 10 s.
    [[nodiscard]] std::chrono::milliseconds handshakeTime() const { return m_handshakeTime; }
    void setHandshakeTime(std::chrono::milliseconds time);

    //! How long a polite close waits for the peer before it becomes an abort: 0 and up, by default
    //! 5 s.
    [[nodiscard]] std::chrono::milliseconds closeTime() const { return m_closeTime; }
    void setCloseTime(std::chrono::milliseconds time);

    //! Server: how many connections may be in their handshake at a time; the next ones wait in the
    //! system's backlog. 1 and up, by default 64.
    [[nodiscard]] int handshakes() const { return m_handshakes; }
    void setHandshakes(int count);

    //! How many requests of one peer may await their answer here; the next ones are answered with
    //! the error `qipc.too-many-requests`. 1 and up, by default 4096.
    [[nodiscard]] int requests() const { return m_requests; }
    void setRequests(int count);

    //! How many characters a topic may have; who subscribes to a longer one is answered with the
    //! error `qipc.topic-too-long`.
    static constexpr int maxTopicSize = 1024;

    //! Server: how many topics one client may subscribe to; the next ones are answered with the
    //! error `qipc.too-many-topics`. 0 and up, by default 1024.
    [[nodiscard]] int topics() const { return m_topics; }
    void setTopics(int count);

    friend bool operator==(const IPCLimits &a, const IPCLimits &b)
    {
        return a.m_messageSize == b.m_messageSize && a.m_queuedBytes == b.m_queuedBytes
            && a.m_nesting == b.m_nesting && a.m_values == b.m_values
            && a.m_handshakeTime == b.m_handshakeTime && a.m_closeTime == b.m_closeTime
            && a.m_handshakes == b.m_handshakes && a.m_requests == b.m_requests
            && a.m_topics == b.m_topics;
    }
    friend bool operator!=(const IPCLimits &a, const IPCLimits &b) { return !(a == b); }

private:
    qsizetype m_messageSize = 64 * 1024 * 1024;
    qsizetype m_queuedBytes = 64 * 1024 * 1024;
    std::chrono::milliseconds m_handshakeTime{10'000};
    std::chrono::milliseconds m_closeTime{5'000};
    int m_nesting = 128;
    int m_values = 1024 * 1024;
    int m_handshakes = 64;
    int m_requests = 4096;
    int m_topics = 1024;
};

//! Prints the limits that are not at their default.
QIPC_EXPORT QDebug operator<<(QDebug debug, const IPCLimits &limits);

Q_DECLARE_METATYPE(IPCLimits)

#endif
