// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "faultyline.h"

#include <cerrno>
#include <utility>

FaultyLine::FaultyLine(const QString &address, const QString &serverAddress)
    : m_serverAddress(serverAddress)
    , m_listening(raw::listeningAt(address))
{
}

void FaultyLine::begin(const Plan &plan)
{
    m_client.reset();
    m_server.reset();
    m_plan = plan;
    m_lanes = {};
    m_reached = m_holding = m_over = false;
}

bool FaultyLine::pump()
{
    if (m_over)
        return false;
    if (!m_client)
        return accept();
    const bool toServer = move(Direction::ToServer);
    const bool toClient = move(Direction::ToClient);
    return toServer || toClient;
}

bool FaultyLine::release()
{
    const bool held = m_plan.fault == Fault::Delay && !m_over;
    return std::exchange(m_holding, false) && held;
}

bool FaultyLine::accept()
{
    m_client = raw::accept(m_listening);
    if (!m_client)
        return false;
    m_server = raw::socket();
    if (!raw::connectTo(m_server, m_serverAddress))
        m_server.reset();
    if (m_plan.at == 0)
        strike();
    return true;
}

bool FaultyLine::move(Direction direction)
{
    const bool toServer = direction == Direction::ToServer;
    const auto &from = toServer ? m_client : m_server;
    const auto &to = toServer ? m_server : m_client;
    Lane &lane = m_lanes[size_t(direction)];
    if (!from || !to) // struck meanwhile
        return false;
    bool moved = take(lane, from);

    const bool hasFault = direction == m_plan.direction;
    if (hasFault && m_holding) {
        m_holding = m_plan.fault == Fault::Delay;
        return moved || !m_holding;
    }
    const bool ahead = hasFault && !m_reached;
    const qsizetype most = ahead ? m_plan.at - lane.passed.size() : lane.waiting.size();
    moved |= give(lane, to, most);
    if (ahead && lane.passed.size() == m_plan.at)
        strike();
    else if (lane.hasEnd && lane.waiting.isEmpty())
        end(lane, to);
    return moved;
}

// Only when the last bytes have gone: nothing is to pile up here.
bool FaultyLine::take(Lane &lane, const raw::FileDescriptor &from)
{
    if (lane.hasEnd || !lane.waiting.isEmpty())
        return false;
    char buffer[64 * 1024];
    const ssize_t size = ::recv(from.get(), buffer, sizeof(buffer), 0);
    if (size < 0 && errno == EAGAIN)
        return false;
    if (size <= 0) {
        lane.hasEnd = true;
        return true;
    }
    if (!lane.isEnded)
        lane.waiting.append(buffer, size);
    if (m_plan.hidesMarker && lane.passed.isEmpty())
        lane.waiting.replace(R"("qipc":1)", R"("qipx":1)");
    return true;
}

bool FaultyLine::give(Lane &lane, const raw::FileDescriptor &to, qsizetype most)
{
    const QByteArray part = lane.waiting.left(most);
    if (part.isEmpty())
        return false;
    const ssize_t sent = ::send(to.get(), part.constData(), size_t(part.size()), MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) {
            lane.isEnded = true;
            lane.waiting.clear();
        }
        return false;
    }
    lane.passed.append(part.constData(), sent);
    lane.waiting.remove(0, sent);
    return true;
}

void FaultyLine::strike()
{
    m_reached = true;
    switch (m_plan.fault) {
    case Fault::Split:
    case Fault::Delay:
        m_holding = true;
        break;
    case Fault::Truncate:
        end(m_lanes[size_t(m_plan.direction)],
            m_plan.direction == Direction::ToServer ? m_server : m_client);
        break;
    case Fault::Kill:
        m_over = true;
        m_client.reset();
        m_server.reset();
        break;
    }
}

void FaultyLine::end(Lane &lane, const raw::FileDescriptor &to)
{
    lane.waiting.clear();
    if (to && !std::exchange(lane.isEnded, true))
        ::shutdown(to.get(), SHUT_WR);
}
