// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_ACTIVITY_P_H
#define QIPC_ACTIVITY_P_H

#include <QtCore/QObject>

#include <functional>

namespace qipc {

/*!
 * The property `active` of a client or a server: what QML wants, and what is done so that it
 * becomes so. A member of its owner, whom a slot of QML may delete from inside any of the actions.
 */
class Activity
{
public:
    struct Actions
    {
        std::function<bool()> isRunning;
        std::function<void()> start;
        std::function<void()> stop; //!< handleStopped() follows, now or later.
        std::function<void()> wantedChanged;
    };

    Activity(QObject *owner, Actions actions);

    [[nodiscard]] bool isWanted() const { return m_wanted; }
    void setWanted(bool wanted);

    //! The component is complete: before, nothing is started.
    void complete();

    //! Where it runs it does so with a setting of the past: stops it, and starts it again.
    void restart();

    //! It was started by a call of its own.
    void noteStarted();
    //! It is about to be stopped by a call of its own; noteNotStopped() where that failed. False
    //! where a slot of QML has deleted the owner: then there is nothing to stop, or to note.
    [[nodiscard]] bool noteStopping();
    void noteNotStopped();

    //! It has stopped, or could not be started. \a tell tells QML so, when `active` is already up
    //! to date; whoever sets it there starts it again.
    void handleStopped(const std::function<void()> &tell);

private:
    [[nodiscard]] bool isRunning() const { return m_stopping || m_actions.isRunning(); }
    [[nodiscard]] bool hasToStart() const { return m_wanted && !isRunning(); }
    [[nodiscard]] bool hasToStop() const
    {
        return !m_stopping && m_actions.isRunning() && (!m_wanted || m_stale);
    }
    void change(bool wanted);
    void apply();

    QObject *const m_owner;
    const Actions m_actions;
    bool m_complete = false;
    bool m_wanted = false;
    bool m_stopping = false;
    bool m_stale = false;
    bool m_applying = false;
};

} // namespace qipc

#endif
