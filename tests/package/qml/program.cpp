// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Talks to itself in QML; ends with 0 when the answer has come.

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>
#include <QtQml/QQmlApplicationEngine>

static const char source[] = R"(
import QtQml
import QIpc

QtObject {
    property IPCServer server: IPCServer {
        id: server
        path: "qipc-package-" + Date.now()
        onRequestReceived: (request, respond) => respond("Hello, " + request)
        onReady: client.active = true
        Component.onCompleted: active = true
    }
    property IPCClient client: IPCClient {
        id: client
        path: server.path
        onReady: request("Ada").then(answer => Qt.exit(answer === "Hello, Ada" ? 0 : 1))
    }
}
)";

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral(IMPORT_PATH));
    engine.loadData(source);
    if (engine.rootObjects().isEmpty())
        return 2;
    QTimer::singleShot(10000, &app, [] { QCoreApplication::exit(3); });
    return app.exec();
}
