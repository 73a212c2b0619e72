// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_MEMORYCONNECTOR_H
#define QIPC_TESTS_MEMORYCONNECTOR_H

#include "connector_p.h"

#include <functional>

//! What Connector::create() gives in a program that this is linked into.
namespace MemoryConnector {

//! Gives the stream to the server, or null where there is none.
using Reached = std::function<std::unique_ptr<qipc::Stream>()>;

//! The next connector that connects calls \a next, from the event loop.
void setNext(Reached next);

} // namespace MemoryConnector

#endif
