// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_MEMORYSTREAM_H
#define QIPC_TESTS_MEMORYSTREAM_H

#include "stream_p.h"

#include <functional>
#include <limits>
#include <optional>

/*!
 * A stream whose peer is the test: what comes is fed, and what is written is told.
 */
class MemoryStream final : public qipc::Stream
{
public:
    using Written = std::function<void(QByteArrayView)>;

    //! Gives up to \a largestRead bytes at a time, and calls \a written with whatever is taken over
    //! to be sent.
    MemoryStream(qsizetype largestRead, Written written);

    [[nodiscard]] IPCCredentials credentials() const override { return {}; }
    [[nodiscard]] qint64 read(char *data, qint64 size) override;
    void write(QByteArrayView bytes) override;
    void flush() override;
    [[nodiscard]] qint64 bytesToWrite() const override;
    void setReading(bool reading) override;
    void finishWriting() override { m_writingFinished = true; }
    void abort() override;

    //! \a bytes come.
    void feed(QByteArrayView bytes);
    //! The peer ends: orderly, or with \a error.
    void end(const IPCError &error);
    //! It breaks with the next flush(), from inside.
    void breakInFlush() { m_breaks = true; }
    //! The system takes \a size more bytes.
    void makeRoom(qint64 size);

private:
    void take(bool tell);
    void announce();

    const qsizetype m_largestRead;
    const Written m_written;
    QByteArray m_incoming;
    std::optional<IPCError> m_end; // comes behind what is incoming
    qint64 m_toWrite = 0;
    qint64 m_room = 0;
    bool m_reading = true;
    bool m_writingFinished = false;
    bool m_breaks = false;
    bool m_over = false; // ended() was told
};

#endif
