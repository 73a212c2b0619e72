// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// For programs that link Qt6::Gui, which QIpc itself does not: all of it is in this header.

#ifndef QIPC_IPCRAISEWINDOW_H
#define QIPC_IPCRAISEWINDOW_H

#include <QIpc/ipcactivation.h>

#include <QtGui/QGuiApplication>
#include <QtGui/QWindow>

#if QT_CONFIG(xcb) && QT_CONFIG(library)
#define QIPC_RAISES_ON_X11
#include <QtCore/QLibrary>
#include <QtGui/qguiapplication_platform.h>

#include <algorithm>
#include <cstring>
#endif

namespace qipc {

//! On Wayland: shows \a token to the compositor. Qt looks for it in the environment, as that of a
//! program that was just launched, and takes it from there; what Qt has left does not get to the
//! processes that this one starts.
inline void activateByToken(QWindow *window, const QByteArray &token)
{
    constexpr auto variable = "XDG_ACTIVATION_TOKEN";
    if (!token.isEmpty())
        qputenv(variable, token);
    window->setVisible(true);
    window->requestActivate();
    qunsetenv(variable);
}

#ifdef QIPC_RAISES_ON_X11

/*!
 * What Qt has no public function for: its own request to be activated carries the time at which the
 * user last did something in this program. That is earlier than what they did since to start it
 * again, and a window manager that keeps windows from stealing the focus refuses it.
 *
 * libX11 is there wherever Qt runs on X11; it is looked up and not linked, for it need not be there
 * elsewhere.
 */
class X11Activation
{
public:
    X11Activation(Display *display, WId window)
        : m_display(display)
        , m_window(window)
    {
        QLibrary library(QStringLiteral("X11"), 6);
        resolve(library, "XDefaultRootWindow", m_rootWindow);
        resolve(library, "XFlush", m_flush);
        resolve(library, "XGetSelectionOwner", m_selectionOwner);
        resolve(library, "XInternAtom", m_internAtom);
        resolve(library, "XSendEvent", m_sendEvent);
    }

    //! Whether somebody is there to be asked.
    [[nodiscard]] bool hasWindowManager() const
    {
        return m_display && m_rootWindow && m_flush && m_selectionOwner && m_internAtom
            && m_sendEvent && m_selectionOwner(m_display, atom("WM_S0"));
    }

    //! As a program at \a time; where that is 0, as the user.
    void activate(unsigned long time) const
    {
        constexpr int mayBeRefused = 1;
        constexpr int isForUser = 2;
        Message message;
        message.type = atom("_NET_ACTIVE_WINDOW");
        message.format = 32;
        message.data.longs[0] = time ? mayBeRefused : isForUser;
        message.data.longs[1] = long(time);
        constexpr long toWindowManager = (1L << 19) | (1L << 20); // SubstructureNotify, …Redirect
        send(message, toWindowManager);
        m_flush(m_display);
    }

    //! Tells who launched with \a startupId that it is done: there is no new window to tell that.
    void endStartup(const QByteArray &startupId) const
    {
        QByteArray text = startupId;
        text.replace('\\', "\\\\").replace('"', "\\\"");
        text = QByteArrayLiteral("remove: ID=\"") + text + QByteArrayLiteral("\"");

        Message message;
        message.type = atom("_NET_STARTUP_INFO_BEGIN");
        message.format = 8;
        constexpr qsizetype most = sizeof message.data.bytes;
        constexpr long toLaunchers = 1L << 22; // PropertyChange
        for (qsizetype at = 0; at <= text.size(); at += most) { // with the NUL at its end
            const qsizetype size = std::min(most, text.size() + 1 - at);
            std::memset(message.data.bytes, 0, most);
            std::memcpy(message.data.bytes, text.constData() + at, size_t(size));
            send(message, toLaunchers);
            message.type = atom("_NET_STARTUP_INFO");
        }
        m_flush(m_display);
    }

