// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "preamble_p.h"

namespace qipc {

namespace {

constexpr QByteArrayView httpMethod("GET", 3);
constexpr QByteArrayView headerEnd("\r\n\r\n", 4);

// The two headers are matched by their exact text, as net-ipc does.
bool asksForUpgrade(QByteArrayView header)
{
    return header.contains(QByteArrayView("Connection: Upgrade"))
        && header.contains(QByteArrayView("Upgrade: net-ipc"));
}

} // namespace

Preamble readPreamble(QByteArrayView bytes)
{
    using Kind = Preamble::Kind;
    if (bytes.size() < clientPreamble.size())
        return {Kind::Incomplete, 0};
    if (bytes.startsWith(clientPreamble))
        return {Kind::Plain, clientPreamble.size()};
    if (!bytes.startsWith(httpMethod))
        return {Kind::Unknown, 0};

    const auto end = bytes.first(qMin(bytes.size(), maxUpgradeSize)).indexOf(headerEnd);
    if (end < 0)
        return {bytes.size() < maxUpgradeSize ? Kind::Incomplete : Kind::Unknown, 0};
    const auto size = end + headerEnd.size();
    if (!asksForUpgrade(bytes.first(size)))
        return {Kind::Unknown, 0};
    return {Kind::Upgrade, size};
}

} // namespace qipc
