// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "chatwindow.h"

#include <QtCore/QEventLoop>
#include <QtCore/QFileInfo>
#include <QtCore/QUuid>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

ChatWindow::ChatWindow(const QString &display, const QString &room, const QString &name, bool dark)
    : m_control(QFileInfo(room).path() + u'/' + QUuid::createUuid().toString(QUuid::Id128))
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DISPLAY"_s, display);
    environment.insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
    environment.insert(u"QT_QUICK_BACKEND"_s, u"software"_s);
    environment.insert(u"QT_SCALE_FACTOR"_s, u"1"_s);
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    environment.insert(u"XDG_RUNTIME_DIR"_s, QFileInfo(room).path());
    // libxkbcommon-x11 gives strndup() what no zero ends, and fontconfig keeps what it has.
    environment.insert(u"ASAN_OPTIONS"_s,
                       environment.value(u"ASAN_OPTIONS"_s)
                           + u":strict_string_checks=0:detect_leaks=0"_s);
    m_process.setProcessEnvironment(environment);
    QStringList arguments{m_control.path(), room, name};
    if (dark)
        arguments.append(u"dark"_s);
    m_process.start(QStringLiteral(CHAT_DRIVER), arguments);

    m_control.setRetries(-1);
    m_control.setRetryInterval(20ms);
    m_control.setMaxRetryInterval(20ms);
    m_control.connectToServer();
}

ChatWindow::~ChatWindow()
{
    kill();
}

bool ChatWindow::enters()
{
    return QTest::qWaitFor([this] { return get({}, u"room.entered"_s).toBool(); }, 20000);
}

int ChatWindow::count(const QString &text)
{
    const QVariantList all = texts();
    return int(std::count_if(all.cbegin(), all.cend(), [&](const QVariant &shown) {
        return shown.toMap().value(u"text"_s) == text;
    }));
}

QVariant ChatWindow::get(const QString &object, const QString &property)
{
    return ask({{u"get"_s, QVariantList{object, property}}});
}

QString ChatWindow::state()
{
    return get(u"state"_s, u"text"_s).toString();
}

QImage ChatWindow::grab()
{
    return QImage::fromData(ask({{u"grab"_s, {}}}).toByteArray(), "PNG");
}

void ChatWindow::press(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    ask({{u"key"_s, QVariantList{int(key), modifiers.toInt()}}});
}

void ChatWindow::say(const QString &text)
{
    type(text);
    press(Qt::Key_Return);
}

void ChatWindow::resize(const QSize &size)
{
    ask({{u"resize"_s, QVariantList{size.width(), size.height()}}});
}

void ChatWindow::kill()
{
    m_control.abort();
    m_process.kill();
    m_process.waitForFinished();
}

int ChatWindow::close()
{
    press(Qt::Key_Q, Qt::ControlModifier);
    const bool ended =
        QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, 20000);
    return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

QByteArray ChatWindow::complaints()
{
    // Of Qt Quick about itself, where a window on a busy machine is hidden between two frames.
    const QByteArray ofQt = "QUnifiedTimer::stopAnimationDriver: driver is not running\n";
    return m_process.readAllStandardError().replace(ofQt, "");
}

// In an event loop, for what the window talks to may live in this process.
QVariant ChatWindow::ask(const QVariantMap &request)
{
    QVariant answer;
    bool settled = false;
    QEventLoop loop;
    m_control.request(request, 20s).then(&loop, [&](const IPCResult<QVariant> &result) {
        answer = result.valueOr({});
        settled = true;
        loop.quit();
    });
    if (!settled)
        loop.exec();
    return answer;
}
