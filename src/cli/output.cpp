// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "output_p.h"

#include "streams_p.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <tuple>
#include <utility>

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
    if (std::exchange(outputError, error) != 0)
        return;
    if (error == ETIMEDOUT)
        complain(QStringLiteral("standard output is not read; what was still to print is lost"));
    else if (error != EPIPE)
        complain(QStringLiteral("cannot write to standard output: ") % qt_error_string(error));
    QCoreApplication::exit(int(withOutputStatus(ExitStatus::Done)));
}

} // namespace

void printLine(const QByteArray &line)
{
    if (outputError != 0)
        return;
    if (const int error = writeAll(OutputStream::Output, QByteArray(line + '\n')))
        endAfterFailure(error);
}

void endOutput()
{
    endAfterFailure(EPIPE);
}

void complain(const QString &text)
{
    // There is nobody left to tell where this fails.
    const QByteArray line = "qipc: " + onOneLine(text).toUtf8() + '\n';
    std::ignore = writeAll(OutputStream::Errors, line);
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
