// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// startup_guest ID FOLDER: a program with windows whose QML, from the module in FOLDER, hands over
// to the primary of ID twice, and ends with the second exit code. It does not link the library, so
// that is loaded with the module, after the QGuiApplication was made.

#include <QtGui/QGuiApplication>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>

#include <memory>

using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    const QGuiApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    QQmlEngine engine;
    engine.addImportPath(arguments.value(2));
    QObject::connect(&engine, &QQmlEngine::exit, &app, &QCoreApplication::exit,
                     Qt::QueuedConnection);
    QQmlComponent component(&engine);
    const QString text = u"import QtQml\n"
                         "import QIpc\n"
                         "IPCSingleInstance {\n"
                         "    applicationId: '%1'\n"
                         "    Component.onCompleted: start()\n"
                         "        .then(() => handOver(['first']))\n"
                         "        .then(() => handOver(['second']))\n"
                         "        .then(code => Qt.exit(code), error => {\n"
                         "            console.warn(error.message)\n"
                         "            Qt.exit(100)\n"
                         "        })\n"
                         "}\n"_s.arg(arguments.value(1));
    component.setData(text.toUtf8(), QUrl());
    const std::unique_ptr<QObject> instance(component.create());
    if (!instance) {
        qWarning("%s", qPrintable(component.errorString()));
        return 101;
    }
    return QCoreApplication::exec();
}
