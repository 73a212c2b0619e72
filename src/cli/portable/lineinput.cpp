// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "lineinput_p.h"

#include "streams_p.h"

#include <QtCore/QFile>
#include <QtCore/QMutex>

#include <cstdio>
#include <thread>
#include <utility>

namespace qipc::cli {

/*
 * A thread reads, blocked most of the time. Nothing can wake it portably, so it is not waited for:
 * what it shares with the object is this, which lives as long as either.
 */
class LineInput::Private
{
public:
    void read();
    void forgetTarget();

    LineInput *target = nullptr; // guarded by the mutex; null once the object has gone

private:
    void deliver(const QByteArray &line);

    QMutex mutex;
};

namespace {
// Standard input as QFile takes it. A FILE * would stay locked while the thread waits in it.
constexpr int standardInput = 0;
} // namespace

LineInput::LineInput(QObject *parent)
    : QObject(parent)
    , d(std::make_shared<Private>())
{
    d->target = this;
    std::thread([shared = d] { shared->read(); }).detach();
}

LineInput::~LineInput()
{
    d->forgetTarget();
}

void LineInput::Private::read()
{
    // Unbuffered, for a buffer would first have to be filled.
    QFile file;
    if (!file.open(standardInput, QIODevice::ReadOnly | QIODevice::Unbuffered))
        return;
    QByteArray line; // of a stream that is non-blocking it comes in pieces
    while (true) {
        waitForInput();
        const QByteArray piece = file.readLine();
        if (piece.isEmpty())
            break;
        line += piece;
        if (line.endsWith('\n')) {
            line.chop(1);
            deliver(std::exchange(line, {}));
        }
    }
    if (!line.isEmpty())
        deliver(line);
}

void LineInput::Private::deliver(const QByteArray &line)
{
    const QMutexLocker locker(&mutex);
    if (target) {
        QMetaObject::invokeMethod(
            target, [receiver = target, line] { Q_EMIT receiver->lineReceived(line); },
            Qt::QueuedConnection);
    }
}

void LineInput::Private::forgetTarget()
{
    const QMutexLocker locker(&mutex);
    target = nullptr;
}

} // namespace qipc::cli
