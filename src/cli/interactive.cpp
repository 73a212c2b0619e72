// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "interactive_p.h"

#include "json_p.h"
#include "output_p.h"

using namespace Qt::StringLiterals;

namespace qipc::cli {

namespace {

//! The argument of a command that says whom or what topic it concerns.
struct Addressed
{
    explicit Addressed(const QVariant &argument)
    {
        const QVariantList list = argument.toList();
        isValid = argument.typeId() == QMetaType::QVariantList && list.size() == 2
            && list.first().typeId() == QMetaType::QString;
        if (isValid) {
            name = list.first().toString();
            value = list.last();
        }
    }

    bool isValid = false;
    QString name;
    QVariant value;
};

void printError(const IPCError &error)
{
    JsonLine().add(u"error", error).print();
}

template <typename T>
void printResult(QStringView key, const IPCResult<T> &result)
{
    if (result)
        JsonLine().add(key, *result).print();
    else
        printError(result.error());
}

void writeOutcome(JsonWriter &writer, const IPCOutcome<QVariant> &outcome)
{
    writer.beginMap(2);
    writer.key(u"id");
    writer.string(outcome.id);
    if (outcome.result) {
        writer.key(u"value");
        writeValue(writer, *outcome.result);
    } else {
        writer.key(u"error");
        writeError(writer, outcome.result.error());
    }
    writer.endMap();
}

void printSurvey(const IPCResult<QList<IPCOutcome<QVariant>>> &result)
{
    if (!result) {
        printError(result.error());
        return;
    }
    JsonLine line;
    JsonWriter &writer = line.writerFor(u"survey");
    writer.beginList(result->size());
    for (const IPCOutcome<QVariant> &outcome : *result)
        writeOutcome(writer, outcome);
    writer.endList();
    line.print();
}

[[nodiscard]] bool isEmptyMap(const QVariant &value)
{
    return value.typeId() == QMetaType::QVariantMap && value.toMap().isEmpty();
}

} // namespace

Interactive::Interactive(IPCServer &server)
    : m_server(server)
{
}

void Interactive::execute(const QByteArray &line)
{
    ++m_lineNumber;
    if (line.trimmed().isEmpty())
        return;
    const QString problem = run(line);
    if (!problem.isEmpty())
        complain("line "_L1 % QString::number(m_lineNumber) % ": "_L1 % problem);
}

QString Interactive::run(const QByteArray &line)
{
    const IPCResult<QVariant> command = fromJson(line);
    if (!command)
        return command.error().message();
    const QVariantMap map = command->toMap();
    if (map.size() != 1)
        return u"has to be an object with one key, such as {\"broadcast\":\"hello\"}"_s;
    const Handler handler = findHandler(map.firstKey());
    if (!handler)
        return "there is no command '"_L1 % map.firstKey() % "'; see 'qipc serve --help'"_L1;
    return (this->*handler)(map.first());
}

Interactive::Handler Interactive::findHandler(const QString &name)
{
    static const QHash<QString, Handler> handlers = {
        {u"broadcast"_s, &Interactive::broadcast},
        {u"survey"_s, &Interactive::survey},
        {u"publish"_s, &Interactive::publish},
        {u"send"_s, &Interactive::send},
        {u"request"_s, &Interactive::request},
        {u"close"_s, &Interactive::close},
        {u"closeForRestart"_s, &Interactive::closeForRestart},
    };
    return handlers.value(name, nullptr);
}

QString Interactive::broadcast(const QVariant &argument)
{
    printResult(u"broadcast", m_server.broadcast(argument));
    return QString();
}

QString Interactive::survey(const QVariant &argument)
{
    m_server.survey(argument).then(this, &printSurvey);
    return QString();
}

QString Interactive::publish(const QVariant &argument)
{
    const Addressed to(argument);
    if (!to.isValid)
        return u"publish takes [TOPIC,VALUE]"_s;
    printResult(u"publish", m_server.publish(to.name, to.value));
    return QString();
}

QString Interactive::send(const QVariant &argument)
{
    const Addressed to(argument);
    if (!to.isValid)
        return u"send takes [ID,VALUE]"_s;
    if (IPCConnection *connection = findConnection(to.name)) {
        connection->send(to.value).then(this, [](const IPCResult<void> &sent) {
            printResult(u"send", sent ? IPCResult<bool>(true) : IPCResult<bool>(sent.error()));
        });
    }
    return QString();
}

QString Interactive::request(const QVariant &argument)
{
    const Addressed to(argument);
    if (!to.isValid)
        return u"request takes [ID,VALUE]"_s;
    if (IPCConnection *connection = findConnection(to.name)) {
        connection->request(to.value).then(
            this, [](const IPCResult<QVariant> &answer) { printResult(u"request", answer); });
    }
    return QString();
}

QString Interactive::close(const QVariant &argument)
{
    if (!isEmptyMap(argument))
        return u"close takes {}"_s;
    m_server.close();
    return QString();
}

QString Interactive::closeForRestart(const QVariant &argument)
{
    if (!isEmptyMap(argument))
        return u"closeForRestart takes {}"_s;
    m_server.closeForRestart();
    return QString();
}

IPCConnection *Interactive::findConnection(const QString &id) const
{
    IPCConnection *connection = m_server.connection(id);
    if (!connection) {
        printError(IPCError(IPCError::Code::InvalidArgument,
                            QString("no client has the id '"_L1 % id % '\''_L1)));
    }
    return connection;
}

} // namespace qipc::cli
