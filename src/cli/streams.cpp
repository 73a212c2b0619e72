// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "streams_p.h"

#include "terminationsignals_p.h"

#include <QtCore/QString>

#include <cerrno>
#include <cstdio>

#ifdef Q_OS_UNIX
#include <poll.h>
#include <unistd.h>
#else
#include <QtCore/QFile>
#endif

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

[[nodiscard]] IPCError cannotRead(const QString &why)
{
    return IPCError(IPCError::Code::InvalidArgument,
                    QString("cannot read standard input: "_L1 % why));
}

#ifdef Q_OS_UNIX

constexpr int forEver = -1;
constexpr int patienceAfterSignal = 2000; // ms

//! Whether \a descriptor takes bytes, or an error. Once a signal has come it is waited for no
//! longer than a reader that is merely slow may need.
[[nodiscard]] bool waitForRoom(int descriptor)
{
    pollfd waits[] = {{descriptor, POLLOUT, 0}, {TerminationSignals::descriptor(), POLLIN, 0}};
    int timeout = forEver;
    while (true) {
        const int ready = ::poll(waits, std::size(waits), timeout);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0 || waits[0].revents != 0)
            return true; // where something is wrong, writing will tell
        if (ready == 0)
            return false;
        waits[1].fd = -1; // which poll() passes over
        timeout = patienceAfterSignal;
    }
}

//! Whether a terminal has been closed: then writing to it is an EIO, as it is for other reasons.
[[nodiscard]] bool isHungUp(int descriptor)
{
    pollfd look = {descriptor, 0, 0};
    return ::poll(&look, 1, 0) == 1 && (look.revents & POLLHUP) != 0;
}

[[nodiscard]] bool hasNoReader(int descriptor, int error)
{
    return error == EPIPE || error == ECONNRESET || (error == EIO && isHungUp(descriptor));
}

[[nodiscard]] bool isPassing(int error)
{
    return error == EINTR || error == EAGAIN || error == EWOULDBLOCK;
}

#endif

} // namespace

#ifdef Q_OS_UNIX

int writeAll(OutputStream stream, QByteArrayView bytes)
{
    const int descriptor = int(stream);
    while (!bytes.isEmpty()) {
        if (!waitForRoom(descriptor))
            return ETIMEDOUT;
        // All at once: what a pipe has room for goes whole, also where others write to it as well.
        const ssize_t written = ::write(descriptor, bytes.data(), size_t(bytes.size()));
        if (written >= 0)
            bytes = bytes.sliced(written);
        else if (const int error = errno; !isPassing(error))
            return hasNoReader(descriptor, error) ? EPIPE : error;
    }
    return 0;
}

void waitForInput()
{
    pollfd wait = {STDIN_FILENO, POLLIN, 0};
    while (::poll(&wait, 1, forEver) < 0 && errno == EINTR) { }
}

IPCResult<QByteArray> readStandardInput()
{
    QByteArray input;
    char chunk[64 * 1024];
    while (true) {
        const ssize_t size = ::read(STDIN_FILENO, chunk, sizeof chunk);
        if (size == 0)
            return input;
        if (size > 0) {
            input.append(chunk, size);
        } else if (const int error = errno; isPassing(error)) {
            waitForInput();
        } else {
            return cannotRead(qt_error_string(error));
        }
    }
}

#else

int writeAll(OutputStream stream, QByteArrayView bytes)
{
    FILE *const file = stream == OutputStream::Output ? stdout : stderr;
    const bool written =
        std::fwrite(bytes.data(), 1, size_t(bytes.size()), file) == size_t(bytes.size());
    return written && std::fflush(file) == 0 ? 0 : errno;
}

void waitForInput()
{
}

IPCResult<QByteArray> readStandardInput()
{
    QFile file;
    QByteArray input;
    if (file.open(stdin, QIODevice::ReadOnly))
        input = file.readAll();
    if (file.error() == QFile::NoError)
        return input;
    return cannotRead(file.errorString());
}

#endif

} // namespace qipc::cli
