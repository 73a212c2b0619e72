// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The input is a limit and frames of one stream, compressed or to be compressed. What comes out is
// what zlib makes of the whole stream, never more than the limit for a frame, and nothing behind an
// error.

#include "compression_p.h"
#include "fuzz.h"

#include <QtCore/QScopeGuard>

#define ZLIB_CONST
#include <zlib.h>

using namespace qipc;

namespace {

constexpr QByteArrayView flushTail("\x00\x00\xFF\xFF", 4);

//! What zlib makes of \a stream, up to \a atMost bytes.
QByteArray inflatePlainly(const QByteArray &stream, qsizetype atMost)
{
    z_stream zlib = {};
    require(inflateInit2(&zlib, -MAX_WBITS) == Z_OK, "zlib can begin");
    const auto end = qScopeGuard([&] { inflateEnd(&zlib); });
    QByteArray out(atMost, '\0');
    zlib.next_in = reinterpret_cast<const Bytef *>(stream.constData());
    zlib.avail_in = uInt(stream.size());
    zlib.next_out = reinterpret_cast<Bytef *>(out.data());
    zlib.avail_out = uInt(out.size());
    ::inflate(&zlib, Z_SYNC_FLUSH);
    out.truncate(qsizetype(zlib.total_out));
    return out;
}

//! Our two ends of one stream, and what has gone through it.
class Pipe
{
public:
    explicit Pipe(qsizetype limit)
        : m_limit(limit)
    {
    }

    //! False behind an error.
    bool take(QByteArrayView frame)
    {
        QByteArray out("what was there before");
        const IPCError error = m_inflater.inflate(frame, m_limit, out);
        require(out.size() <= m_limit, "no more comes out than allowed");
        m_stream += frame;
        if (error) {
            checkError(error, out);
            return false;
        }
        require(frame.endsWith(flushTail), "a frame ends in its flush");
        m_all += out;
        require(inflatePlainly(m_stream, m_all.size() + 1) == m_all, "what zlib makes of it");
        passOn(out);
        return true;
    }

    //! As take(), of \a payload compressed.
    bool compress(QByteArrayView payload)
    {
        QByteArray frame;
        require(!m_compressor.deflate(payload, frame), "it can be compressed");
        require(frame.size() <= largestDeflated(payload.size()), "no larger than is said");
        const qsizetype before = m_all.size();
        const bool taken = take(frame);
        require(taken == (payload.size() <= m_limit), "what is no larger than allowed is taken");
        require(!taken || QByteArrayView(m_all).sliced(before) == payload, "what was compressed");
        return taken;
    }

private:
    void checkError(const IPCError &error, QByteArray &out)
    {
        require(out.isEmpty(), "nothing comes with an error");
        if (error.code() == IPCError::Code::MessageTooLarge) {
            const qsizetype more = m_all.size() + m_limit + 1;
            require(inflatePlainly(m_stream, more).size() == more, "it is too large");
        } else {
            require(error.code() == IPCError::Code::DecodingError, "a DecodingError");
        }
        require(bool(m_inflater.inflate(QByteArrayView("\x00\x00\x00\xFF\xFF", 5), m_limit, out)),
                "no good frame behind a bad one");
        require(out.isEmpty(), "nothing comes behind an error");
    }

    //! What came out, compressed by us, comes out again.
    void passOn(const QByteArray &payload)
    {
        QByteArray frame;
        require(!m_deflater.deflate(payload, frame), "it can be compressed again");
        QByteArray out;
        require(!m_second.inflate(frame, m_limit, out), "what we compressed can be inflated");
        require(out == payload, "what we compressed is what comes out");
    }

    const qsizetype m_limit;
    Inflater m_inflater;
    QByteArray m_stream;
    QByteArray m_all;
    Deflater m_compressor;
    Deflater m_deflater;
    Inflater m_second;
};

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input input(data, size);
    Pipe pipe(input.number());
    const bool isCompressed = input.byte() % 2 == 0;
    while (!input.atEnd()) {
        const QByteArrayView frame = input.counted();
        if (!(isCompressed ? pipe.take(frame) : pipe.compress(frame)))
            break;
    }
    return 0;
}
