// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "contender.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace compare {

QString Contender::id() const
{
    switch (dispatcher) {
    case Dispatcher::Qt:
        return peer.name;
    case Dispatcher::GLib:
        return peer.name + u"+glib";
    }
    Q_UNREACHABLE();
}

Pair::Pair(const Contender &contender)
    : m_contender(contender)
    , m_server(command(u"--serve"_s), contender.dispatcher)
    , m_client(makeClient())
{
}

QStringList Pair::command(const QString &role) const
{
    QStringList command = m_contender.peer.program;
    if (command.isEmpty())
        command << QCoreApplication::applicationFilePath();
    return command << role << m_contender.peer.name << m_folder.filePath(u"socket"_s);
}

std::unique_ptr<Process> Pair::makeClient() const
{
    return std::make_unique<Process>(command(u"--ask"_s), m_contender.dispatcher);
}

void Pair::place(Placement placement)
{
    switch (placement) {
    case Placement::Anywhere:
        m_server.pin(-1);
        m_client->pin(-1);
        return;
    case Placement::OneCore:
        m_server.pin(0);
        m_client->pin(0);
        return;
    case Placement::Apart:
        m_server.pin(0);
        m_client->pin(1);
        return;
    }
}

} // namespace compare
