// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Answers requests: at once, with an error, too late, and after having asked everybody else.

#include <QIpc/IPCServer>

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QDebug>
#include <QtCore/QTimer>

using namespace std::chrono_literals;

using Outcomes = QList<IPCOutcome<QVariant>>;

//! Asks all clients for their names, and answers with those who told.
static void tellNames(IPCServer &server, const IPCResponder &respond)
{
    server.survey(QStringLiteral("your name?"), 2s)
        .then(&server, [respond](const IPCResult<Outcomes> &survey) {
            QStringList names;
            for (const auto &outcome : survey.valueOr({})) {
                if (outcome.result)
                    names << outcome.result.value().toString();
            }
            respond(names);
        });
}

//! Answers after five seconds; a responder can be kept, and called later.
static void takeTime(const IPCResponder &respond)
{
    QTimer::singleShot(5s, [respond] { respond(QStringLiteral("done at last")); });
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    IPCServer server(QStringLiteral("qipc-requests"));

    QObject::connect(&server, &IPCServer::requestReceived, &server,
                     [&](const QVariant &request, const IPCResponder &respond) {
                         const QString what = request.toString();
                         if (what == u"the time")
                             respond(QTime::currentTime().toString());
                         else if (what == u"all names")
                             tellNames(server, respond);
                         else if (what == u"something slow")
                             takeTime(respond);
                         else
                             respond.fail(QStringLiteral("unknown"),
                                          QStringLiteral("I know nothing of %1").arg(what));
                     });

    if (!server.listen()) {
        qCritical() << server.error();
        return 1;
    }
    qInfo() << "listening at" << server.address();
    return app.exec();
}
