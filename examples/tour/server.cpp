// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The server of the tour: greets its guests, adds numbers for them, and when told that it is
// closing time asks them all one thing and says farewell.

#include "say.h"

#include <QIpc/IPCServer>

#include <QtCore/QCoreApplication>

using Outcomes = QList<IPCOutcome<QVariant>>;

static void sayHere(const QString &what)
{
    say(QStringLiteral("server"), what);
}

static void welcome(IPCConnection *guest, const QVariant &payload)
{
    const QString name = payload.toMap().value(QStringLiteral("name")).toString();
    guest->setObjectName(name.isEmpty() ? QStringLiteral("somebody") : name);
    sayHere(QStringLiteral("%1 is here, process %2 of user %3, with the payload %4")
                .arg(guest->objectName())
                .arg(guest->credentials().pid())
                .arg(guest->credentials().userName(), text(payload)));
}

static void answer(const QVariant &request, const IPCResponder &respond, const IPCConnection *guest)
{
    sayHere(QStringLiteral("%1 requests %2").arg(guest->objectName(), text(request)));
    const QVariantList numbers = request.toMap().value(QStringLiteral("add")).toList();
    if (numbers.size() == 2)
        respond(numbers.first().toLongLong() + numbers.last().toLongLong());
    else
        respond.fail(QStringLiteral("unknown"), QStringLiteral("I can only add"));
}

static void closeUp(IPCServer &server)
{
    server.survey(QStringLiteral("did you like it?"))
        .then(&server, [&server](const IPCResult<Outcomes> &survey) {
            for (const auto &outcome : survey.valueOr({})) {
                if (outcome.connection && outcome.result)
                    sayHere(
                        QStringLiteral("%1 answers %2")
                            .arg(outcome.connection->objectName(), text(outcome.result.value())));
            }
            for (IPCConnection *guest : server.connections())
                guest->close(QStringLiteral("closing time"));
            server.close();
        });
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    IPCServer server(app.arguments().value(1));

    QObject::connect(&server, &IPCServer::ready, &app, [](const QString &address) {
        sayHere(QStringLiteral("listening at ") + address);
    });
    QObject::connect(&server, &IPCServer::connected, &app, &welcome);
    QObject::connect(&server, &IPCServer::messageReceived, &app,
                     [&](const QVariant &message, IPCConnection *guest) {
                         sayHere(
                             QStringLiteral("%1 says %2").arg(guest->objectName(), text(message)));
                         if (message == QStringLiteral("closing time"))
                             closeUp(server);
                         else
                             guest->send(QStringLiteral("welcome, ") + guest->objectName());
                     });
    QObject::connect(&server, &IPCServer::requestReceived, &app, &answer);
    QObject::connect(&server, &IPCServer::subscribed, &app,
                     [](const QString &topic, const IPCConnection *guest) {
                         sayHere(
                             QStringLiteral("%1 subscribes to %2").arg(guest->objectName(), topic));
                     });
    QObject::connect(&server, &IPCServer::disconnected, &app, [](const IPCConnection *guest) {
        sayHere(QStringLiteral("%1 has gone").arg(guest->objectName()));
    });
    QObject::connect(&server, &IPCServer::closed, &app, [] {
        sayHere(QStringLiteral("closed"));
        QCoreApplication::quit();
    });

    if (!server.listen()) {
        sayHere(server.error().message());
        return 1;
    }
    return app.exec();
}
