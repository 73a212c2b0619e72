// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "placewatch_p.h"

#include "applications_p.h"

#include <QtCore/QThreadStorage>

#include <fcntl.h>
#include <sys/inotify.h>

#include <array>
#include <utility>

namespace qipc {

namespace {

// A socket that is removed lives on as long as it is open, so it is its link count that tells.
constexpr quint32 fileEvents = IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_DONT_FOLLOW;
// Nothing of what happens to other files in the folder.
constexpr quint32 folderEvents = IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

} // namespace

PlaceWatch *PlaceWatch::ofThisThread()
{
    static QThreadStorage<PlaceWatch *> watches;
    if (!watches.hasLocalData())
        watches.setLocalData(new PlaceWatch);
    return watches.localData();
}

PlaceWatch::PlaceWatch()
{
    connect(Applications::instance(), &Applications::changed, this, [this] {
        if (isMainThread())
            startNotifiers();
    });
}

PlaceWatch::~PlaceWatch() = default;

bool PlaceWatch::watch(const QObject *who, const QByteArray &path)
{
    open();
    Watches watches;
    bool isWatched = add(watches, path, fileEvents);
    for (qsizetype end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
        isWatched = add(watches, path.left(end), folderEvents) && isWatched;
    release(std::exchange(m_watchesOf[who], watches));
    return isWatched;
}

void PlaceWatch::unwatch(const QObject *who)
{
    release(m_watchesOf.take(who));
}

// What fork() left a child is its parent's, or closed.
void PlaceWatch::open()
{
    const auto isInherited = [](const FileDescriptor &descriptor) {
        return descriptor && !descriptor.isOfThisProcess();
    };
    if (isInherited(m_inotify) || isInherited(m_mounts)) {
        m_inotifyNotifier.reset();
        m_mountsNotifier.reset();
        m_inotify.reset();
        m_mounts.reset();
        m_watchesOf.clear();
        m_users.clear();
    }
    if (!m_inotify)
        m_inotify = FileDescriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!m_mounts)
        m_mounts = FileDescriptor(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
    if ((m_inotify && !m_inotifyNotifier) || (m_mounts && !m_mountsNotifier))
        startNotifiers();
}

void PlaceWatch::startNotifiers()
{
    if (m_inotify) {
        m_inotifyNotifier =
            std::make_unique<QSocketNotifier>(m_inotify.get(), QSocketNotifier::Read);
        connect(m_inotifyNotifier.get(), &QSocketNotifier::activated, this, [this] {
            drain();
            Q_EMIT changed();
        });
    }
    if (m_mounts) { // which poll() has an exceptional condition for, once for each change
        m_mountsNotifier =
            std::make_unique<QSocketNotifier>(m_mounts.get(), QSocketNotifier::Exception);
        connect(m_mountsNotifier.get(), &QSocketNotifier::activated, this, &PlaceWatch::changed);
    }
}

// Which of them it was does not matter.
void PlaceWatch::drain()
{
    alignas(inotify_event) std::array<char, 4096> events{};
    while (::read(m_inotify.get(), events.data(), events.size()) > 0) { }
}

bool PlaceWatch::add(Watches &watches, const QByteArray &path, quint32 events)
{
    const int watch = ::inotify_add_watch(m_inotify.get(), path.constData(), events);
    if (watch < 0)
        return false;
    watches.append(watch);
    ++m_users[watch];
    return true;
}

void PlaceWatch::release(const Watches &watches)
{
    for (const int watch : watches) {
        if (--m_users[watch] > 0)
            continue;
        m_users.remove(watch);
        // Those of a child that fork() made are its parent's. One whose file has gone has gone as
        // well, and its number does not come again.
        if (m_inotify.isOfThisProcess())
            ::inotify_rm_watch(m_inotify.get(), watch);
    }
}

} // namespace qipc
