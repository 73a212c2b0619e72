// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "memoryconnector.h"

#include <utility>

namespace {

MemoryConnector::Reached reached;

class Connector final : public qipc::Connector
{
public:
    void connectTo(const QString &) override
    {
        const auto tell = [this] {
            if (std::unique_ptr<qipc::Stream> stream = std::exchange(reached, {})())
                Q_EMIT connected(stream.release());
            else
                Q_EMIT failed({IPCError::Code::NoSuchServer, QStringLiteral("there is no server")});
        };
        QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
    }
};

} // namespace

void MemoryConnector::setNext(Reached next)
{
    reached = std::move(next);
}

// In the place of the platform's.
std::unique_ptr<qipc::Connector> qipc::Connector::create()
{
    return std::make_unique<::Connector>();
}
