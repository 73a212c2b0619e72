// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "serve_p.h"

#include "answering_p.h"
#include "interactive_p.h"
#include "json_p.h"
#include "lineinput_p.h"
#include "options_p.h"
#include "output_p.h"
#include "outputwatch_p.h"
#include "terminationsignals_p.h"

#include <QIpc/ipcserver.h>

#include <QtCore/QCoreApplication>

#include <limits>
#include <optional>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc::cli {

namespace {

void configure(IPCServer &server, const Options &options)
{
    server.setEncoding(options.encoding);
    if (options.timeout)
        server.setRequestTimeout(*options.timeout);
}

void printConnected(const IPCConnection &connection, const QVariant &payload)
{
    const IPCCredentials who = connection.credentials();
    const auto known = [](qint64 id) { return id < 0 ? QVariant() : QVariant(id); };
    JsonLine()
        .add(u"event", u"connected"_s)
        .add(u"id", connection.id())
        .add(u"payload", payload)
        .add(u"pid", known(who.pid()))
        .add(u"uid", known(who.uid()))
        .print();
}

//! An event that concerns a connection, and says one more thing of it.
void printEvent(const QString &event, const IPCConnection &connection, QStringView key,
                const QVariant &value)
{
    JsonLine().add(u"event", event).add(u"id", connection.id()).add(key, value).print();
}

void printError(const IPCError &error, const IPCConnection *connection)
{
    JsonLine()
        .add(u"event", u"error"_s)
        .add(u"id", connection ? QVariant(connection->id()) : QVariant())
        .add(u"code", codeName(error.code()))
        .add(u"message", error.message())
        .print();
}

void printEvents(IPCServer &server)
{
    QObject::connect(&server, &IPCServer::ready, &server, [](const QString &address) {
        JsonLine().add(u"event", u"ready"_s).add(u"address", address).print();
    });
    QObject::connect(&server, &IPCServer::connected, &server,
                     [](IPCConnection *connection, const QVariant &payload) {
                         printConnected(*connection, payload);
                     });
    QObject::connect(&server, &IPCServer::messageReceived, &server,
                     [](const QVariant &message, IPCConnection *connection) {
                         printEvent(u"message"_s, *connection, u"message", message);
                     });
    QObject::connect(&server, &IPCServer::requestReceived, &server,
                     [](const QVariant &request, const IPCResponder &, IPCConnection *connection) {
                         printEvent(u"request"_s, *connection, u"request", request);
                     });
    QObject::connect(&server, &IPCServer::subscribed, &server,
                     [](const QString &topic, IPCConnection *connection) {
                         printEvent(u"subscribed"_s, *connection, u"topic", topic);
                     });
    QObject::connect(&server, &IPCServer::unsubscribed, &server,
                     [](const QString &topic, IPCConnection *connection) {
                         printEvent(u"unsubscribed"_s, *connection, u"topic", topic);
                     });
    QObject::connect(&server, &IPCServer::disconnected, &server,
                     [](IPCConnection *connection, const QVariant &reason) {
                         printEvent(u"disconnected"_s, *connection, u"reason", reason);
                     });
    QObject::connect(&server, &IPCServer::errorOccurred, &server, printError);
    QObject::connect(&server, &IPCServer::closed, &server,
                     [] { JsonLine().add(u"event", u"closed"_s).print(); });
}

void listenOrEnd(IPCServer &server)
{
    if (server.listen())
        return;
    complain(server.error().message());
    QCoreApplication::exit(int(exitStatus(server.error().code())));
}

} // namespace

ExitStatus serve(const Options &options)
{
    const TerminationSignals signal;
    const OutputWatch watch;
    std::optional<IPCServer> server(std::in_place, options.target);
    configure(*server, options);
    printEvents(*server);
    QObject::connect(&*server, &IPCServer::requestReceived, &*server,
                     [&options](const QVariant &request, const IPCResponder &responder) {
                         answer(options, request, responder);
                     });
    QObject::connect(&*server, &IPCServer::closed, &*server,
                     [] { QCoreApplication::exit(int(ExitStatus::Done)); });
    QObject::connect(&signal, &TerminationSignals::received, &*server,
                     [&server] { server->close(); });

    Interactive interactive(*server);
    std::optional<LineInput> input;
    if (options.interactive) {
        QObject::connect(&input.emplace(), &LineInput::lineReceived, &interactive,
                         &Interactive::execute);
    }

    // From inside the event loop, for only there it can be told to end.
    QMetaObject::invokeMethod(
        &*server, [&server] { listenOrEnd(*server); }, Qt::QueuedConnection);
    const auto status = ExitStatus(QCoreApplication::exec());
    // The loop may have ended before its time, where nobody reads what is printed. What is still
    // pending settles now, while those who wait for it are there.
    server.reset();
    return status;
}

} // namespace qipc::cli
