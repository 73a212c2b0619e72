// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_SHAREDFRAMES_P_H
#define QIPC_SHAREDFRAMES_P_H

#include "packet_p.h"
#include "refusal_p.h"
#include "requestid_p.h"

#include <vector>

namespace qipc {

//! One packet for many connections: encoded once for each format that they speak.
class SharedFrames
{
public:
    SharedFrames(PacketType type, const QVariant &data, RequestId id = {})
        : m_type(type)
        , m_data(data)
        , m_id(id)
    {
    }

    //! The frame in \a format, or why there is none, which is logged. Lives until the next call.
    [[nodiscard]] const IPCResult<Frame> &in(const PacketFormat &format)
    {
        for (const Encoded &encoded : m_encoded) {
            if (encoded.format == format)
                return encoded.frame;
        }
        m_encoded.push_back({format,
                             m_id ? encodePacket(format, m_type, m_data, m_id.nonce())
                                  : encodePacket(format, m_type, m_data)});
        logRefusal(m_encoded.back().frame.error());
        return m_encoded.back().frame;
    }

private:
    struct Encoded
    {
        PacketFormat format;
        IPCResult<Frame> frame;
    };

    std::vector<Encoded> m_encoded;
    PacketType m_type;
    QVariant m_data;
    RequestId m_id; // of a question
};

} // namespace qipc

#endif
