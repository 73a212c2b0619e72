// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The input is a limit, how the stream is cut, and the stream, into which one large frame may be
// put. The frames are those that a plain reading of wire.md finds, however the stream is cut, and
// no more is asked for than is good.

#include "frame_p.h"
#include "fuzz.h"

#include <vector>

using namespace qipc;

namespace {

using Status = FrameReader::Status;

constexpr qsizetype largestSpace = 2 * 1024 * 1024;

struct Found
{
    std::vector<QByteArray> payloads;
    Status last = Status::Incomplete;

    friend bool operator==(const Found &a, const Found &b)
    {
        return a.payloads == b.payloads && a.last == b.last;
    }
};

//! Where the stream is cut, and what else the reader is asked between.
class Cuts
{
public:
    explicit Cuts(quint32 seed, qsizetype longest)
        : m_state(seed)
        , m_longest(longest)
    {
    }
    qsizetype next() { return 1 + qsizetype(number() % quint32(m_longest)); }
    bool chance() { return number() % 4 == 0; }

private:
    quint32 number()
    {
        m_state = m_state * 1664525 + 1013904223;
        return m_state >> 8;
    }

    quint32 m_state;
    qsizetype m_longest;
};

//! What wire.md says, all at once.
Found findPlainly(QByteArrayView stream, qsizetype limit)
{
    Found found;
    while (!stream.isEmpty()) {
        qint64 length = 0;
        qsizetype at = 0;
        bool isLast = false;
        while (!isLast && at < stream.size() && at < maxTagSize) {
            const auto group = quint8(stream[at++]);
            length = length * 128 + group % 128;
            isLast = group >= 128;
        }
        if (!isLast) {
            found.last = at < maxTagSize ? Status::Incomplete : Status::Malformed;
            return found;
        }
        if (length > limit) {
            found.last = Status::TooLarge;
            return found;
        }
        if (stream.size() - at < length)
            return found;
        found.payloads.push_back(stream.sliced(at, length).toByteArray());
        stream = stream.sliced(at + length);
    }
    return found;
}

//! Takes what is whole. False where no more can come.
bool takeFrames(FrameReader &reader, Cuts &cuts, Found &found)
{
    QByteArrayView payload;
    while ((found.last = reader.next(payload)) == Status::Frame) {
        found.payloads.push_back(payload.toByteArray());
        if (!cuts.chance())
            continue;
        const QByteArray buffer = reader.takeBuffer();
        require(buffer.isEmpty() || payload == found.payloads.back(),
                "a payload lives as long as its buffer");
    }
    return found.last == Status::Incomplete;
}

Found find(QByteArrayView stream, qsizetype limit, Cuts cuts)
{
    FrameReader reader(limit);
    Found found;
    while (!stream.isEmpty()) {
        const FrameReader::Space space = reader.space();
        require(space.size >= 1 && space.size <= largestSpace, "a sane space to read into");
        const qsizetype size = std::min({space.size, cuts.next(), stream.size()});
        std::copy_n(stream.data(), size, space.data);
        stream = stream.sliced(size);
        reader.commit(size);
        if (!takeFrames(reader, cuts, found))
            break;
        require(reader.announcedSize() <= limit + maxTagSize, "no more announced than allowed");
        if (cuts.chance())
            reader.release();
    }
    QByteArrayView payload;
    require(reader.next(payload) == found.last, "the last word stands");
    return found;
}

QByteArray frameOf(QByteArrayView payload)
{
    QByteArray storage = frameStorage();
    storage += payload;
    return sealFrame(storage).bytes().toByteArray();
}

qsizetype limitFor(quint8 choice)
{
    constexpr qsizetype limits[] = {1024, 64 * 1024, 256 * 1024, (qsizetype(1) << 31) - 1};
    return limits[choice % 4];
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input input(data, size);
    const quint8 options = input.byte();
    const qsizetype limit = limitFor(options);
    const quint32 seed = input.number();
    QByteArray stream;
    if (options & 0x80) {
        const qsizetype largeSize = 32 * 1024 + 2 * qsizetype(input.number());
        stream = input.counted().toByteArray();
        stream += frameOf(QByteArray(largeSize, 'x'));
    }
    const bool isLarge = !stream.isEmpty();
    stream += input.rest();

    const Found plainly = findPlainly(stream, limit);
    require(find(stream, limit, Cuts(seed, largestSpace)) == plainly, "the frames of long reads");
    require(find(stream, limit, Cuts(seed, isLarge ? 4096 : 16)) == plainly,
            "the frames of short reads");
    if (!isLarge)
        require(find(stream, limit, Cuts(seed, 1)) == plainly, "the frames of single bytes");

    QByteArray again;
    for (const QByteArray &payload : plainly.payloads)
        again += frameOf(payload);
    require(findPlainly(again, limit).payloads == plainly.payloads, "what is sealed is read");
    return 0;
}
