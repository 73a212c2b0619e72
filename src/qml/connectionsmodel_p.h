// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CONNECTIONSMODEL_P_H
#define QIPC_CONNECTIONSMODEL_P_H

#include "qmlconnection_p.h"

#include <QtCore/QAbstractListModel>
#include <QtQml/QtQml>

#include <optional>

namespace qipc {

/*!
 * The connections of a server, oldest first, for views. The roles are `connection` itself, and of
 * it `id`, `pid`, `user` (its name; the number where it has none) and `connectedAt` (a Date).
 *
 * A connection appears before the server's connected() is emitted, and is gone before
 * disconnected().
 */
class ConnectionsModel : public QAbstractListModel
{
    Q_OBJECT
    QML_NAMED_ELEMENT(IPCConnectionsModel)
    QML_UNCREATABLE("An IPCConnectionsModel belongs to its IPCServer.")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role { ConnectionRole = Qt::UserRole, IdRole, PidRole, UserRole, ConnectedAtRole };

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int count() const { return int(m_rows.size()); }

    //! The connection of a \a row; null where there is no such row.
    Q_INVOKABLE qipc::QmlConnection *get(int row) const;

    void append(QmlConnection *connection);
    void remove(QmlConnection *connection);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void countChanged();

private:
    struct Row
    {
        QmlConnection *connection;
        // Asked for once, where a view shows it: a user database may take its time.
        mutable std::optional<QString> user;
    };

    QList<Row> m_rows;
};

} // namespace qipc

#endif
