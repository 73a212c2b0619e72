// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_CHAT_CHATWINDOW_H
#define QIPC_TESTS_CHAT_CHATWINDOW_H

#include <QIpc/IPCClient>

#include <QtCore/QProcess>
#include <QtGui/QImage>

//! A window of the chat, in a process of its own.
class ChatWindow
{
public:
    //! Starts one that goes into the room at \a room; it is shown on \a display.
    ChatWindow(const QString &display, const QString &room, const QString &name, bool dark = false);
    ~ChatWindow();
    Q_DISABLE_COPY_MOVE(ChatWindow)

    //! Waits until it is in the room.
    [[nodiscard]] bool enters();

    //! All texts that it shows, each a map; see Remote.
    [[nodiscard]] QVariantList texts() { return ask({{QStringLiteral("texts"), {}}}).toList(); }
    [[nodiscard]] int count(const QString &text);
    [[nodiscard]] bool shows(const QString &text) { return count(text) > 0; }
    //! A property of the item \a object; of the window where that is empty.
    [[nodiscard]] QVariant get(const QString &object, const QString &property);
    [[nodiscard]] bool hosts() { return get({}, QStringLiteral("room.hosting")).toBool(); }
    [[nodiscard]] QString state();
    [[nodiscard]] QString focus() { return ask({{QStringLiteral("focus"), {}}}).toString(); }
    [[nodiscard]] QImage grab();

    void type(const QString &text) { ask({{QStringLiteral("type"), text}}); }
    //! Into what has the focus, at once.
    void paste(const QString &text) { ask({{QStringLiteral("paste"), text}}); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    //! Types it, and Enter.
    void say(const QString &text);
    void resize(const QSize &size);

    //! As the system would, with no farewell.
    void kill();
    //! As the user does. Its exit status; -1 where it did not end.
    [[nodiscard]] int close();

    //! What it has written to standard error.
    [[nodiscard]] QByteArray complaints();

private:
    QVariant ask(const QVariantMap &request);

    QProcess m_process;
    IPCClient m_control;
};

#endif
