// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "valuebuilder_p.h"

#include <algorithm>
#include <limits>

namespace qipc {

namespace {
// What a peer declares costs it nothing, so memory is taken ahead only for this many entries.
constexpr qsizetype largestReservation = 256;
} // namespace

ValueBuilder::ValueBuilder(ValueLimits limits, Root root)
    : m_limits(limits)
    , m_rootIsPacket(root == Root::Packet)
{
}

void ValueBuilder::unsignedInteger(quint64 value)
{
    if (value <= quint64(std::numeric_limits<qint64>::max()))
        add(qint64(value));
    else
        add(value);
}

bool ValueBuilder::beginList(qsizetype sizeHint)
{
    if (!open(false))
        return false;
    m_levels.last().list.reserve(std::min(sizeHint, largestReservation));
    return true;
}

void ValueBuilder::endList()
{
    close();
}

bool ValueBuilder::beginMap()
{
    if (m_rootIsPacket && m_levels.isEmpty() && !m_inPacket) {
        m_inPacket = true;
        return true;
    }
    return open(true);
}

void ValueBuilder::key(QString key)
{
    if (m_levels.isEmpty())
        m_field = key.size() == 1 ? fieldFor(key.front().unicode()) : Other;
    else
        m_levels.last().key = std::move(key);
}

void ValueBuilder::endMap()
{
    if (m_levels.isEmpty())
        m_complete = true;
    else
        close();
}

QVariant ValueBuilder::take()
{
    Q_ASSERT(m_complete && !m_rootIsPacket);
    m_complete = false;
    return std::move(m_root);
}

void ValueBuilder::addOutermost(QVariant &&value)
{
    if (m_inPacket) {
        m_fields[m_field] = std::move(value);
        m_hasField[m_field] = true;
    } else {
        m_root = std::move(value);
        m_complete = true;
    }
}

bool ValueBuilder::open(bool isMap)
{
    if (m_levels.size() >= m_limits.nesting)
        return false;
    m_levels.emplace_back().isMap = isMap;
    return true;
}

void ValueBuilder::close()
{
    Level &level = m_levels.last();
    QVariant value = level.isMap ? QVariant(QVariantMap(std::move(level.map)))
                                 : QVariant(std::as_const(level.list));
    m_levels.removeLast();
    add(std::move(value));
}

} // namespace qipc
