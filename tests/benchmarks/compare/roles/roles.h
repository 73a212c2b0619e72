// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_ROLES_H
#define COMPARE_ROLES_H

#include <QtCore/QString>

namespace compare {

struct Peer;

//! The process of a server of \a peer at \a address. Commands:
//!   {"do":"broadcast","payload":…}  to all clients → {"sent"} in µs
//!   {"do":"startTimer"}  a timer of 60 Hz → {}
//!   {"do":"stopTimer"}  → {"p50","p99","max"} of its lateness in ms
[[noreturn]] void serve(const Peer &peer, const QString &address);

//! The process of a client of \a peer, for the server at \a address. Commands:
//!   {"do":"exchange","payload":…,"window":…,"ms":…}  → {"p50","p99"} in µs, {"perSecond"}
//!   {"do":"oneWay","payload":…,"ms":…}  → {"perSecond","bytesPerSecond"}
//!   {"do":"connect","ms":…}  clients that come and go → {"ready","answered"} in µs, p50
//!   {"do":"crowd","count":…,"listen":…}  so many more clients, which stay → {}
//!   {"do":"await"}  until all that listen have got one broadcast → {}
[[noreturn]] void ask(const Peer &peer, const QString &address);

} // namespace compare

#endif
