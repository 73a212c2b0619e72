// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipclimits.h>

#include <QtCore/QDebug>

#include <algorithm>
#include <limits>

using std::chrono::milliseconds;

namespace {
constexpr qsizetype smallestMessageSize = 1024;
constexpr qsizetype largestMessageSize = std::numeric_limits<qint32>::max();
// Values are built and destroyed recursively; this depth fits the stack of any thread.
constexpr int deepestNesting = 1024;
} // namespace

void IPCLimits::setMessageSize(qsizetype bytes)
{
    m_messageSize = std::clamp(bytes, smallestMessageSize, largestMessageSize);
}

void IPCLimits::setQueuedBytes(qsizetype bytes)
{
    m_queuedBytes = std::max<qsizetype>(bytes, 0);
}

void IPCLimits::setNesting(int levels)
{
    m_nesting = std::clamp(levels, 1, deepestNesting);
}

void IPCLimits::setValues(int count)
{
    m_values = std::max(count, 1);
}

void IPCLimits::setHandshakeTime(milliseconds time)
{
    m_handshakeTime = std::max(time, milliseconds{1});
}

void IPCLimits::setCloseTime(milliseconds time)
{
    m_closeTime = std::max(time, milliseconds{0});
}

void IPCLimits::setHandshakes(int count)
{
    m_handshakes = std::max(count, 1);
}

void IPCLimits::setRequests(int count)
{
    m_requests = std::max(count, 1);
}

void IPCLimits::setTopics(int count)
{
    m_topics = std::max(count, 0);
}

QDebug operator<<(QDebug debug, const IPCLimits &limits)
{
    const QDebugStateSaver saver(debug);
    const IPCLimits usual;
    debug.nospace() << "IPCLimits(";
    const auto print = [&debug](const char *name, auto value, auto usualValue) {
        if (value != usualValue)
            debug << ' ' << name << '=' << value;
    };
    print("messageSize", limits.messageSize(), usual.messageSize());
    print("queuedBytes", limits.queuedBytes(), usual.queuedBytes());
    print("nesting", limits.nesting(), usual.nesting());
    print("values", limits.values(), usual.values());
    print("handshakeTime", limits.handshakeTime().count(), usual.handshakeTime().count());
    print("closeTime", limits.closeTime().count(), usual.closeTime().count());
    print("handshakes", limits.handshakes(), usual.handshakes());
    print("requests", limits.requests(), usual.requests());
    print("topics", limits.topics(), usual.topics());
    debug << " )";
    return debug;
}
