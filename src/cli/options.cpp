// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "options_p.h"

#include "commands_p.h"
#include "suggestion_p.h"
#include "valuereader_p.h"

#include <QtCore/QCommandLineParser>

#include <algorithm>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc::cli {

namespace {

[[nodiscard]] IPCError badUsage(const QString &text)
{
    return IPCError(IPCError::Code::InvalidArgument, text);
}

[[nodiscard]] QString nameOf(Option option)
{
    const auto &all = optionTexts();
    const auto found = std::find_if(
        all.begin(), all.end(), [option](const OptionText &text) { return text.option == option; });
    return found->name;
}

[[nodiscard]] QStringList namesOf(OptionSet options)
{
    QStringList names;
    for (const OptionText &text : optionTexts()) {
        if (options.testFlag(text.option))
            names.append(text.name);
    }
    return names;
}

//! Taken by every command, so that a script can give all the same; a command's help names those
//! that mean something to it.
constexpr OptionSet commonOptions = Option::Codec | Option::Compress | Option::Payload
    | Option::Timeout | Option::String | Option::Retry;

//! How many of the \a available arguments are of a kind of which there are \a arity.
[[nodiscard]] qsizetype most(Arity arity, qsizetype available)
{
    switch (arity) {
    case Arity::None:
        return 0;
    case Arity::One:
        return qMin<qsizetype>(1, available);
    case Arity::Some:
    case Arity::Any:
        return available;
    }
    Q_UNREACHABLE();
    return 0;
}

//! Whether there has to be one at least.
[[nodiscard]] bool isNeeded(Arity arity)
{
    return arity == Arity::One || arity == Arity::Some;
}

//! One command line on its way to Options.
class Parsing
{
public:
    Parsing(const Command &command, const QStringList &arguments);

    [[nodiscard]] IPCError run(Options &options);

private:
    [[nodiscard]] bool has(Option option) const;
    [[nodiscard]] QString valueOf(Option option) const { return m_parser.value(nameOf(option)); }
    [[nodiscard]] ValueReader::Kind valueKind() const;
    [[nodiscard]] QString seeHelp() const;
    [[nodiscard]] QString targetName() const;
    [[nodiscard]] IPCError syntaxError() const;
    [[nodiscard]] IPCError wrongOption(const QString &name) const;
    [[nodiscard]] QString longOptionBehindOneDash(const QString &firstLetter) const;

    [[nodiscard]] IPCError readEncoding(IPCPeer::Encoding &encoding) const;
    [[nodiscard]] IPCError readNumber(Option option, int lowest, int &number) const;
    [[nodiscard]] IPCError readTimeout(std::optional<milliseconds> &timeout) const;
    [[nodiscard]] IPCError readCommand(QString &command) const;
    [[nodiscard]] IPCError readScope(IPCSingleInstance::Scope &scope) const;
    [[nodiscard]] IPCError readDirectory(QString &directory) const;
    [[nodiscard]] IPCError readReply(std::optional<QVariant> &reply);
    [[nodiscard]] IPCError readPayload(QVariant &payload);
    [[nodiscard]] IPCError readOperands(Options &options, QStringList &values) const;
    [[nodiscard]] IPCError readValues(const QStringList &texts, QVariantList &values);

