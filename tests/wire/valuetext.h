// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_VALUETEXT_H
#define QIPC_TESTS_VALUETEXT_H

#include <QtCore/QDateTime>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

//! A value with the type of each of its parts as text, to compare by: QVariant's own comparison
//! takes 1, 1.0 and true for equal.
inline QString valueText(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return QStringLiteral("undefined");
    case QMetaType::Nullptr:
        return QStringLiteral("null");
    case QMetaType::Double:
        return QStringLiteral("double ") + QString::number(value.toDouble(), 'g', 17);
    case QMetaType::QString:
        return u'"' + value.toString() + u'"';
    case QMetaType::QByteArray:
        return QStringLiteral("bytes ") + QString::fromLatin1(value.toByteArray().toHex());
    case QMetaType::QDateTime:
        return QStringLiteral("time %1 %2")
            .arg(value.toDateTime().toMSecsSinceEpoch())
            .arg(value.toDateTime().toString(Qt::ISODateWithMs));
    case QMetaType::QVariantList: {
        QStringList items;
        for (const QVariant &item : value.toList())
            items.append(valueText(item));
        return u'[' + items.join(QStringLiteral(", ")) + u']';
    }
    case QMetaType::QVariantMap: {
        QStringList entries;
        const QVariantMap map = value.toMap();
        for (auto entry = map.begin(); entry != map.end(); ++entry)
            entries.append(entry.key() + QStringLiteral(": ") + valueText(entry.value()));
        return u'{' + entries.join(QStringLiteral(", ")) + u'}';
    }
    default:
        return QString::fromLatin1(value.typeName()) + u' ' + value.toString();
    }
}

#endif
