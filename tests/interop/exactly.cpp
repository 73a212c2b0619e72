// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "exactly.h"

#include <QtCore/QDateTime>
#include <QtCore/QStringList>

#include <cmath>

using namespace Qt::StringLiterals;

namespace {

QString exactReal(double value)
{
    // The sign of a zero counts; a NaN has none that matters.
    const QLatin1StringView sign(std::signbit(value) && !std::isnan(value) ? "-" : "");
    return u"double %1%2"_s.arg(sign, QString::number(std::fabs(value), 'g', 17));
}

//! With an escape for each unit that is not ASCII, so that a failing test shows lone surrogates.
QString exactText(const QString &text)
{
    QString out;
    for (const QChar unit : text) {
        if (unit.unicode() < 0x7f && unit.isPrint())
            out += unit;
        else
            out += u"\\u%1"_s.arg(unit.unicode(), 4, 16, QLatin1Char('0'));
    }
    return u'"' + out + u'"';
}

QString exactList(const QVariantList &list)
{
    QStringList items;
    for (const QVariant &item : list)
        items += exactly(item);
    return u'[' + items.join(u", ") + u']';
}

QString exactMap(const QVariantMap &map)
{
    QStringList items;
    for (auto it = map.cbegin(); it != map.cend(); ++it)
        items += exactText(it.key()) + u": " + exactly(it.value());
    return u'{' + items.join(u", ") + u'}';
}

QString exactDateTime(const QDateTime &dateTime)
{
    if (!dateTime.isValid())
        return u"no date"_s;
    const QLatin1StringView zone(dateTime.timeSpec() == Qt::UTC ? "UTC" : "not UTC");
    return u"%1 ms, %2"_s.arg(dateTime.toMSecsSinceEpoch()).arg(zone);
}

} // namespace

QString exactly(const QVariant &value)
{
    if (!value.isValid())
        return u"undefined"_s;
    switch (value.typeId()) {
    case QMetaType::Nullptr:
        return u"null"_s;
    case QMetaType::Bool:
        return value.toBool() ? u"true"_s : u"false"_s;
    case QMetaType::LongLong:
        return QString::number(value.toLongLong());
    case QMetaType::ULongLong:
        return QString::number(value.toULongLong()) + u" unsigned";
    case QMetaType::Double:
        return exactReal(value.toDouble());
    case QMetaType::QString:
        return exactText(value.toString());
    case QMetaType::QByteArray:
        return u"bytes " + QString::fromLatin1(value.toByteArray().toHex());
    case QMetaType::QDateTime:
        return exactDateTime(value.toDateTime());
    case QMetaType::QVariantList:
        return exactList(value.toList());
    case QMetaType::QVariantMap:
        return exactMap(value.toMap());
    default:
        return u"a " + QString::fromLatin1(value.typeName());
    }
}
