// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Asks for four things at once, answers a question of the server meanwhile, and leaves when each of
// its own has been answered or has failed.

#include <QIpc/IPCClient>

#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>

using namespace std::chrono_literals;

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    IPCClient client(QStringLiteral("qipc-requests"));

    QObject::connect(&client, &IPCClient::requestReceived, &app,
                     [](const QVariant &question, const IPCResponder &respond) {
                         qInfo() << "the server asks" << question.toString();
                         respond(QStringLiteral("Ada"));
                     });
    QObject::connect(&client, &IPCClient::closed, &app, &QCoreApplication::quit);

    int open = 0;
    const auto ask = [&](const QString &what) {
        ++open;
        client.request(what, 1s).then(&app, [&, what](const IPCResult<QVariant> &answer) {
            if (answer)
                qInfo() << what << "->" << answer->toStringList().join(u", ");
            else
                qInfo() << what << "->" << answer.error();
            if (--open == 0)
                client.close();
        });
    };

    client.connectToServer();
    ask(QStringLiteral("the time"));
    ask(QStringLiteral("all names"));
    ask(QStringLiteral("the meaning of it all")); // fails with RemoteError
    ask(QStringLiteral("something slow")); // fails with TimedOut
    return app.exec();
}
