// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_FILEDESCRIPTOR_P_H
#define QIPC_FILEDESCRIPTOR_P_H

#include "process_p.h"

#include <unistd.h>

#include <utility>

namespace qipc {

//! Owns a descriptor, or none, and closes it in the end; unless a child that inherited it has
//! closed it already.
class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor)
        : m_descriptor(descriptor)
    {
        noteDescriptor(m_descriptor);
    }
    FileDescriptor(FileDescriptor &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
        , m_process(other.m_process)
    {
    }
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        if (this != &other) {
            reset();
            m_descriptor = std::exchange(other.m_descriptor, -1);
            m_process = other.m_process;
        }
        return *this;
    }
    ~FileDescriptor() { reset(); }

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] explicit operator bool() const { return m_descriptor >= 0; }

    //! Closes it now.
    void reset()
    {
        const int descriptor = std::exchange(m_descriptor, -1);
        if (descriptor < 0 || m_process.isClosed())
            return;
        forgetDescriptor(descriptor);
        // Not repeated after EINTR: Linux has freed the number by then, and somebody else may have
        // it.
        ::close(descriptor);
    }

    //! Whether it was opened in this process, not in one that has forked it.
    [[nodiscard]] bool isOfThisProcess() const { return m_process.isHere(); }

private:
    int m_descriptor = -1;
    ProcessMark m_process;
};

} // namespace qipc

#endif
