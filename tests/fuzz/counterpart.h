// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_COUNTERPART_H
#define QIPC_TESTS_COUNTERPART_H

#include "compression_p.h"
#include "frame_p.h"
#include "handshake_p.h"
#include "session_p.h"

#include <functional>
#include <memory>
#include <optional>

/*!
 * The other end of a session: reads all that it sends, as a peer would, and ends the process over
 * what no peer should get. It also writes frames that the session can read.
 */
class Counterpart
{
public:
    //! Told of an END that closes the door for good, as it is sent.
    using Dismissed = std::function<void()>;

    //! For a session in the role \a role, which takes messages up to \a maxSize bytes.
    Counterpart(qipc::Session::Role role, qsizetype maxSize, int maxNesting, Dismissed dismissed);
    ~Counterpart();
    Q_DISABLE_COPY_MOVE(Counterpart)

    //! The session sends \a bytes.
    void take(QByteArrayView bytes);
    //! Ours has gone to it.
    void note(QByteArrayView bytes);
    //! The session is ready: what both have said decides about what follows.
    void becomeReady(qipc::Encoding encoding);
    //! Whether the session has sent nothing but whole frames.
    [[nodiscard]] bool isBetweenFrames() const { return m_reader.buffered().isEmpty(); }

    //! The frame of \a payload, compressed where that was agreed upon.
    [[nodiscard]] QByteArray frameOf(QByteArrayView payload);

private:
    enum class Stage { Preamble, Handshake, Ready, Refused, Left };

    void takeFrames();
    [[nodiscard]] bool passPreamble();
    void takeFrame(QByteArrayView payload);
    void takePacket(const qipc::Packet &packet);
    void takeFirst(const qipc::Packet &packet);
    void takeEnd(const qipc::Packet &packet);
    [[nodiscard]] std::optional<qipc::Reply> saidReply() const;
    void agree(bool compression, bool messagePack);

    const qipc::Session::Role m_role;
    const int m_maxNesting;
    const qsizetype m_maxSize;
    const Dismissed m_dismissed;
    Stage m_stage = Stage::Preamble;
    bool m_offered = false; // by a client
    qipc::Encoding m_encoding = qipc::Encoding::Json;
    qipc::FrameReader m_reader;
    std::unique_ptr<qipc::Inflater> m_inflater;
    std::unique_ptr<qipc::Deflater> m_deflater;
    QByteArray m_said; // by us, before the session was ready
};

#endif
