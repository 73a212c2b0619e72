// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "displayname_p.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

bool isNumber(QStringView text)
{
    bool isUnsigned = false;
    (void)text.toUInt(&isUnsigned); // which takes spaces and signs, too
    return isUnsigned && text.front().isDigit() && text.back().isDigit();
}

// Without the number of a screen at the end.
QStringView withoutScreen(QStringView text)
{
    const qsizetype dot = text.lastIndexOf(u'.');
    return dot >= 0 && isNumber(text.sliced(dot + 1)) ? text.first(dot) : text;
}

QString localDisplay(QStringView number)
{
    return u':' + QString::number(number.toUInt());
}

// The socket's own folder of X, where `:0` is the file X0.
QString displayAtSocket(const QString &path)
{
    // What is there by its whole name is a socket, and what ends it no screen: as libxcb does it.
    const QString socket =
        QDir::cleanPath(QFileInfo::exists(path) ? path : withoutScreen(path).toString());
    const QString standard = u"/tmp/.X11-unix/X"_s;
    const QStringView rest = QStringView(socket).mid(standard.size());
    return socket.startsWith(standard) && isNumber(rest) ? localDisplay(rest) : socket;
}

} // namespace

QString x11DisplayName(const QString &display)
{
    const QString local = u"unix:"_s;
    if (display.startsWith(u'/'))
        return displayAtSocket(display);
    if (display.startsWith(local + u'/'))
        return displayAtSocket(display.mid(local.size()));

    const QStringView whole(display);
    const qsizetype slash = whole.lastIndexOf(u'/');
    const QStringView protocol = whole.first(qMax<qsizetype>(slash, 0));
    const QStringView address = whole.sliced(slash + 1);
    const qsizetype colon = address.lastIndexOf(u':');
    if (colon < 0)
        return display;
    QStringView host = address.first(colon);
    const QStringView number = withoutScreen(address.sliced(colon + 1));
    if (!isNumber(number))
        return display;
    if (protocol == u"unix" || host.isEmpty() || host == u"unix")
        return localDisplay(number);
    if (host.startsWith(u'[') && host.endsWith(u']')) // an address of IPv6
        host = host.sliced(1, host.size() - 2);
    return host.toString().toLower() + localDisplay(number);
}

QString waylandDisplayName(const QString &display, const QString &runtimeFolder)
{
    return QDir::cleanPath(display.startsWith(u'/') ? display : runtimeFolder + u'/' + display);
}

} // namespace qipc
