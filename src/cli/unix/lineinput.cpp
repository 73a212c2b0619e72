// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "lineinput_p.h"

#include <QtCore/QSocketNotifier>

#include <cerrno>
#include <utility>

#include <unistd.h>

namespace qipc::cli {

class LineInput::Private
{
public:
    explicit Private(LineInput *owner)
        : q(owner)
        , notifier(STDIN_FILENO, QSocketNotifier::Read)
    {
        connect(&notifier, &QSocketNotifier::activated, q, [this] { read(); });
    }

private:
    void read();
    void takeLines(QByteArrayView chunk);
    void takeLastLine();

    LineInput *q;
    QSocketNotifier notifier;
    QByteArray begun; // the line whose end has not come
};

LineInput::LineInput(QObject *parent)
    : QObject(parent)
    , d(std::make_shared<Private>(this))
{
}

LineInput::~LineInput() = default;

void LineInput::Private::read()
{
    // The notifier says that there is something, so this does not block; the descriptor stays as it
    // is, for it may be a terminal that others use too.
    char chunk[16 * 1024];
    const ssize_t size = ::read(STDIN_FILENO, chunk, sizeof chunk);
    if (size > 0) {
        takeLines(QByteArrayView(chunk, size));
    } else if (size == 0 || (errno != EINTR && errno != EAGAIN)) {
        notifier.setEnabled(false);
        takeLastLine();
    }
}

void LineInput::Private::takeLines(QByteArrayView chunk)
{
    qsizetype end = 0;
    while ((end = chunk.indexOf('\n')) >= 0) {
        begun.append(chunk.first(end));
        chunk = chunk.sliced(end + 1);
        Q_EMIT q->lineReceived(std::exchange(begun, {}));
    }
    begun.append(chunk);
}

void LineInput::Private::takeLastLine()
{
    if (!begun.isEmpty())
        Q_EMIT q->lineReceived(begun);
}

} // namespace qipc::cli
