// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PLACEWATCH_P_H
#define QIPC_PLACEWATCH_P_H

#include "filedescriptor_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

#include <memory>

namespace qipc {

/*!
 * Tells the listeners of a thread that a path may lead somewhere else from now on: its file or a
 * folder on the way to it was removed or moved, or something was mounted or unmounted. What is
 * at a path, who watches it has to look.
 *
 * One inotify and one descriptor of the mount table, which cost nothing while nothing happens. For
 * as long as the thread lives: to close an inotify makes the kernel wait some 15 ms, in which
 * nothing else would happen here.
 *
 * A symbolic link on the way to the file that is pointed elsewhere is not noticed.
 */
class PlaceWatch : public QObject
{
    Q_OBJECT

public:
    //! The one of the calling thread.
    [[nodiscard]] static PlaceWatch *ofThisThread();

    ~PlaceWatch() override;

    //! Watches \a path for \a who, in place of what it watched before; to be called again when
    //! another file is there. False where the system lets nobody watch any more.
    [[nodiscard]] bool watch(const QObject *who, const QByteArray &path);
    void unwatch(const QObject *who);

Q_SIGNALS:
    void changed();

private:
    using Watches = QList<int>;

    PlaceWatch();
    void open();
    void startNotifiers();
    void drain();
    [[nodiscard]] bool add(Watches &watches, const QByteArray &path, quint32 events);
    void release(const Watches &watches);

    FileDescriptor m_inotify;
    FileDescriptor m_mounts;
    std::unique_ptr<QSocketNotifier> m_inotifyNotifier;
    std::unique_ptr<QSocketNotifier> m_mountsNotifier;
    QHash<const QObject *, Watches> m_watchesOf;
    QHash<int, int> m_users; // of each watch: two paths may share folders
};

} // namespace qipc

#endif
