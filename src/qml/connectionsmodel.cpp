// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "connectionsmodel_p.h"

#include <algorithm>

namespace qipc {

namespace {

QString userOf(const IPCCredentials &credentials)
{
    const QString name = credentials.userName();
    return name.isEmpty() && credentials.isValid() ? QString::number(credentials.uid()) : name;
}

} // namespace

QmlConnection *ConnectionsModel::get(int row) const
{
    return row >= 0 && row < count() ? m_rows.at(row).connection : nullptr;
}

void ConnectionsModel::append(QmlConnection *connection)
{
    // Who deletes it tells nobody else.
    connect(connection, &QObject::destroyed, this, [this, connection] { remove(connection); });
    beginInsertRows({}, count(), count());
    m_rows.append({connection, std::nullopt});
    endInsertRows();
    Q_EMIT countChanged();
}

void ConnectionsModel::remove(QmlConnection *connection)
{
    const auto found = std::find_if(m_rows.cbegin(), m_rows.cend(), [connection](const Row &row) {
        return row.connection == connection;
    });
    if (found == m_rows.cend())
        return;
    const int row = int(found - m_rows.cbegin());
    beginRemoveRows({}, row, row);
    m_rows.removeAt(row);
    endRemoveRows();
    Q_EMIT countChanged();
}

int ConnectionsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConnectionsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows.at(index.row());
    switch (role) {
    case ConnectionRole:
        return QVariant::fromValue(row.connection);
    case Qt::DisplayRole:
    case IdRole:
        return row.connection->id();
    case PidRole:
        return double(row.connection->credentials().pid());
    case UserRole:
        if (!row.user)
            row.user = userOf(row.connection->credentials());
        return *row.user;
    case ConnectedAtRole:
        return row.connection->connectedAt();
    default:
        return {};
    }
}

QHash<int, QByteArray> ConnectionsModel::roleNames() const
{
    return {{ConnectionRole, "connection"},
            {IdRole, "id"},
            {PidRole, "pid"},
            {UserRole, "user"},
            {ConnectedAtRole, "connectedAt"}};
}

} // namespace qipc
