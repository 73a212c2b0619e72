// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "place_p.h"

#include <algorithm>

namespace qipc {

namespace {

// A place is for people to read, however long the keys are and however deep it lies.
constexpr qsizetype longestKey = 40;
constexpr qsizetype longestPlace = 200;

QString elided(const QString &text, qsizetype longest)
{
    if (text.size() <= longest)
        return text;
    return text.left(longest / 2) + u'…' + text.right(longest / 2);
}

bool isIdentifier(QStringView key)
{
    const auto isLetter = [](char16_t c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_' || c == u'$';
    };
    const auto isDigit = [](char16_t c) { return c >= u'0' && c <= u'9'; };
    return !key.isEmpty() && !isDigit(key.front().unicode())
        && std::all_of(key.begin(), key.end(),
                       [&](QChar c) { return isLetter(c.unicode()) || isDigit(c.unicode()); });
}

} // namespace

QString keyStep(const QString &key)
{
    const QString shown = elided(key, longestKey);
    if (isIdentifier(key))
        return u'.' + shown;
    return u"[\"" + shown + u"\"]";
}

QString indexStep(qsizetype index)
{
    return u'[' + QString::number(index) + u']';
}

QString placeOf(const QStringList &steps)
{
    QString place;
    std::for_each(steps.rbegin(), steps.rend(), [&](const QString &step) { place += step; });
    return elided(place, longestPlace);
}

} // namespace qipc
