// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_PAYLOAD_H
#define COMPARE_PAYLOAD_H

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QVariant>

namespace compare {

//! What is sent, the same for all peers: a text, bytes, or a map of 10 strings.
class Payload
{
public:
    enum class Kind { Text, Bytes, Map };

    //! By its name on the command line: `text:64`, `bytes:65536`, `map`. peer.js knows them too.
    static Payload named(const QString &name);

    [[nodiscard]] Kind kind() const { return m_kind; }
    //! For peers that carry values.
    [[nodiscard]] const QVariant &value() const { return m_value; }
    //! For peers that carry bare bytes: as many as the value has characters or bytes.
    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }
    //! About as many bytes as it takes on its way.
    [[nodiscard]] qsizetype size() const { return m_bytes.size(); }

private:
    Kind m_kind = Kind::Bytes;
    QVariant m_value;
    QByteArray m_bytes;
};

} // namespace compare

#endif
