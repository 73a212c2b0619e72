// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_HANGUPWATCH_P_H
#define QIPC_HANGUPWATCH_P_H

#include "filedescriptor_p.h"

#include <QtCore/QObject>

#include <memory>

class QSocketNotifier;

namespace qipc {

/*!
 * Tells when the peer of a socket ends, while nobody reads from it and much may lie unread.
 *
 * Qt's own notifiers cannot: they would report the unread bytes, each turn of the event loop. The
 * kernel can, by an epoll descriptor that waits for the hang-up alone, and that a notifier watches.
 */
class HangupWatch : public QObject
{
    Q_OBJECT

public:
    //! Watches \a socket until either is gone. Where descriptors have run out it never fires.
    explicit HangupWatch(const FileDescriptor &socket);
    ~HangupWatch() override;

Q_SIGNALS:
    //! The peer has ended its direction or both; fires once. The watch may be deleted from inside.
    void hungUp();

private:
    FileDescriptor m_epoll;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace qipc

#endif
