// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// A server and a client in one program, which is built by the ways to use QIpc that the examples do
// not show. Exits with 0 where the client reached the server.

#include <QIpc/IPCClient>
#include <QIpc/IPCServer>

#include <QtCore/QCoreApplication>
#include <QtCore/QTemporaryDir>

using namespace std::chrono_literals;

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("socket"));

    IPCServer server(path);
    if (!server.listen())
        return 1;

    IPCClient client(path);
    client.connectToServer();
    return client.waitForReady(10s) ? 0 : 2;
}
