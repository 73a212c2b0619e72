// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "xvfb.h"

using namespace Qt::StringLiterals;

Xvfb::Xvfb()
{
    m_server.setStandardErrorFile(QProcess::nullDevice());
    m_server.start(u"Xvfb"_s,
                   {u"-displayfd"_s, u"1"_s, u"-screen"_s, u"0"_s, u"1000x800x24"_s, u"-dpi"_s,
                    u"96"_s, u"-nolisten"_s, u"tcp"_s, u"-noreset"_s});
}

Xvfb::~Xvfb()
{
    m_server.terminate();
    m_server.waitForFinished();
}

QString Xvfb::display()
{
    while (m_display.isEmpty() && (m_server.canReadLine() || m_server.waitForReadyRead(20000))) {
        if (m_server.canReadLine())
            m_display = u':' + QString::fromLatin1(m_server.readLine().trimmed());
    }
    return m_display;
}
