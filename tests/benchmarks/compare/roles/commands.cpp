// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "commands.h"

#include <QtCore/QJsonDocument>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace compare {

namespace {

void print(const QJsonObject &answer)
{
    const QByteArray line = QJsonDocument(answer).toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(line.data(), 1, size_t(line.size()), stdout);
    std::fflush(stdout);
}

} // namespace

Commands::Commands(Handler handler)
    : m_handler(std::move(handler))
    , m_notifier(STDIN_FILENO, QSocketNotifier::Read)
{
    QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_loop, [this] { read(); });
    print({});
}

void Commands::answerNext()
{
    while (!m_input.contains('\n'))
        m_loop.exec();
    const qsizetype end = m_input.indexOf('\n');
    const auto command = QJsonDocument::fromJson(m_input.left(end)).object();
    m_input.remove(0, end + 1);
    print(m_handler(command));
}

void Commands::read()
{
    std::array<char, 4096> buffer{};
    const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got <= 0)
        std::_Exit(EXIT_SUCCESS); // whoever gave the commands has gone
    m_input.append(buffer.data(), got);
    m_loop.quit();
}

} // namespace compare
