// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_PLACES_H
#define QIPC_TEST_PLACES_H

#include <QtCore/QString>
#include <QtCore/QStringList>

// What both sides of the soak know.

//! What there is to subscribe to.
[[nodiscard]] inline QStringList topicNames()
{
    using namespace Qt::StringLiterals;
    return {u"news"_s, u"sports"_s, u"weather"_s, u"prices"_s, u"letters"_s, u"games"_s};
}

//! What vandals subscribe to, as far as they can.
[[nodiscard]] inline QString vandalTopic(int number)
{
    using namespace Qt::StringLiterals;
    return u"vandals-%1"_s.arg(number);
}
constexpr int vandalTopics = 32;

//! What those are told whom the house does not let in.
[[nodiscard]] inline QString notWelcome()
{
    using namespace Qt::StringLiterals;
    return u"not welcome"_s;
}

//! The name of the connection that \a guest got in its \a attempt.
[[nodiscard]] inline QString tokenOf(const QString &guest, int attempt)
{
    return guest + u'/' + QString::number(attempt);
}

#endif
