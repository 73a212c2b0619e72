// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "desktop.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

namespace {

// The fonts of the screenshot.
constexpr auto fonts = R"(<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match><test name="family"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
</fontconfig>
)";

void end(QProcess &process)
{
    process.terminate();
    if (!process.waitForFinished(5000))
        process.kill();
    process.waitForFinished();
}

} // namespace

Desktop::Desktop()
{
    QFile file(m_home.filePath(u"fonts.conf"_s));
    if (file.open(QIODevice::WriteOnly))
        file.write(fonts);
    file.close();

    m_windowManager.setProcessEnvironment(environment());
    m_windowManager.setStandardErrorFile(QProcess::nullDevice());
    m_windowManager.start(u"metacity"_s, {u"--sm-disable"_s});
    m_neighbour.setProcessEnvironment(environment());
    m_neighbour.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_neighbour.start(QStringLiteral(NEIGHBOUR), QStringList());
}

Desktop::~Desktop()
{
    end(m_neighbour);
    end(m_windowManager);
}

QProcessEnvironment Desktop::environment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : {u"WAYLAND_DISPLAY"_s, u"XDG_ACTIVATION_TOKEN"_s,
                                u"DESKTOP_STARTUP_ID"_s, u"XDG_CURRENT_DESKTOP"_s})
        environment.remove(name);
    environment.insert(u"DISPLAY"_s, m_screen.display());
    environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
    environment.insert(u"QT_SCALE_FACTOR"_s, u"1"_s);
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    environment.insert(u"HOME"_s, m_home.path());
    environment.insert(u"XDG_RUNTIME_DIR"_s, m_home.path());
    environment.insert(u"FONTCONFIG_FILE"_s, m_home.filePath(u"fonts.conf"_s));
    environment.insert(u"GSETTINGS_BACKEND"_s, u"memory"_s);
    environment.insert(u"NO_AT_BRIDGE"_s, u"1"_s);
    environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"disabled:"_s);
    // libxkbcommon-x11 gives strndup() what no zero ends, and fontconfig keeps what it has.
    environment.insert(u"ASAN_OPTIONS"_s,
                       environment.value(u"ASAN_OPTIONS"_s)
                           + u":strict_string_checks=0:detect_leaks=0"_s);
    return environment;
}

QString Desktop::activeTitle()
{
    return xdotool({u"getactivewindow"_s, u"getwindowname"_s});
}

QString Desktop::title(const QString &window)
{
    return xdotool({u"getwindowname"_s, window});
}

QStringList Desktop::viewers()
{
    return xdotool({u"search"_s, u"--onlyvisible"_s, u"--class"_s, u"^viewer$"_s})
        .split(u'\n', Qt::SkipEmptyParts);
}

void Desktop::press(const QString &keys)
{
    xdotool({u"key"_s, u"--clearmodifiers"_s, keys});
}

// Tries again until there is a window manager.
bool Desktop::bringNeighbourToFront()
{
    const QString title = u"Neighbour"_s;
    const bool isInFront = QTest::qWaitFor(
        [&] {
            xdotool({u"search"_s, u"--onlyvisible"_s, u"--name"_s, title, u"windowactivate"_s});
            return activeTitle() == title;
        },
        30000);
    press(u"space"_s); // from now on what is older has to stay behind
    return isInFront;
}

void Desktop::minimize(const QString &window)
{
    xdotool({u"windowminimize"_s, window});
}

bool Desktop::grab(const QString &window, const QString &file)
{
    m_neighbour.readAllStandardOutput();
    m_neighbour.write(u"%1 %2\n"_s.arg(window, file).toUtf8());
    QByteArray answer;
    return QTest::qWaitFor(
        [&] {
            answer += m_neighbour.readAllStandardOutput();
            return answer.contains("saved");
        },
        20000);
}

QByteArray Desktop::launcherMessages()
{
    return m_neighbour.readAllStandardOutput();
}

// What it printed.
QString Desktop::xdotool(const QStringList &arguments)
{
    QProcess process;
    process.setProcessEnvironment(environment());
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(u"xdotool"_s, arguments);
    process.waitForFinished();
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
}
