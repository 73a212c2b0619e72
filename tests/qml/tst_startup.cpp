// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// What a launcher on X11 gives to a program whose single instance is made in QML.

#include "xvfb.h"

#include <QIpc/IPCSingleInstance>

#include <QtCore/QProcess>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

class tst_Startup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theStartupIdOutlivesTheApplicationThatTookIt();
};

// Qt's platform plugin for X11 removes DESKTOP_STARTUP_ID from the environment.
void tst_Startup::theStartupIdOutlivesTheApplicationThatTookIt()
{
#ifndef Q_OS_LINUX
    QSKIP("Only Linux tells a process the environment that it was started with.");
#endif
    Xvfb screen;
    const QString display = screen.display();
    if (display.isEmpty())
        QSKIP("Xvfb does not start here.");
    const QString id = u"qipc-test-startup-%1"_s.arg(QCoreApplication::applicationPid());
    IPCSingleInstance primary(id);
    QCOMPARE(primary.start(), IPCSingleInstance::Role::Primary);
    QList<QByteArray> ids;
    connect(&primary, &IPCSingleInstance::activated, this, [&](const IPCActivation &activation) {
        ids.append(activation.startupId());
        QVERIFY(activation.exit(7));
    });

    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(u"WAYLAND_DISPLAY"_s);
    environment.insert(u"DISPLAY"_s, display);
    environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
    environment.insert(u"DESKTOP_STARTUP_ID"_s, u"launcher-1_TIME42"_s);
    // libxkbcommon-x11 copies a part of a buffer that does not end with a zero.
    environment.insert(u"ASAN_OPTIONS"_s,
                       environment.value(u"ASAN_OPTIONS"_s) + u":strict_string_checks=0"_s);
    QProcess guest;
    guest.setProcessEnvironment(environment);
    guest.setProcessChannelMode(QProcess::ForwardedChannels);
    guest.start(QStringLiteral(QIPC_STARTUP_GUEST), {id, QStringLiteral(QIPC_QML_IMPORT_PATH)});
    QTRY_COMPARE_WITH_TIMEOUT(guest.state(), QProcess::NotRunning, 30000);
    QCOMPARE(guest.exitCode(), 7);
    // A launcher's id is for one start: what follows has none.
    QCOMPARE(ids, (QList<QByteArray>{"launcher-1_TIME42", QByteArray()}));
}

QTEST_GUILESS_MAIN(tst_Startup)
#include "tst_startup.moc"
