// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "displayname_p.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace qipc;

//! That the name of a display is the same however it is spelled.
class tst_Displays : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void x11_data();
    void x11();
    void wayland_data();
    void wayland();
};

void tst_Displays::x11_data()
{
    QTest::addColumn<QString>("display");
    QTest::addColumn<QString>("name");
    const auto add = [](const QString &display, const QString &name) {
        QTest::newRow(qPrintable(display)) << display << name;
    };
    add(u":0"_s, u":0"_s);
    add(u":0.0"_s, u":0"_s);
    add(u":0.1"_s, u":0"_s);
    add(u":00"_s, u":0"_s);
    add(u":10"_s, u":10"_s);
    add(u":1.0"_s, u":1"_s);
    add(u"unix:0"_s, u":0"_s);
    add(u"unix:0.0"_s, u":0"_s);
    add(u"unix/:0"_s, u":0"_s);
    add(u"unix/host:0.0"_s, u":0"_s);
    add(u"/tmp/.X11-unix/X0"_s, u":0"_s);
    add(u"/tmp/.X11-unix/X12.0"_s, u":12"_s);
    add(u"unix:/tmp/.X11-unix/X12"_s, u":12"_s);
    add(u"/private/tmp/com.apple.launchd.Ab/org.xquartz:0"_s,
        u"/private/tmp/com.apple.launchd.Ab/org.xquartz:0"_s);
    add(u"unix:/private//tmp/org.xquartz:0.1"_s, u"/private/tmp/org.xquartz:0"_s);
    add(u"localhost:10.0"_s, u"localhost:10"_s); // by TCP, which is no :10
    add(u"tcp/localhost:10"_s, u"localhost:10"_s);
    add(u"Host.Example:1.2"_s, u"host.example:1"_s);
    add(u"[::1]:0"_s, u"::1:0"_s);
    add(u"::1:0"_s, u"::1:0"_s);
    add(u"nonsense"_s, u"nonsense"_s);
    add(u":"_s, u":"_s);
    add(u":x"_s, u":x"_s);
    add(u": 1"_s, u": 1"_s);
    QTest::newRow("none") << QString() << QString();
}

void tst_Displays::x11()
{
    QFETCH(const QString, display);
    QTEST(x11DisplayName(display), "name");
}

void tst_Displays::wayland_data()
{
    QTest::addColumn<QString>("display");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("name");
    const QString name = u"/run/user/1/wayland-0"_s;
    QTest::newRow("by its name") << u"wayland-0"_s << u"/run/user/1"_s << name;
    QTest::newRow("a slash too many") << u"wayland-0"_s << u"/run/user/1/"_s << name;
    QTest::newRow("by its path") << name << u"/run/user/2"_s << name;
    QTest::newRow("below the folder") << u"x/../wayland-0"_s << u"/run/user/1"_s << name;
    QTest::newRow("another") << u"wayland-1"_s << u"/run/user/1"_s << u"/run/user/1/wayland-1"_s;
}

void tst_Displays::wayland()
{
    QFETCH(const QString, display);
    QFETCH(const QString, folder);
    QTEST(waylandDisplayName(display, folder), "name");
}

QTEST_GUILESS_MAIN(tst_Displays)
#include "tst_displays.moc"