    //! When the user launched it, by the clock of the X server; 0 where \a startupId does not say.
    [[nodiscard]] static unsigned long timeOf(const QByteArray &startupId)
    {
        const QByteArray mark = QByteArrayLiteral("_TIME");
        const qsizetype at = startupId.lastIndexOf(mark);
        return at < 0 ? 0 : startupId.mid(at + mark.size()).toUInt();
    }

private:
    //! An XClientMessageEvent.
    struct Message
    {
        int eventType = 33;
        unsigned long serial = 0;
        int isSent = 1;
        Display *display = nullptr;
        unsigned long window = 0;
        unsigned long type = 0;
        int format = 0;
        union {
            char bytes[20];
            long longs[5] = {};
        } data;
        long rest[12] = {}; // of an XEvent
    };

    template <typename Function>
    static void resolve(QLibrary &library, const char *name, Function *&function)
    {
        function = reinterpret_cast<Function *>(library.resolve(name));
    }

    [[nodiscard]] unsigned long atom(const char *name) const
    {
        return m_internAtom(m_display, name, 0);
    }

    void send(Message message, long mask) const
    {
        message.display = m_display;
        message.window = m_window;
        m_sendEvent(m_display, m_rootWindow(m_display), 0, mask, &message);
    }

    Display *const m_display;
    const unsigned long m_window;
    unsigned long (*m_rootWindow)(Display *) = nullptr;
    int (*m_flush)(Display *) = nullptr;
    unsigned long (*m_selectionOwner)(Display *, unsigned long) = nullptr;
    unsigned long (*m_internAtom)(Display *, const char *, int) = nullptr;
    int (*m_sendEvent)(Display *, unsigned long, int, long, void *) = nullptr;
};

//! False where this is not X11, or nobody manages the windows there.
inline bool activateOnX11(QWindow *window, const QByteArray &startupId)
{
    const auto *application = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    if (!application)
        return false;
    const X11Activation activation(application->display(), window->winId());
    if (!activation.hasWindowManager())
        return false;
    window->setVisible(true);
    activation.activate(X11Activation::timeOf(startupId));
    if (!startupId.isEmpty())
        activation.endStartup(startupId);
    return true;
}

#endif

} // namespace qipc

/*!
 * Brings \a window to the front for the later start \a activation: shows it, restores it where it
 * is minimized, and asks for the focus with what the launcher gave to that start.
 *
 * \code
 * QObject::connect(&instance, &IPCSingleInstance::activated, &window,
 *                  [&window](const IPCActivation &activation) {
 *                      ipcRaiseWindow(window.windowHandle(), activation);
 *                  });
 * \endcode
 *
 * \a window is a top-level window; of a QWidget it is `widget->window()->windowHandle()`, which is
 * null until it was shown for the first time. To be called in the thread of the GUI, once for each
 * activation: a token is good for one use. Whether the window gets the focus is not for a program
 * to decide:
 *
 * - Wayland: it does with a valid token, activationToken() or else startupId(). Launchers and
 *   docks give one, most terminals do not; without it the compositor marks the window at most.
 *   Needs a compositor with xdg-activation.
 * - X11: it does where startupId() was made after the user's last action in another window. Without
 *   a startup id, as from a terminal, the start itself counts as the user's action, as it does for
 *   a program whose window is new. Where the window manager refuses, it marks the window.
 * - Elsewhere QWindow::raise() and QWindow::requestActivate() are called. Windows lets that succeed
 *   only where the program in front has permitted it, and lets the button in the task bar flash
 *   otherwise.
 */
inline void ipcRaiseWindow(QWindow *window, const IPCActivation &activation)
{
    if (!window)
        return;
    window->setWindowStates(window->windowStates() & ~Qt::WindowStates(Qt::WindowMinimized));

    // Launchers that know one of the two variables only put into it what would be in the other.
    const QByteArray token = activation.activationToken();
    const QByteArray startupId = activation.startupId();
    if (QGuiApplication::platformName().startsWith(QStringLiteral("wayland"))) {
        qipc::activateByToken(window, token.isEmpty() ? startupId : token);
        return;
    }
#ifdef QIPC_RAISES_ON_X11
    if (qipc::activateOnX11(window, startupId.isEmpty() ? token : startupId))
        return;
#endif
    window->setVisible(true);
    window->raise();
    window->requestActivate();
}

#undef QIPC_RAISES_ON_X11

#endif
