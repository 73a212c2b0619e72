// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_FRAME_P_H
#define QIPC_FRAME_P_H

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

namespace qipc {

//! How many bytes a tag may have (wire.md, "Frame"): enough for 2^35 - 1.
constexpr int maxTagSize = 5;

/*!
 * A frame ready to be sent: a tag and its payload, at the end of \a storage.
 *
 * The payload is encoded behind space left for the tag, so that nothing is moved afterwards.
 */
struct Frame
{
    QByteArray storage;
    qsizetype start = 0; //!< Where the tag begins.

    //! Tag and payload.
    [[nodiscard]] QByteArrayView bytes() const { return QByteArrayView(storage).sliced(start); }
    //! The payload alone.
    [[nodiscard]] QByteArrayView payload() const
    {
        return QByteArrayView(storage).sliced(maxTagSize);
    }
};

//! An array in which a payload can be written for sealFrame().
[[nodiscard]] QByteArray frameStorage();

//! The frame whose payload was appended to \a storage, which frameStorage() made.
[[nodiscard]] Frame sealFrame(QByteArray storage);

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
 * A length is checked before memory is taken for it, and memory grows with what has come, not with
 * what was announced.
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

    //! Where the next bytes of the stream go. Ends the life of a payload that next() gave.
    [[nodiscard]] Space space();
    //! \a size bytes were put into space().
    void commit(qsizetype size);

    //! Gives the next frame's \a payload. It lives until space(), release() or the destructor.
    [[nodiscard]] Status next(QByteArrayView &payload);

    //! What has come and is not used: for what precedes the first frame.
    [[nodiscard]] QByteArrayView buffered() const;
    //! Drops the first \a size bytes of buffered().
    void consume(qsizetype size);

    //! Gives the memory back where nothing is buffered.
    void release();

    //! The size that the frame begun announces, with its tag; 0 where not known.
    [[nodiscard]] qsizetype announcedSize() const { return m_announced; }

private:
    QByteArray m_buffer;
    qsizetype m_begin = 0;
    qsizetype m_end = 0;
    qsizetype m_announced = 0;
    qsizetype m_maxPayload;
};

} // namespace qipc

#endif
