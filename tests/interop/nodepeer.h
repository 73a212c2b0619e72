// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_NODEPEER_H
#define QIPC_TESTS_NODEPEER_H

#include <QtCore/QHash>
#include <QtCore/QProcess>
#include <QtCore/QString>
#include <QtCore/QStringList>

/*!
 * A Node process with the real net-ipc, which runs the JavaScript that it is given (peer.js).
 *
 * What waits here runs the event loop meanwhile, and gives up after some seconds: what it returns
 * then begins with `nothing:` and says what the process wrote, for a QCOMPARE to show.
 */
class NodePeer
{
public:
    NodePeer();
    //! Kills the process where finish() was not called.
    ~NodePeer();
    Q_DISABLE_COPY_MOVE(NodePeer)

    //! What is missing on this machine, or empty.
    [[nodiscard]] static QString missing();

    [[nodiscard]] qint64 processId() const { return m_process.processId(); }

    //! Runs \a source, one line, and does not wait; its `result` comes as an event.
    void start(const QString &source);
    //! Runs \a source; the literal of what it gave, once its promise was kept.
    [[nodiscard]] QString run(const QString &source);
    //! The literal that the next \a event carries.
    [[nodiscard]] QString next(const QString &event);
    //! Whether an \a event has come that next() did not give yet.
    [[nodiscard]] bool has(const QString &event) const;

    //! Ends the process. Empty where it lived until now and ended well; else what was wrong.
    [[nodiscard]] QString finish();

private:
    [[nodiscard]] QString errorOutput();
    void readEvents();
    template <typename Condition>
    bool waitUntil(Condition condition);

    QProcess m_process;
    QHash<QString, QStringList> m_events;
};

#endif
