// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// instance ID COMMAND [ARGUMENT…]: a start of the program ID. Prints what happens to it, each a
// line.
//
//   run     a secondary hands over and ends with the exit code; a primary runs until its stdin
//   closes stay    a secondary stays
//
// A primary answers a start whose first argument is a number with that, and any other with 0.
// QIPC_TEST_DIRECTORY is the folder to elect in, and QIPC_TEST_DISPLAY asks for one primary on each
// display.

#include <QIpc/IPCSingleInstance>

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QMetaEnum>
#include <QtCore/QSocketNotifier>

#include <cstdio>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

static void say(const QString &line)
{
    std::printf("%s\n", qPrintable(line));
    std::fflush(stdout);
}

static QString asJson(const IPCActivation &activation)
{
    const QJsonArray all{
        QJsonArray::fromStringList(activation.arguments()), activation.workingDirectory(),
        QString::fromUtf8(activation.activationToken()), QString::fromUtf8(activation.startupId())};
    return QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact));
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(3);
    IPCSingleInstance instance(QCoreApplication::arguments().value(1));
    instance.setDirectory(qEnvironmentVariable("QIPC_TEST_DIRECTORY"));
    if (qEnvironmentVariableIsSet("QIPC_TEST_DISPLAY"))
        instance.setScope(IPCSingleInstance::Scope::Display);
    QObject::connect(&instance, &IPCSingleInstance::errorOccurred, &app,
                     [](const IPCError &error) { say(u"lost "_s + error.message()); });
    QObject::connect(&instance, &IPCSingleInstance::activated, &app,
                     [](const IPCActivation &activation) {
                         say(u"activated "_s + asJson(activation));
                         activation.exit(activation.arguments().value(0).toInt());
                     });
    QObject::connect(
        &instance, &IPCSingleInstance::roleChanged, &app, [](IPCSingleInstance::Role role) {
            say(u"role "_s
                + QString::fromLatin1(QMetaEnum::fromType<decltype(role)>().valueToKey(int(role))));
        });
    QElapsedTimer time;
    time.start();
    const auto role = instance.start(2s);
    say(u"started after %1 ms"_s.arg(time.elapsed()));
    if (role == IPCSingleInstance::Role::Failed || role == IPCSingleInstance::Role::Unresponsive) {
        say(u"error "_s + instance.error().message());
        return 100;
    }
    if (role == IPCSingleInstance::Role::Secondary
        && QCoreApplication::arguments().value(2) == u"run") {
        const auto code = instance.handOver(arguments, 10s);
        if (code)
            return *code;
        say(u"not handed over: "_s + code.error().message());
        if (instance.role() != IPCSingleInstance::Role::Primary)
            return 101;
    }
    QSocketNotifier end(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&end, &QSocketNotifier::activated, &app, &QCoreApplication::quit);
    return app.exec();
}
