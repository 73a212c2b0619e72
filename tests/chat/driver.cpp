// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The window of examples/03-chat, and beside it a server that drives it for the test:
// driver CONTROL ROOM NAME [dark]

#include "remote.h"

#include <QIpc/IPCServer>

#include <QtCore/QLocale>
#include <QtGui/QFont>
#include <QtGui/QGuiApplication>
#include <QtGui/QPalette>
#include <QtQml/QQmlApplicationEngine>
#include <QtQuick/QQuickWindow>

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    const QStringList arguments = QGuiApplication::arguments();
    if (arguments.size() < 4)
        return 2;

    // What a desktop would give: a font, a language, a palette.
    QGuiApplication::setFont(QFont(QStringLiteral("Inter"), 10));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
    if (arguments.size() > 4)
        QGuiApplication::setPalette(QPalette(QColor(0x30, 0x30, 0x30)));

    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral(QIPC_QML_IMPORT_PATH));
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.setInitialProperties({{QStringLiteral("roomPath"), arguments.at(2)},
                                 {QStringLiteral("userName"), arguments.at(3)}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Chat/Main.qml")));
    if (engine.rootObjects().isEmpty())
        return 1;

    const Remote remote(qobject_cast<QQuickWindow *>(engine.rootObjects().constFirst()));
    IPCServer server(arguments.at(1));
    QObject::connect(&server, &IPCServer::requestReceived, &server,
                     [&](const QVariant &request, const IPCResponder &respond) {
                         respond(remote.answer(request.toMap()));
                     });
    return server.listen() ? QGuiApplication::exec() : 1;
}
