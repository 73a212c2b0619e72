// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "address_p.h"

#include <QtCore/QDir>
#ifdef Q_OS_UNIX
#include <QtCore/QFile>
#endif

using Code = IPCError::Code;

namespace qipc {

namespace {

#ifdef Q_OS_UNIX

// What fits struct sockaddr_un with its final NUL. On Linux one less than the system takes, for
// Qt's own clients keep two bytes of the 108; elsewhere a byte less than the 103 of macOS.
#ifdef Q_OS_LINUX
constexpr qsizetype longestAddress = 106;
#else
constexpr qsizetype longestAddress = 102;
#endif

bool namesAFolder(const QString &path)
{
    const QString last = path.section(u'/', -1);
    return last.isEmpty() || last == u"." || last == u"..";
}

// Qt has an empty answer where TMPDIR names no folder, which would make a name one of the root
// folder.
QString temporaryFolder()
{
    const QString folder = QDir::tempPath();
    return folder.isEmpty() ? qEnvironmentVariable("TMPDIR") : folder;
}

IPCResult<QString> absolutePath(const QString &path)
{
    if (path.startsWith(u'/'))
        return QDir::cleanPath(path);
    const bool isRelative = path.startsWith(u'.');
    const QString base = isRelative ? QDir::currentPath() : temporaryFolder();
    if (base.isEmpty()) // as of a working directory that was removed; "/" is not meant
        return IPCError(Code::NoSuchServer,
                        QStringLiteral("the address \"%1\" is in the %2, which does not exist; use "
                                       "an absolute path")
                            .arg(path,
                                 isRelative ? QLatin1String("working directory")
                                            : QLatin1String("temporary directory")));
    return QDir::cleanPath(base + u'/' + path);
}

IPCResult<QString> platformAddress(const QString &path)
{
    if (namesAFolder(path))
        return IPCError(
            Code::InvalidArgument,
            QStringLiteral("the address \"%1\" names a folder, not a socket").arg(path));
    const auto absolute = absolutePath(path);
    if (!absolute)
        return absolute;
    const QString &address = *absolute;
    const qsizetype length = QFile::encodeName(address).size();
    if (length > longestAddress)
        return IPCError(Code::NameTooLong,
                        QStringLiteral("the address \"%1\" takes %2 bytes; it may take %3")
                            .arg(address)
                            .arg(length)
                            .arg(longestAddress));
    return address;
}

#else

constexpr qsizetype longestAddress = 256; // of a named pipe, in UTF-16 units

IPCResult<QString> platformAddress(const QString &path)
{
    QString name = path.startsWith(u'/') ? path.mid(1) : path;
    name.replace(u'/', u'-');
    if (name.isEmpty() || name.contains(u'\\'))
        return IPCError(Code::InvalidArgument,
                        QStringLiteral("\"%1\" is not the name of a pipe: it is empty or has a "
                                       "backslash in it")
                            .arg(path));
    const QString address = QStringLiteral("\\\\.\\pipe\\") + name;
    if (address.size() > longestAddress)
        return IPCError(Code::NameTooLong,
                        QStringLiteral("the address \"%1\" takes %2 characters; it may take %3")
                            .arg(address)
                            .arg(address.size())
                            .arg(longestAddress));
    return address;
}

#endif

} // namespace

IPCResult<QString> resolveAddress(const QString &path)
{
    if (path.contains(QChar(u'\0')))
        return IPCError(Code::InvalidArgument, QStringLiteral("the address has a NUL in it"));
    return platformAddress(path.isEmpty() ? QStringLiteral("qipc") : path);
}

} // namespace qipc
