// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// A guest of the tour: comes with a payload, says something, makes requests, subscribes to a topic,
// and stays until the server says farewell. Its exit status tells whether it saw all that.

#include "say.h"

#include <QIpc/IPCClient>

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

using namespace std::chrono_literals;

class Guest : public QObject
{
public:
    Guest(const QString &path, const QString &name);

    void come() { m_client.connectToServer(); }

private:
    void sayHere(const QString &what) const { say(m_name, what); }
    void saw(const QString &what) { m_missing.removeAll(what); }
    void talk();
    void addNumbers();
    void askForTea();
    void subscribe();
    void leave(const QVariant &reason);

    const QString m_name;
    IPCClient m_client;
    QStringList m_missing{
        QStringLiteral("a message"), QStringLiteral("an answer"),  QStringLiteral("an error"),
        QStringLiteral("news"),      QStringLiteral("a question"),
    };
};

Guest::Guest(const QString &path, const QString &name)
    : m_name(name)
    , m_client(path)
{
    m_client.setPayload(QVariantMap{{QStringLiteral("name"), name},
                                    {QStringLiteral("speaks"), QStringLiteral("C++")}});
    connect(&m_client, &IPCClient::ready, this, &Guest::talk);
    connect(&m_client, &IPCClient::messageReceived, this, [this](const QVariant &message) {
        sayHere(QStringLiteral("the server says %1").arg(text(message)));
        saw(QStringLiteral("a message"));
        addNumbers();
    });
    connect(&m_client, &IPCClient::published, this,
            [this](const QString &topic, const QVariant &message) {
                sayHere(QStringLiteral("%1: %2").arg(topic, text(message)));
                saw(QStringLiteral("news"));
            });
    connect(&m_client, &IPCClient::requestReceived, this,
            [this](const QVariant &question, const IPCResponder &respond) {
                sayHere(QStringLiteral("the server asks %1").arg(text(question)));
                respond(QStringLiteral("yes, thank you"));
                saw(QStringLiteral("a question"));
            });
    connect(&m_client, &IPCClient::errorOccurred, this,
            [this](const IPCError &error) { sayHere(error.message()); });
    connect(&m_client, &IPCClient::closed, this, &Guest::leave);
    QTimer::singleShot(20s, this, [this] { m_client.close(QStringLiteral("out of patience")); });
}

void Guest::talk()
{
    sayHere(QStringLiteral("I say \"good morning\""));
    m_client.send(QStringLiteral("good morning"));
}

void Guest::addNumbers()
{
    m_client.request(QVariantMap{{QStringLiteral("add"), QVariantList{19, 23}}})
        .then(this, [this](const IPCResult<QVariant> &sum) {
            sayHere(QStringLiteral("19 + 23 is %1").arg(text(sum.valueOr({}))));
            if (sum && sum.value() == 42)
                saw(QStringLiteral("an answer"));
            askForTea();
        });
}

void Guest::askForTea()
{
    m_client.request(QStringLiteral("tea")).then(this, [this](const IPCResult<QVariant> &tea) {
        sayHere(QStringLiteral("no tea: \"%1\"").arg(tea.error().message()));
        if (tea.error().code() == IPCError::Code::RemoteError)
            saw(QStringLiteral("an error"));
        subscribe();
    });
}

void Guest::subscribe()
{
    m_client.subscribe(QStringLiteral("news")).then(this, [this](const IPCResult<bool> &) {
        sayHere(QStringLiteral("waiting for news"));
    });
}

void Guest::leave(const QVariant &reason)
{
    sayHere(QStringLiteral("the server's farewell: %1").arg(text(reason)));
    for (const QString &what : std::as_const(m_missing))
        sayHere(QStringLiteral("this never came: ") + what);
    const bool polite = reason == QStringLiteral("closing time");
    QCoreApplication::exit(m_missing.isEmpty() && polite ? 0 : 1);
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    Guest guest(app.arguments().value(1), app.arguments().value(2));
    guest.come();
    return app.exec();
}
