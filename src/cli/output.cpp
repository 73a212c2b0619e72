// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "output_p.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstdio>

namespace qipc::cli {

namespace {

// The errno that standard output failed with, or 0.
int outputError = 0;

// A peer's words may be part of a text; they must not play tricks with the terminal.
[[nodiscard]] QString onOneLine(QString text)
{
    for (QChar &c : text) {
        if (c.category() == QChar::Other_Control)
            c = QLatin1Char(' ');
    }
    return text;
}

void endAfterFailure(int error)
{
    outputError = error;
    if (error != EPIPE)
        complain(QStringLiteral("cannot write to standard output: ") % qt_error_string(error));
    QCoreApplication::exit(int(withOutputStatus(ExitStatus::Done)));
}

} // namespace

void printLine(const QByteArray &line)
{
    if (outputError != 0)
        return;
    // One call for the line and its end: to a pipe that others write to as well, it goes whole.
    const QByteArray bytes = line + '\n';
    const bool written =
        std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stdout) == size_t(bytes.size());
    if (!written || std::fflush(stdout) != 0)
        endAfterFailure(errno);
}

void complain(const QString &text)
{
    const QByteArray line = "qipc: " + onOneLine(text).toUtf8() + '\n';
    std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
}

ExitStatus withOutputStatus(ExitStatus status)
{
    switch (outputError) {
    case 0:
        return status;
    case EPIPE:
        return ExitStatus::Done;
    default:
        return ExitStatus::BadUsage;
    }
}

} // namespace qipc::cli
