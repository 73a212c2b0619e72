// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_CHAT_REMOTE_H
#define QIPC_TESTS_CHAT_REMOTE_H

#include <QtCore/QVariantMap>

class QQuickItem;
class QQuickWindow;

//! Looks at a window, and presses its keys, as it is asked to.
class Remote
{
public:
    explicit Remote(QQuickWindow *window)
        : m_window(window)
    {
    }

    //! What the one entry of \a request asks for:
    //! `{texts: …}` all texts that are visible in the item tree, and where they are;
    //! `{get: [object, property]}` of the item of that `objectName`, or where it is empty, the
    //! window;
    //! `{focus: …}` the `objectName` of the item that has the focus;
    //! `{type: text}`, `{key: [key, modifiers]}`, `{paste: text}`;
    //! `{resize: [width, height]}`;
    //! `{grab: …}` what the screen shows of the window, as a PNG.
    [[nodiscard]] QVariant answer(const QVariantMap &request) const;

private:
    [[nodiscard]] QVariantList texts() const;
    [[nodiscard]] QVariant property(const QString &object, const QString &name) const;
    [[nodiscard]] QQuickItem *focused() const;
    void type(const QString &text) const;
    void press(int key, int modifiers) const;
    [[nodiscard]] QByteArray grab() const;

    QQuickWindow *const m_window;
};

#endif
