// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_LIMITLOG_P_H
#define QIPC_LIMITLOG_P_H

#include "logging_p.h"

#include <QIpc/ipcerror.h>

#include <QtCore/QString>

#include <utility>

namespace qipc {

/*!
 * Says in the log that a limit of one connection refuses what it is given: a warning when that
 * begins for the first time, one when it is over, and one for all later times together. Never one
 * for each thing that is refused, for there may be millions.
 */
class LimitLog
{
public:
    using Category = const QLoggingCategory &(*)();

    //! \a things are what is counted, in the plural.
    LimitLog(Category category, const char *things)
        : m_category(category)
        , m_things(things)
    {
    }

    //! Something was refused with \a error; \a name() says whose limit it is. True where this is
    //! the first time: then noteRoom() is awaited.
    template <typename Name>
    bool noteRefusal(const IPCError &error, Name name)
    {
        ++m_count;
        if (m_state != State::Unused)
            return false;
        m_state = State::Refusing;
        warn(QStringLiteral("%1 %2 are refused from now on: %3")
                 .arg(name(), QLatin1String(m_things), error.message()));
        return true;
    }

    [[nodiscard]] bool isRefusing() const { return m_state == State::Refusing; }

    //! There is room again.
    template <typename Name>
    void noteRoom(Name name)
    {
        if (m_state != State::Refusing)
            return;
        m_state = State::Over;
        warn(QStringLiteral("%1 %2 are taken again, after %3 were refused")
                 .arg(name(), QLatin1String(m_things), QString::number(std::exchange(m_count, 0))));
    }

    //! The connection ends.
    template <typename Name>
    void noteEnd(Name name)
    {
        if (m_count == 0)
            return;
        const QString format = m_state == State::Refusing
            ? QStringLiteral("%1 ended, after %3 %2 were refused")
            : QStringLiteral("%1 ended, after %3 more %2 were refused");
        m_state = State::Over;
        warn(format.arg(name(), QLatin1String(m_things),
                        QString::number(std::exchange(m_count, 0))));
    }

private:
    enum class State { Unused, Refusing, Over };

    void warn(const QString &text) const { qCWarning(m_category()).noquote() << text; }

    Category m_category;
    const char *m_things;
    qint64 m_count = 0; // since the last warning
    State m_state = State::Unused;
};

} // namespace qipc

#endif
