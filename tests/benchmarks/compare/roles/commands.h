// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_COMMANDS_H
#define COMPARE_COMMANDS_H

#include <QtCore/QByteArray>
#include <QtCore/QEventLoop>
#include <QtCore/QJsonObject>
#include <QtCore/QSocketNotifier>

#include <functional>

namespace compare {

/*!
 * What this process is told to do by the one that started it: JSON objects on standard input, a
 * line each, answered by one on standard output. The process ends with its input.
 */
class Commands
{
public:
    using Handler = std::function<QJsonObject(const QJsonObject &command)>;

    //! Tells that commands can come. \a handler is called for each, and returns the answer.
    explicit Commands(Handler handler);

    //! Waits in the event loop for a command, and answers it; outside of any slot, so that what the
    //! handler measures is not nested.
    void answerNext();

private:
    void read();

    Handler m_handler;
    QByteArray m_input;
    QEventLoop m_loop;
    QSocketNotifier m_notifier;
};

} // namespace compare

#endif
