// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "thisprocess_p.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <algorithm>
#include <atomic>

#ifdef Q_OS_UNIX
#include <cerrno>

#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

constexpr auto startupVariable = "DESKTOP_STARTUP_ID";

// On X11 Qt takes it out of the environment when it makes the QGuiApplication. Where this library
// is loaded before that, this is the value on every system.
const QByteArray startupIdAtLoad = qgetenv(startupVariable);

// What Linux keeps of the start of this process: texts that end with a null byte. None elsewhere.
QList<QByteArray> textsOfStart(const QString &name)
{
    QFile file("/proc/self/"_L1 + name);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return {};
    QByteArray content = file.readAll();
    if (content.isEmpty())
        return {};
    if (content.endsWith('\0'))
        content.chop(1);
    return content.split('\0');
}

// The QML plugin is loaded after the QGuiApplication was made.
QByteArray startupIdOfStart()
{
    if (!startupIdAtLoad.isEmpty())
        return startupIdAtLoad;
    const QByteArray prefix = QByteArray(startupVariable) + '=';
    const QList<QByteArray> variables = textsOfStart(u"environ"_s);
    for (const QByteArray &variable : variables) {
        if (variable.startsWith(prefix))
            return variable.mid(prefix.size());
    }
    return {};
}

} // namespace

// From the end: Qt and the program take options from the front, and what is handed over is mostly
// the rest.
QList<QByteArray> bytesOf(const QStringList &arguments)
{
    QList<QByteArray> bytes(arguments.size());
    const QList<QByteArray> own = textsOfStart(u"cmdline"_s);
    auto end = own.crbegin();
    for (qsizetype i = arguments.size() - 1; i >= 0; --i) {
        const QString &argument = arguments.at(i);
        const auto found = std::find_if(end, own.crend(), [&argument](const QByteArray &candidate) {
            return QString::fromLocal8Bit(candidate) == argument;
        });
        if (found == own.crend()) {
            bytes[i] = QFile::encodeName(argument);
        } else {
            bytes[i] = *found;
            end = std::next(found);
        }
    }
    return bytes;
}

QByteArray workingDirectoryBytes()
{
#ifdef Q_OS_UNIX
    constexpr qsizetype firstSize = 4096;
    for (QByteArray path(firstSize, Qt::Uninitialized);; path.resize(path.size() * 2)) {
        if (::getcwd(path.data(), size_t(path.size())))
            return path.constData(); // up to its null byte
        if (errno != ERANGE)
            return {};
    }
#else
    return QFile::encodeName(QDir::currentPath());
#endif
}

QByteArray takeStartupId()
{
    static std::atomic_flag isTaken = ATOMIC_FLAG_INIT;
    const bool wasTaken = isTaken.test_and_set();
    const QByteArray current = qgetenv(startupVariable);
    if (!current.isEmpty() || wasTaken)
        return current;
    return startupIdOfStart();
}

} // namespace qipc
