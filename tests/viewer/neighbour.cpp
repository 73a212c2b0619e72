// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// A window of another program, named "Neighbour". It prints what launchers are told, each piece of
// a message a line, and is told on stdin, each command a line, what to take pictures of: WINDOW
// FILE.

#include <QtCore/QAbstractNativeEventFilter>
#include <QtCore/QFile>
#include <QtCore/QSocketNotifier>
#include <QtGui/QGuiApplication>
#include <QtGui/QPixmap>
#include <QtGui/QRasterWindow>
#include <QtGui/QScreen>

#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace {

class LauncherMessages : public QAbstractNativeEventFilter
{
public:
    bool nativeEventFilter(const QByteArray &, void *message, qintptr *) override
    {
        // An xcb_client_message_event_t, of bytes.
        constexpr quint8 clientMessage = 33;
        constexpr size_t dataOffset = 12;
        constexpr size_t dataSize = 20;
        const auto *event = static_cast<const char *>(message);
        if ((quint8(event[0]) & 0x7f) == clientMessage && event[1] == 8) {
            const char *data = event + dataOffset;
            std::printf("%.*s\n", int(strnlen(data, dataSize)), data);
            std::fflush(stdout);
        }
        return false;
    }
};

} // namespace

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    LauncherMessages messages;
    app.installNativeEventFilter(&messages);
    QRasterWindow window;
    window.setTitle(QStringLiteral("Neighbour"));
    window.resize(300, 200);
    window.show();

    QFile input;
    if (!input.open(STDIN_FILENO, QIODevice::ReadOnly | QIODevice::Unbuffered))
        return 1;
    QSocketNotifier commands(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&commands, &QSocketNotifier::activated, &app, [&] {
        const QList<QByteArray> words = input.readLine().trimmed().split(' ');
        if (words.size() != 2) {
            QCoreApplication::quit();
            return;
        }
        const QPixmap picture = window.screen()->grabWindow(WId(words.first().toULongLong()));
        std::printf("%s\n", picture.save(QFile::decodeName(words.last())) ? "saved" : "failed");
        std::fflush(stdout);
    });
    return QGuiApplication::exec();
}
