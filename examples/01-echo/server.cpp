// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Sends every message back to where it came from.

#include <QIpc/IPCServer>

#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    IPCServer server(QStringLiteral("qipc-echo"));

    QObject::connect(&server, &IPCServer::messageReceived, &server,
                     [](const QVariant &message, IPCConnection *from) { from->send(message); });

    if (!server.listen()) {
        qCritical() << server.error();
        return 1;
    }
    qInfo() << "listening at" << server.address();
    return app.exec();
}
