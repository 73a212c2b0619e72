// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "process_p.h"

#include <QtCore/QtGlobal>

#include <array>
#include <cstddef>

#ifdef Q_OS_UNIX
#include <pthread.h>
#include <unistd.h>
#endif

namespace qipc {

std::atomic<unsigned> forks{0};

#ifdef Q_OS_UNIX

namespace {

// The forks up to here have closed what they inherited.
std::atomic<unsigned> closedUpTo{0};

// A bit for each descriptor. No lock and no memory of the heap: in a child whose parent had threads
// neither can be used. Pages of which no bit is ever set take no memory.
using Word = quint64;
constexpr int bitsOfWord = 64;
constexpr int mostDescriptors = 1024 * 1024; // as many as Linux gives a process by default at most
std::array<std::atomic<Word>, mostDescriptors / bitsOfWord> noted;

Word bitOf(int descriptor)
{
    return Word(1) << (descriptor % bitsOfWord);
}

bool isInTable(int descriptor)
{
    return descriptor >= 0 && descriptor < mostDescriptors;
}

[[maybe_unused]] const int registered =
    pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });

} // namespace

bool ProcessMark::isClosed() const
{
    return m_forks < closedUpTo.load(std::memory_order_relaxed);
}

void noteDescriptor(int descriptor)
{
    if (isInTable(descriptor))
        noted[size_t(descriptor / bitsOfWord)].fetch_or(bitOf(descriptor));
}

void forgetDescriptor(int descriptor)
{
    if (isInTable(descriptor))
        noted[size_t(descriptor / bitsOfWord)].fetch_and(~bitOf(descriptor));
}

void closeInheritedDescriptors()
{
    const unsigned now = forks.load(std::memory_order_relaxed);
    if (closedUpTo.exchange(now) == now) // no child, or one that has done so
        return;
    for (size_t i = 0; i < noted.size(); ++i) {
        if (noted[i].load(std::memory_order_relaxed) == 0)
            continue;
        const Word word = noted[i].exchange(0);
        for (int bit = 0; bit < bitsOfWord; ++bit) {
            if (word & (Word(1) << bit))
                ::close(int(i) * bitsOfWord + bit);
        }
    }
}

#else

bool ProcessMark::isClosed() const
{
    return false;
}

void noteDescriptor(int descriptor)
{
    Q_UNUSED(descriptor)
}

void forgetDescriptor(int descriptor)
{
    Q_UNUSED(descriptor)
}

void closeInheritedDescriptors()
{
}

#endif

} // namespace qipc
