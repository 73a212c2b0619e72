// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_LOGBOOK_H
#define QIPC_TEST_LOGBOOK_H

#include <QtCore/QLoggingCategory>
#include <QtCore/QMutex>
#include <QtCore/QMutexLocker>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <utility>

//! Keeps what is logged under `qipc.*` while it lives, each line as "category: text". One at a
//! time.
class Logbook
{
public:
    //! With the \a rules of QLoggingCategory, such as "qipc.*.debug=true"; by default the usual
    //! ones.
    explicit Logbook(const QString &rules = {})
        : m_before(qInstallMessageHandler(&Logbook::take))
    {
        QLoggingCategory::setFilterRules(rules);
        const QMutexLocker locker(&book().mutex);
        book().lines.clear();
    }
    ~Logbook()
    {
        QLoggingCategory::setFilterRules({});
        qInstallMessageHandler(m_before);
    }
    Q_DISABLE_COPY_MOVE(Logbook)

    //! The lines so far that contain all of the \a words.
    template <typename... Words>
    [[nodiscard]] QStringList with(const Words &...words) const
    {
        const QMutexLocker locker(&book().mutex);
        QStringList found;
        for (const QString &line : std::as_const(book().lines)) {
            if ((line.contains(words) && ...))
                found.append(line);
        }
        return found;
    }

private:
    struct Book
    {
        QMutex mutex;
        QStringList lines;
    };

    static Book &book()
    {
        static Book only;
        return only;
    }

    static void take(QtMsgType, const QMessageLogContext &context, const QString &text)
    {
        const QString category = QString::fromLatin1(context.category);
        if (!category.startsWith(QLatin1String("qipc")))
            return;
        const QMutexLocker locker(&book().mutex);
        book().lines.append(category + QLatin1String(": ") + text);
    }

    QtMessageHandler m_before;
};

#endif
