// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "memorystream.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

MemoryStream::MemoryStream(qsizetype largestRead, Written written)
    : m_largestRead(largestRead)
    , m_written(std::move(written))
{
}

qint64 MemoryStream::read(char *data, qint64 size)
{
    const qsizetype taken = std::min({qsizetype(size), m_largestRead, m_incoming.size()});
    std::copy_n(m_incoming.constData(), taken, data);
    m_incoming.remove(0, taken);
    return taken;
}

void MemoryStream::write(QByteArrayView bytes)
{
    if (m_writingFinished || m_over)
        return;
    m_toWrite += bytes.size();
    m_written(bytes);
}

void MemoryStream::flush()
{
    if (!std::exchange(m_breaks, false) || m_end) {
        take(true);
        return;
    }
    m_end = IPCError(IPCError::Code::ConnectionLost, QStringLiteral("broken"));
    m_over = true;
    Q_EMIT ended(*m_end);
}

qint64 MemoryStream::bytesToWrite() const
{
    return m_over ? 0 : m_toWrite;
}

void MemoryStream::setReading(bool reading)
{
    if (std::exchange(m_reading, reading) || !reading)
        return;
    QMetaObject::invokeMethod(
        this, [this] { announce(); }, Qt::QueuedConnection);
}

void MemoryStream::abort()
{
    m_over = true;
    m_incoming.clear();
}

void MemoryStream::feed(QByteArrayView bytes)
{
    if (m_end || m_over)
        return;
    m_incoming += bytes;
    announce();
}

void MemoryStream::end(const IPCError &error)
{
    if (m_end || m_over)
        return;
    m_end = error;
    announce();
}

void MemoryStream::makeRoom(qint64 size)
{
    m_room += std::min(size, std::numeric_limits<qint64>::max() - m_room);
    take(true);
}

void MemoryStream::take(bool tell)
{
    const qint64 taken = std::min(m_room, m_toWrite);
    m_room -= taken;
    m_toWrite -= taken;
    if (tell && taken > 0 && !m_over)
        Q_EMIT bytesWritten();
}

// The end is noticed also where nothing is read.
void MemoryStream::announce()
{
    const QPointer<MemoryStream> alive(this);
    if (m_reading && !m_over && (!m_incoming.isEmpty() || m_end))
        Q_EMIT readable();
    if (!alive || !m_end || std::exchange(m_over, true))
        return;
    Q_EMIT ended(*m_end);
}
