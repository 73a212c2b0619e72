// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_FRAME_P_H
#define QIPC_FRAME_P_H

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <vector>

namespace qipc {

//! How many bytes a tag may have (wire.md, "Frame"): enough for 2^35 - 1.
constexpr int maxTagSize = 5;

//! From this size on bytes are shared instead of copied, on their way out and in.
constexpr qsizetype sharingSize = 64 * 1024;

//! Bytes of a payload that are not copied into its storage: they belong before its \a position.
struct SharedPart
{
    qsizetype position;
    QByteArray bytes;
};
using SharedParts = std::vector<SharedPart>;

/*!
 * A frame ready to be sent: a tag and its payload, at the end of \a storage, and what the payload
 * shares with the values that it was made of.
 *
 * The payload is encoded behind space left for the tag, so that nothing is moved afterwards.
 */
struct Frame
{
    QByteArray storage;
    qsizetype start = 0; //!< Where the tag begins.
    SharedParts shared; //!< In the order of their positions.

    //! Of tag and payload, with all that is shared.
    [[nodiscard]] qsizetype size() const;

    //! Calls \a use(array, begin, size) for each piece of tag and payload, in order.
    template <typename Use>
    void forEachPiece(Use use) const;

    //! The same frame with nothing shared: a copy where something is.
    [[nodiscard]] Frame joined() const;

    //! Tag and payload, where nothing is shared.
    [[nodiscard]] QByteArrayView bytes() const
    {
        Q_ASSERT(shared.empty());
        return QByteArrayView(storage).sliced(start);
    }
    //! The payload alone, where nothing is shared.
    [[nodiscard]] QByteArrayView payload() const
    {
        Q_ASSERT(shared.empty());
        return QByteArrayView(storage).sliced(maxTagSize);
    }
};

template <typename Use>
void Frame::forEachPiece(Use use) const
{
    qsizetype at = start;
    for (const SharedPart &part : shared) {
        if (part.position > at)
            use(storage, at, part.position - at);
        use(part.bytes, qsizetype(0), part.bytes.size());
        at = part.position;
    }
    if (storage.size() > at)
        use(storage, at, storage.size() - at);
}

//! An array in which a payload can be written for sealFrame().
[[nodiscard]] QByteArray frameStorage();

//! The size of the payload in \a storage, which frameStorage() made, and \a shared.
[[nodiscard]] qsizetype payloadSize(const QByteArray &storage, const SharedParts &shared);

//! The frame whose payload was appended to \a storage, which frameStorage() made.
[[nodiscard]] Frame sealFrame(QByteArray storage, SharedParts shared = {});

/*!
 * Cuts a stream of bytes into frames. The bytes are read straight to where their frame is put
 * together:
 * \code
 * const auto space = reader.space();
 * reader.commit(stream.read(space.data, space.size));
 * while (reader.next(payload) == FrameReader::Status::Frame)
 *     use(payload);
 * \endcode
 *
 * A length is checked before memory is taken for it. Memory grows with what has come, not with what
 * was announced.
 */
class FrameReader
{
public:
    enum class Status {
        Incomplete, //!< More bytes are needed.
        Frame, //!< There is a payload.
        Malformed, //!< No tag ends within maxTagSize bytes. Final.
        TooLarge, //!< A frame above the limit was announced. Final.
    };

    struct Space
    {
        char *data;
        qsizetype size; //!< At least 1.
    };

    //! Refuses payloads above \a maxPayload bytes.
    explicit FrameReader(qsizetype maxPayload);
    //! Refuses those above \a maxPayload from the next one on.
    void setMaxPayload(qsizetype maxPayload) { m_maxPayload = maxPayload; }

    //! Where the next bytes of the stream go. Ends the life of a payload that next() gave.
    [[nodiscard]] Space space();
    //! \a size bytes were put into space().
    void commit(qsizetype size);

    //! Gives the next frame's \a payload. It lives until space(), release() or the destructor.
    [[nodiscard]] Status next(QByteArrayView &payload);

    //! The array that the payload given last lies in, where that is larger than sharingSize and
    //! nothing else lies in it that is not used; then the payload lives as long as the array. Empty
    //! otherwise. May be called once for each payload.
    [[nodiscard]] QByteArray takeBuffer();

    //! What has come and is not used: for what precedes the first frame.
    [[nodiscard]] QByteArrayView buffered() const;
    //! Drops the first \a size bytes of buffered().
    void consume(qsizetype size);

    //! Gives the memory back where nothing is buffered.
    void release();

    //! The size that the frame begun announces, with its tag; 0 where not known.
    [[nodiscard]] qsizetype announcedSize() const { return m_announced; }

private:
    void makeRoom(qsizetype wanted);

    QByteArray m_buffer;
    qsizetype m_begin = 0;
    qsizetype m_end = 0;
    qsizetype m_announced = 0;
    qsizetype m_given = 0; //!< The size of the payload that lives.
    qsizetype m_maxPayload;
};

} // namespace qipc

#endif
