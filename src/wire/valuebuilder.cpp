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

ValueBuilder::ValueBuilder(int maxNesting, Root root)
    : m_maxNesting(maxNesting)
    , m_rootIsFields(root == Root::Fields)
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
    m_levels.back().list.reserve(std::min(sizeHint, largestReservation));
    return true;
}

void ValueBuilder::endList()
{
    close();
}

bool ValueBuilder::beginMap()
{
    if (m_rootIsFields && m_levels.empty() && !m_inFields) {
        m_inFields = true;
        return true;
    }
    return open(true);
}

void ValueBuilder::key(QString key)
{
    if (m_levels.empty())
        m_fieldKey = std::move(key);
    else
        m_levels.back().key = std::move(key);
}

void ValueBuilder::endMap()
{
    if (m_levels.empty())
        m_complete = true;
    else
        close();
}

QVariant ValueBuilder::take()
{
    Q_ASSERT(m_complete && !m_rootIsFields);
    m_complete = false;
    return std::move(m_root);
}

void ValueBuilder::add(QVariant &&value)
{
    if (!m_levels.empty()) {
        Level &level = m_levels.back();
        if (level.isMap)
            level.map.insert_or_assign(std::move(level.key), std::move(value));
        else
            level.list.append(std::move(value));
    } else if (m_inFields) {
        m_fields.push_back({std::move(m_fieldKey), std::move(value)});
    } else {
        m_root = std::move(value);
        m_complete = true;
    }
}

bool ValueBuilder::open(bool isMap)
{
    if (m_levels.size() >= size_t(m_maxNesting))
        return false;
    m_levels.emplace_back().isMap = isMap;
    return true;
}

void ValueBuilder::close()
{
    Level level = std::move(m_levels.back());
    m_levels.pop_back();
    add(level.isMap ? QVariant(QVariantMap(std::move(level.map))) : QVariant(level.list));
}

} // namespace qipc