    const Command &m_command;
    QStringList m_arguments;
    QCommandLineParser m_parser;
    ValueReader m_values;
};

Parsing::Parsing(const Command &command, const QStringList &arguments)
    : m_command(command)
    , m_arguments(arguments)
{
    m_arguments.prepend(command.name); // where the parser expects the program
    for (const OptionText &text : optionTexts()) {
        if (!(command.options | commonOptions).testFlag(text.option))
            continue;
        QStringList names(text.name);
        if (!text.shortName.isEmpty())
            names.prepend(text.shortName);
        m_parser.addOption(QCommandLineOption(names, QString(), text.valueName));
    }
}

IPCError Parsing::run(Options &options)
{
    const bool parsed = m_parser.parse(m_arguments);
    options.help = m_parser.isSet(nameOf(Option::Help));
    options.version = m_parser.isSet(nameOf(Option::Version));
    if (options.help || options.version)
        return IPCError();
    if (!parsed)
        return syntaxError();

    options.compress = has(Option::Compress);
    options.retry = has(Option::Retry);
    options.echo = has(Option::Echo);
    options.interactive = has(Option::Interactive);
    options.wait = has(Option::Wait);
    if (options.echo && has(Option::Reply))
        return badUsage("--echo and --reply exclude each other"_L1);
    if (const IPCError error = readEncoding(options.encoding))
        return error;
    if (const IPCError error = readNumber(Option::Count, 1, options.count))
        return error;
    if (const IPCError error = readTimeout(options.timeout))
        return error;
    if (const IPCError error = readCommand(options.onActivate))
        return error;
    if (const IPCError error = readScope(options.scope))
        return error;
    if (const IPCError error = readDirectory(options.directory))
        return error;
    QStringList values;
    if (const IPCError error = readOperands(options, values))
        return error;
    // The values come last, for to read one may be to wait for somebody at the keyboard.
    if (const IPCError error = readReply(options.reply))
        return error;
    if (const IPCError error = readPayload(options.payload))
        return error;
    return readValues(values, options.values);
}

bool Parsing::has(Option option) const
{
    return m_command.options.testFlag(option) && m_parser.isSet(nameOf(option));
}

ValueReader::Kind Parsing::valueKind() const
{
    return has(Option::String) ? ValueReader::Kind::String : ValueReader::Kind::Json;
}

QString Parsing::seeHelp() const
{
    return "; see 'qipc "_L1 % m_command.name % " --help'"_L1;
}

//! What stands behind the name of the command: PATH, or ID.
QString Parsing::targetName() const
{
    return QString(m_command.arguments).section(QLatin1Char(' '), 0, 0);
}

IPCError Parsing::syntaxError() const
{
    const QStringList unknown = m_parser.unknownOptionNames();
    if (!unknown.isEmpty())
        return wrongOption(unknown.first());
    QString text = m_parser.errorText(); // a sentence
    if (text.endsWith('.'_L1))
        text.chop(1);
    return badUsage(text.left(1).toLower() % text.mid(1) % seeHelp());
}

IPCError Parsing::wrongOption(const QString &name) const
{
    if (name.front().isDigit()) {
        return badUsage("a value that starts with a dash needs -- before it: qipc "_L1
                        % m_command.name % ' '_L1 % targetName() % " -- -"_L1 % name);
    }
    const bool isLetter = name.size() == 1;
    const QString nearest =
        isLetter ? longOptionBehindOneDash(name) : nearestName(name, namesOf(m_command.options));
    return badUsage(
        "'"_L1 % m_command.name % "' has no option "_L1 % (isLetter ? "-"_L1 : "--"_L1) % name
        % (nearest.isEmpty() ? seeHelp() : QString("; did you mean --"_L1 % nearest % '?'_L1)));
}

//! Where -echo is read as -e -c -h -o: the name echo.
QString Parsing::longOptionBehindOneDash(const QString &firstLetter) const
{
    const QStringList names = namesOf(m_command.options);
    const auto found =
        std::find_if(names.begin(), names.end(), [this, &firstLetter](const QString &name) {
            return name.startsWith(firstLetter) && m_arguments.contains(QString('-'_L1 % name));
        });
    return found == names.end() ? QString() : *found;
}

IPCError Parsing::readEncoding(IPCPeer::Encoding &encoding) const
{
    if (!has(Option::Codec))
        return IPCError();
    const QString name = valueOf(Option::Codec);
    if (name == "json"_L1)
        encoding = IPCPeer::Encoding::Json;
    else if (name == "msgpack"_L1)
        encoding = IPCPeer::Encoding::MessagePack;
    else if (name == "auto"_L1)
        encoding = IPCPeer::Encoding::Auto;
    else
        return badUsage("--codec is json, msgpack or auto, not '"_L1 % name % '\''_L1);
    return IPCError();
}

IPCError Parsing::readNumber(Option option, int lowest, int &number) const
{
    if (!has(option))
        return IPCError();
    const QString text = valueOf(option);
    bool isNumber = false;
    number = text.toInt(&isNumber);
    if (isNumber && number >= lowest)
        return IPCError();
    return badUsage("--"_L1 % nameOf(option) % " is a whole number, "_L1 % QString::number(lowest)
                    % " or more, not '"_L1 % text % '\''_L1);
}

IPCError Parsing::readTimeout(std::optional<milliseconds> &timeout) const
{
    int count = 0;
    if (const IPCError error = readNumber(Option::Timeout, 0, count))
        return error;
    if (has(Option::Timeout))
        timeout = milliseconds{count};
    return IPCError();
}

IPCError Parsing::readCommand(QString &command) const
{
    if (!has(Option::OnActivate))
        return IPCError();
    command = valueOf(Option::OnActivate);
    if (command.isEmpty())
        return badUsage("--on-activate is a command for the shell, not ''"_L1);
    return IPCError();
}

IPCError Parsing::readScope(IPCSingleInstance::Scope &scope) const
{
    if (!has(Option::Scope))
        return IPCError();
    const QString name = valueOf(Option::Scope);
    if (name == "user"_L1)
        scope = IPCSingleInstance::Scope::User;
    else if (name == "session"_L1)
        scope = IPCSingleInstance::Scope::Session;
    else if (name == "display"_L1)
        scope = IPCSingleInstance::Scope::Display;
    else
        return badUsage("--scope is user, session or display, not '"_L1 % name % '\''_L1);
    return IPCError();
}

IPCError Parsing::readDirectory(QString &directory) const
{
    if (!has(Option::Directory))
        return IPCError();
    directory = valueOf(Option::Directory);
    if (directory.isEmpty())
        return badUsage("--directory is a folder, not ''"_L1);
    return IPCError();
}

IPCError Parsing::readReply(std::optional<QVariant> &reply)
{
    if (!has(Option::Reply))
        return IPCError();
    const IPCResult<QVariant> value = m_values.read(valueOf(Option::Reply), valueKind());
    if (!value)
        return badUsage("--reply "_L1 % value.error().message());
    reply = *value;
    return IPCError();
}

IPCError Parsing::readPayload(QVariant &payload)
{
    if (!has(Option::Payload))
        return IPCError();
    // Always JSON, so that plain messages can go with a payload that says more.
    const IPCResult<QVariant> value =
        m_values.read(valueOf(Option::Payload), ValueReader::Kind::Json);
    if (!value)
        return badUsage("--payload "_L1 % value.error().message());
    payload = *value;
    return IPCError();
}

IPCError Parsing::readOperands(Options &options, QStringList &values) const
{
    QStringList operands = m_parser.positionalArguments();
    if (operands.isEmpty())
        return badUsage(targetName() % " is missing"_L1 % seeHelp());
    options.target = operands.takeFirst();

    const qsizetype words = most(m_command.words, operands.size());
    options.words = operands.first(words);
    options.hasWords = words > 0 || m_arguments.contains("--"_L1);
    operands.remove(0, words);
    if (isNeeded(m_command.words) && words == 0)
        return badUsage("TOPIC is missing"_L1 % seeHelp());

    const qsizetype count = most(m_command.values, operands.size());
    if (isNeeded(m_command.values) && count == 0)
        return badUsage("JSON is missing"_L1 % seeHelp());
    if (operands.size() > count) {
        return badUsage("'"_L1 % operands.at(count)
                        % "' is one argument too many (are quotes missing?)"_L1 % seeHelp());
    }
    values = operands;
    return IPCError();
}

IPCError Parsing::readValues(const QStringList &texts, QVariantList &values)
{
    for (const QString &text : texts) {
        const IPCResult<QVariant> value = m_values.read(text, valueKind());
        if (!value) {
            const bool isWord = !text.isEmpty() && text.front().isLetter();
            return badUsage(value.error().message()
                            % (isWord ? "; --string takes it as text"_L1 : ""_L1));
        }
        values.append(*value);
    }
    return IPCError();
}

} // namespace

