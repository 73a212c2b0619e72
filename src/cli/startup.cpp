// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "startup_p.h"

#include "streams_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <tuple>

#ifdef Q_OS_UNIX
#include <clocale>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <langinfo.h>
#include <unistd.h>
#endif

namespace qipc::cli {

#ifdef Q_OS_UNIX
namespace {

// In the place of a standard stream that is closed, the next descriptor would come, maybe a
// connection: what is printed would go there.
void openStandardStreams()
{
    int opened = -1;
    do {
        opened = ::open("/dev/null", O_RDWR); // takes the lowest number that is free
    } while (opened >= 0 && opened <= STDERR_FILENO);
    if (opened >= 0)
        ::close(opened);
}

constexpr auto localeVariable = "LC_ALL";

bool localeReplaced = false;
QByteArray replacedLocale; // null: there was none

// Qt wants a UTF-8 locale, and elsewhere says so on standard error, where only our words belong.
// NOLINTBEGIN(concurrency-mt-unsafe): there is no other thread yet
void ensureUtf8Locale()
{
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return;
    if (qEnvironmentVariableIsSet(localeVariable))
        replacedLocale = qgetenv(localeVariable);
    localeReplaced = qputenv(localeVariable, QByteArray("C.UTF-8"));
}
// NOLINTEND(concurrency-mt-unsafe)

} // namespace
#endif

namespace {

// Qt's own handler loses what a non-blocking standard error does not take, or writes to a journal
// where it is no terminal.
void printLog(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const QByteArray line = qFormatLogMessage(type, context, text).toUtf8() + '\n';
    std::ignore = writeAll(OutputStream::Errors, line);
}

} // namespace

void prepareProcess()
{
    qInstallMessageHandler(printLog);
#ifdef Q_OS_UNIX
    // Writing to a pipe that nobody reads has to be an error, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    openStandardStreams();
    ensureUtf8Locale();
#endif
}

void restoreEnvironment()
{
#ifdef Q_OS_UNIX
    if (!localeReplaced)
        return;
    if (replacedLocale.isNull())
        qunsetenv(localeVariable);
    else
        qputenv(localeVariable, replacedLocale);
#endif
}

} // namespace qipc::cli
