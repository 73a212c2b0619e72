// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_SPEECH_H
#define QIPC_TEST_SPEECH_H

#include <QtCore/QString>
#include <QtCore/QVariant>

#include <optional>

// What is said in the soak. All of it can be told from its number, so that the other end knows what
// has to come.

//! The message \a number of what \a speaker says; some are large.
[[nodiscard]] QVariant messageOf(const QString &speaker, int number);

//! The broadcast \a number.
[[nodiscard]] QVariant broadcastOf(int number);
//! The number of a broadcast; nothing where \a message is none.
[[nodiscard]] std::optional<int> broadcastNumber(const QVariant &message);

//! A request, and what the one that is asked is to do with it.
struct Question
{
    enum class Wish {
        Answer,
        AnswerTwice,
        AnswerLate,
        Refuse,
        Drop,
        Never,
    };
    static constexpr int wishes = 6;

    QString speaker;
    int number = 0;
    Wish wish = Wish::Answer;

    [[nodiscard]] QVariant toVariant() const;
    [[nodiscard]] static Question fromVariant(const QVariant &request);
    //! What it is to be answered with.
    [[nodiscard]] QVariant answer() const;
};

//! The code with which a question is refused.
[[nodiscard]] QString refusal();

//! What \a speaker says when it closes: how many messages it has sent.
[[nodiscard]] QVariant farewellOf(const QString &speaker, int sent);
//! How many messages there have to be, by the \a reason of an end; nothing where that is not the
//! farewell of \a speaker.
[[nodiscard]] std::optional<int> farewellCount(const QVariant &reason, const QString &speaker);

#endif
