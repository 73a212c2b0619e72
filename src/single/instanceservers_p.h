// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_INSTANCESERVERS_P_H
#define QIPC_INSTANCESERVERS_P_H

#include "instanceaddress_p.h"

#include <QIpc/ipcserver.h>

#include <QtCore/QTimer>

#include <memory>
#include <vector>

namespace qipc {

/*!
 * The servers of a primary: one at each of its places that can be used, so that every later start
 * finds it that shares one of them.
 *
 * Places come and go under a primary: the runtime folder with the last logout, the folder in the
 * home when somebody empties the caches. What was lost or missing is taken when a later start comes
 * by another place. When the last one is lost, lost() says so, and it is tried again at growing
 * intervals until it works. As long as one place is held, no timer runs.
 */
class InstanceServers : public QObject
{
    Q_OBJECT

public:
    explicit InstanceServers(QObject *parent);

    enum class Outcome { Held, HeldByAnother };

    //! Takes all places of \a program that can be used, or none: where another process listens at
    //! one, it is HeldByAnother, and address() says where. An error: there is none that can be
    //! used, or this process lacks what it takes to tell.
    [[nodiscard]] IPCResult<Outcome> take(const Program &program);

    //! Where take() has met another process.
    [[nodiscard]] QString address() const { return m_address; }

    //! Gives up all places.
    void release();

    //! Takes what is missing, as far as it is to be had now.
    void lookAfterPlaces();

Q_SIGNALS:
    void requestReceived(const QVariant &request, const IPCResponder &responder,
                         IPCConnection *connection);
    //! No later start finds this primary any more, and why. Again only when there is another
    //! reason, or a place was taken meanwhile.
    void lost(const IPCError &error);

private:
    struct Holding
    {
        std::unique_ptr<IPCServer> server;
        IPCError error; // why its place was lost; no error where it is held
    };
    using Holdings = std::vector<Holding>;

    void follow(IPCServer *server);
    void handleError(IPCServer *server, const IPCError &error);
    static void look(Holding &holding);
    void dropLost();
    void takeMissing();
    void settle(bool hasPlace, const QList<IPCError> &errors);

    Program m_program;
    Holdings m_held;
    QString m_address;
    QTimer m_retryTimer; // runs while there is no place at all
    bool m_isComplete = false; // all places were taken
    IPCError::Code m_lostCode = IPCError::Code::NoError; // what lost() has said
};

} // namespace qipc

#endif
