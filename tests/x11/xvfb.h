// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_X11_XVFB_H
#define QIPC_TESTS_X11_XVFB_H

#include <QtCore/QProcess>

//! An X server without a screen (Xvfb), at a display that is free.
class Xvfb
{
public:
    //! Starts it.
    Xvfb();
    ~Xvfb();
    Q_DISABLE_COPY_MOVE(Xvfb)

    //! Its name, such as `:99`, when it is ready; empty where it did not start.
    [[nodiscard]] QString display();

private:
    QProcess m_server;
    QString m_display;
};

#endif
