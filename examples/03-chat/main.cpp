// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// A chat room of one window per process: the first that is started serves, the others join it.

#include <QtCore/QCommandLineParser>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtGui/QGuiApplication>
#include <QtQml/QQmlApplicationEngine>

namespace {

QString loginName()
{
    const QString user = qEnvironmentVariable("USER", qEnvironmentVariable("USERNAME"));
    return user.isEmpty() ? QFileInfo(QDir::homePath()).owner() : user;
}

// A folder of this user alone.
QString defaultRoom()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation))
        .filePath(QStringLiteral("Lounge"));
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));

    QGuiApplication app(argc, argv);
    QGuiApplication::setApplicationName(QStringLiteral("chat"));

    QCommandLineParser parser;
    const QCommandLineOption name(QStringLiteral("name"), QStringLiteral("Your name in the room."),
                                  QStringLiteral("NAME"), loginName());
    const QCommandLineOption room(QStringLiteral("room"),
                                  QStringLiteral("The room: where its socket is."),
                                  QStringLiteral("PATH"));
    parser.addOptions({name, room});
    parser.addHelpOption();
    parser.process(app);
    parser.parse(arguments); // on X11 Qt takes --name for the window's class, and removes it

    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral(QIPC_QML_IMPORT_PATH));
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.setInitialProperties(
        {{QStringLiteral("roomPath"), parser.isSet(room) ? parser.value(room) : defaultRoom()},
         {QStringLiteral("userName"), parser.value(name)}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Chat/Main.qml")));
    return engine.rootObjects().isEmpty() ? 1 : QGuiApplication::exec();
}