const std::array<OptionText, 16> &optionTexts()
{
    static const std::array<OptionText, 16> all = {{
        {Option::Echo, {}, "echo"_L1, {}, "answer each request with itself"_L1},
        {Option::Reply, {}, "reply"_L1, "JSON"_L1, "answer each request with this value"_L1},
        {Option::Interactive, {}, "interactive"_L1, {}, "read commands from standard input"_L1},
        {Option::Count, "c"_L1, "count"_L1, "N"_L1, "how many round trips (default: 4)"_L1},
        {Option::OnActivate,
         {},
         "on-activate"_L1,
         "CMD"_L1,
         "what the primary runs for each start"_L1},
        {Option::Wait, {}, "wait"_L1, {}, "wait until the primary is done with the ARGs"_L1},
        {Option::Scope,
         {},
         "scope"_L1,
         "SCOPE"_L1,
         "one primary per user (default), session or display"_L1},
        {Option::Directory,
         {},
         "directory"_L1,
         "DIR"_L1,
         "keep apart from all starts with another DIR"_L1},
        {Option::String, {}, "string"_L1, {}, "the values are plain text, not JSON"_L1},
        {Option::Codec,
         {},
         "codec"_L1,
         "json|msgpack|auto"_L1,
         "how values are encoded (default: auto)"_L1},
        {Option::Compress,
         {},
         "compress"_L1,
         {},
         "ask for compression (a server always agrees)"_L1},
        {Option::Payload,
         {},
         "payload"_L1,
         "JSON"_L1,
         "a value that introduces this one to the other side"_L1},
        {Option::Timeout,
         {},
         "timeout"_L1,
         "MS"_L1,
         "milliseconds to wait (default: 10000; 0: for ever)"_L1},
        {Option::Retry, {}, "retry"_L1, {}, "connect again if that fails, or if it is lost"_L1},
        {Option::Help, "h"_L1, "help"_L1, {}, "show this help"_L1},
        {Option::Version, "V"_L1, "version"_L1, {}, "show the version"_L1},
    }};
    return all;
}

QString wrongFirstOption(const QString &argument)
{
    const QString name = argument.mid(argument.startsWith("--"_L1) ? 2 : 1).section(u'=', 0, 0);
    const auto isMeant = [&name](const OptionText &text) {
        return !name.isEmpty() && (text.name == name || text.shortName == name);
    };
    const auto &all = optionTexts();
    if (std::any_of(all.begin(), all.end(), isMeant))
        return "options stand behind the command: qipc COMMAND PATH "_L1 % argument;
    const QString nearest = nearestName(name, {nameOf(Option::Help), nameOf(Option::Version)});
    return "there is no option "_L1 % argument
        % (nearest.isEmpty() ? QString(u"; see 'qipc --help'"_s)
                             : QString("; did you mean --"_L1 % nearest % '?'_L1));
}

IPCResult<Options> Options::parse(const Command &command, const QStringList &arguments)
{
    Options options;
    if (const IPCError error = Parsing(command, arguments).run(options))
        return error;
    return options;
}

} // namespace qipc::cli
