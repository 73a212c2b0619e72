// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_WORKER_H
#define QIPC_TEST_WORKER_H

#include <QtCore/QJsonObject>
#include <QtCore/QProcess>

#include <functional>

//! A process of the soak, as its conductor sees it.
class Worker : public QProcess
{
    Q_OBJECT

public:
    //! Starts this program in a \a role, with more \a arguments.
    Worker(const QString &role, const QStringList &arguments, QObject *parent);
    ~Worker() override;

    void order(const QByteArray &what);
    //! Waits until it has told that it rests.
    [[nodiscard]] bool hasRested();
    //! What it told of itself then.
    [[nodiscard]] QJsonObject rested() const { return m_rested; }
    [[nodiscard]] bool isThere();
    //! What it has counted so far.
    [[nodiscard]] QJsonObject counts() const { return m_counts; }
    //! As the system kills who is out of luck.
    void killAtOnce();
    //! Lets it go. Whether it went without a fault.
    [[nodiscard]] bool quits();

Q_SIGNALS:
    //! It told what became of a connection.
    void lifeTold(const QJsonObject &life);
    void complained(const QString &what);

private:
    void readLines();
    void takeLine(const QJsonObject &line);

    const QString m_role;
    QJsonObject m_rested;
    QJsonObject m_counts;
    bool m_isThere = false;
    bool m_mustLive = true;
};

#endif
