// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_OPTIONS_P_H
#define QIPC_CLI_OPTIONS_P_H

#include <QIpc/ipcpeer.h>
#include <QIpc/ipcresult.h>
#include <QIpc/ipcsingleinstance.h>

#include <QtCore/QFlags>
#include <QtCore/QLatin1StringView>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <array>
#include <chrono>
#include <optional>

namespace qipc::cli {

//! The options that there are; a command takes some of them.
enum class Option : unsigned {
    Codec = 1 << 0,
    Compress = 1 << 1,
    Payload = 1 << 2,
    Timeout = 1 << 3,
    String = 1 << 4,
    Retry = 1 << 5,
    Echo = 1 << 6,
    Reply = 1 << 7,
    Interactive = 1 << 8,
    Count = 1 << 9,
    Wait = 1 << 10,
    OnActivate = 1 << 11,
    Scope = 1 << 12,
    Directory = 1 << 13,
    Help = 1 << 14,
    Version = 1 << 15,
};
Q_DECLARE_FLAGS(OptionSet, Option)
Q_DECLARE_OPERATORS_FOR_FLAGS(OptionSet)

//! How an option is written, and what its line of help says.
struct OptionText
{
    Option option = {};
    QLatin1StringView shortName; //!< Without its dash; empty where there is none.
    QLatin1StringView name; //!< Without its dashes.
    QLatin1StringView valueName; //!< Empty where it takes no value.
    QLatin1StringView help;
};

//! All options, in the order in which help lists them.
[[nodiscard]] const std::array<OptionText, 16> &optionTexts();

//! What is wrong with \a argument, an option, where the command should stand.
[[nodiscard]] QString wrongFirstOption(const QString &argument);

//! How many arguments of a kind a command takes.
enum class Arity { None, One, Some, Any };

struct Command;

//! What a command line says.
struct Options
{
    //! Reads the \a arguments behind the name of \a command, and standard input where they say so.
    //! Else InvalidArgument, whose text says what was wrong.
    [[nodiscard]] static IPCResult<Options> parse(const Command &command,
                                                  const QStringList &arguments);

    QString target; //!< The PATH of a server, or the ID of a program.
    QStringList words; //!< Topics, or the arguments of a start.
    QVariantList values;

    IPCPeer::Encoding encoding = IPCPeer::Encoding::Auto;
    bool compress = false;
    QVariant payload;
    std::optional<std::chrono::milliseconds> timeout;
    bool retry = false;

    bool echo = false;
    std::optional<QVariant> reply;
    bool interactive = false;
    int count = 4;

    bool wait = false;
    QString onActivate; //!< Empty where there is none.
    IPCSingleInstance::Scope scope = IPCSingleInstance::Scope::User;
    QString directory; //!< Empty where there is none.
    bool hasWords = false; //!< There are words, or at least a -- before none.

    bool help = false; //!< Where this or the next is true, nothing else is filled in.
    bool version = false;
};

} // namespace qipc::cli

#endif
