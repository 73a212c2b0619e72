// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Sends one message, prints what comes back, and leaves.

#include <QIpc/IPCClient>

#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    IPCClient client(QStringLiteral("qipc-echo"));

    QObject::connect(&client, &IPCClient::messageReceived, &app, [&](const QVariant &message) {
        qInfo() << "back came" << message.toString();
        client.close().then(&app, [&](const IPCResult<void> &) { app.exit(0); });
    });
    QObject::connect(&client, &IPCClient::errorOccurred, &app, [&](const IPCError &error) {
        qCritical() << error;
        app.exit(1);
    });

    client.connectToServer();
    client.send(QStringLiteral("hello"));
    return app.exec();
}
