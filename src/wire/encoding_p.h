// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_ENCODING_P_H
#define QIPC_ENCODING_P_H

namespace qipc {

//! How a packet becomes bytes.
enum class Encoding { Json, MessagePack };

//! Who reads what we send: what a Node peer would misread is written in its own manner.
enum class Dialect { Ours, Node };

} // namespace qipc

#endif
