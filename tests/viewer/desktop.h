// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_VIEWER_DESKTOP_H
#define QIPC_TESTS_VIEWER_DESKTOP_H

#include "xvfb.h"

#include <QtCore/QTemporaryDir>

//! A display with a window manager, which keeps windows from stealing the focus (metacity); a
//! neighbour's window; and a user with a keyboard (xdotool).
class Desktop
{
public:
    //! Starts them.
    Desktop();
    ~Desktop();
    Q_DISABLE_COPY_MOVE(Desktop)

    //! What programs need to show up here.
    [[nodiscard]] QProcessEnvironment environment();

    //! The title of the window that has the focus, as the window manager says.
    [[nodiscard]] QString activeTitle();
    [[nodiscard]] QString title(const QString &window);
    //! The windows of the viewer that can be seen.
    [[nodiscard]] QStringList viewers();

    //! Presses \a keys, such as `ctrl+w`, in the window that has the focus.
    void press(const QString &keys);
    //! What only the user does.
    [[nodiscard]] bool bringNeighbourToFront();
    void minimize(const QString &window);

    //! Saves what \a window shows.
    [[nodiscard]] bool grab(const QString &window, const QString &file);
    //! What launchers were told since this was last asked.
    [[nodiscard]] QByteArray launcherMessages();

private:
    QString xdotool(const QStringList &arguments);

    QTemporaryDir m_home;
    Xvfb m_screen;
    QProcess m_windowManager;
    QProcess m_neighbour;
};

#endif
