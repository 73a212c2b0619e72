// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// A text viewer with one window: a later start opens its files there, as tabs, and ends.

#include "viewer.h"

#include <QIpc/IPCRaiseWindow>
#include <QIpc/IPCSingleInstance>

#include <QtCore/QCommandLineParser>
#include <QtCore/QDir>
#include <QtWidgets/QApplication>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

//! What a start is asked for, be it this one or a later one.
class CommandLine : public QCommandLineParser
{
public:
    CommandLine()
    {
        setApplicationDescription(u"Shows text files, all in one window."_s);
        addPositionalArgument(u"file"_s, u"The files to open."_s, u"[FILE…]"_s);
        addOption(m_wait);
        addHelpOption();
    }

    [[nodiscard]] bool waits() const { return isSet(m_wait); }
    [[nodiscard]] QStringList paths(const QString &folder) const
    {
        QStringList paths;
        const QStringList files = positionalArguments();
        for (const QString &file : files)
            paths.append(QDir(folder).absoluteFilePath(file));
        return paths;
    }

private:
    const QCommandLineOption m_wait{u"wait"_s, u"End when the tabs of the files are closed."_s};
};

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"viewer"_s);
    QApplication::setApplicationDisplayName(u"Viewer"_s);
    CommandLine own;
    own.process(app);

    IPCSingleInstance instance(u"org.example.viewer"_s);
    instance.setScope(IPCSingleInstance::Scope::Display);
    if (const auto exitCode = instance.startOrHandOver(own.waits() ? 0ms : 10s)) // 0 is for ever
        return *exitCode;

    Viewer viewer;
    viewer.open(own.paths(QDir::currentPath()));
    viewer.show();
    QObject::connect(&instance, &IPCSingleInstance::activated, &viewer,
                     [&viewer](const IPCActivation &activation) {
                         CommandLine later;
                         later.parse(QStringList{u"viewer"_s} + activation.arguments());
                         const QStringList paths = later.paths(activation.workingDirectory());
                         viewer.open(paths, later.waits() ? activation : IPCActivation());
                         ipcRaiseWindow(viewer.windowHandle(), activation);
                     });
    return QApplication::exec();
}
