// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "speech.h"

using namespace Qt::StringLiterals;

namespace {

constexpr int everyNthIsLarge = 50;
constexpr int largeSize = 80'000; // more than is copied

// Of each type that the encodings have.
QVariant bodyOf(int number)
{
    const int size =
        number % everyNthIsLarge == everyNthIsLarge - 1 ? largeSize : number * 37 % 300;
    switch (number % 6) {
    case 0:
        return QByteArray(size, char(number));
    case 1:
        return QString(size, QChar(u'à' + number % 26));
    case 2:
        return QVariantList{number, number * 0.5, true, QVariant::fromValue(nullptr)};
    case 3:
        return QVariantMap{{u"deep"_s, QVariantMap{{u"deeper"_s, QVariantList{size}}}}};
    case 4:
        return qlonglong(number) << 32;
    default:
        return QByteArray(size, 'x');
    }
}

} // namespace

QVariant messageOf(const QString &speaker, int number)
{
    return QVariantMap{
        {u"speaker"_s, speaker}, {u"number"_s, qlonglong(number)}, {u"body"_s, bodyOf(number)}};
}

QVariant broadcastOf(int number)
{
    return QVariantMap{{u"broadcast"_s, qlonglong(number)}, {u"body"_s, bodyOf(number)}};
}

std::optional<int> broadcastNumber(const QVariant &message)
{
    const QVariant number = message.toMap().value(u"broadcast"_s);
    if (!number.isValid())
        return {};
    return number.toInt();
}

QVariant Question::toVariant() const
{
    return QVariantMap{
        {u"speaker"_s, speaker}, {u"number"_s, qlonglong(number)}, {u"wish"_s, qlonglong(wish)}};
}

Question Question::fromVariant(const QVariant &request)
{
    const QVariantMap map = request.toMap();
    return {map.value(u"speaker"_s).toString(), map.value(u"number"_s).toInt(),
            Wish(map.value(u"wish"_s).toInt())};
}

QVariant Question::answer() const
{
    return QVariantMap{{u"answer to"_s, speaker}, {u"value"_s, bodyOf(number)}};
}

QString refusal()
{
    return u"refused"_s;
}

QVariant farewellOf(const QString &speaker, int sent)
{
    return QVariantMap{{u"speaker"_s, speaker}, {u"sent"_s, qlonglong(sent)}};
}

std::optional<int> farewellCount(const QVariant &reason, const QString &speaker)
{
    const QVariantMap map = reason.toMap();
    if (map.value(u"speaker"_s) != speaker)
        return {};
    return map.value(u"sent"_s).toInt();
}
