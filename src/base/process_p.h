// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PROCESS_P_H
#define QIPC_PROCESS_P_H

#include <atomic>

namespace qipc {

//! How many fork()s lie between the process that loaded this library and this one.
extern std::atomic<unsigned> forks;

/*!
 * Remembers the process that made it. A child that fork() makes has a copy of all objects, but what
 * they stand for in the system is its parent's: their destructors leave it alone.
 */
class ProcessMark
{
public:
    //! Whether this is still the process that made it.
    [[nodiscard]] bool isHere() const { return m_forks == forks.load(std::memory_order_relaxed); }

    //! Whether closeInheritedDescriptors() has closed what was open when this was made.
    [[nodiscard]] bool isClosed() const;

private:
    unsigned m_forks = forks.load(std::memory_order_relaxed);
};

//! Notes that \a descriptor is open on behalf of this library, until forgetDescriptor().
void noteDescriptor(int descriptor);
void forgetDescriptor(int descriptor);

//! In a child that fork() made: closes the descriptors that were noted. May be called where only
//! async-signal-safe functions may be, once, before the child notes any of its own. Without effect
//! in the process that no fork() made.
void closeInheritedDescriptors();

} // namespace qipc

#endif
