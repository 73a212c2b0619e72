// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef TOUR_SAY_H
#define TOUR_SAY_H

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QString>
#include <QtCore/QTextStream>
#include <QtCore/QVariant>

//! Prints a line with the name of the speaker in front, at once, so that the lines of several
//! processes stand in the order in which things happened.
inline void say(const QString &who, const QString &what)
{
    QTextStream(stdout) << who.leftJustified(6) << QStringLiteral(" │ ") << what << Qt::endl;
}

//! \a value as JSON.
inline QString text(const QVariant &value)
{
    const QJsonObject holder{{QStringLiteral("v"), QJsonValue::fromVariant(value)}};
    const QByteArray json = QJsonDocument(holder).toJson(QJsonDocument::Compact);
    return value.isValid() ? QString::fromUtf8(json.mid(5).chopped(1))
                           : QStringLiteral("undefined");
}

#endif
