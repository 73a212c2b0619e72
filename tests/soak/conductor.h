// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_CONDUCTOR_H
#define QIPC_TEST_CONDUCTOR_H

#include "audit.h"
#include "dice.h"
#include "worker.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>

#include <chrono>
#include <memory>
#include <vector>

/*!
 * Runs a soak: a house, those that come to it, and some of these to be killed. First for a while to
 * become warm; what is there when all rest is what has to be there at the end.
 */
class Conductor : public QObject
{
public:
    explicit Conductor(uint seed);

    //! Lets it go on for \a time. Whether nothing was wrong.
    [[nodiscard]] bool run(std::chrono::seconds time);

private:
    Worker *start(const QString &role, const QStringList &arguments = {});
    [[nodiscard]] bool startAll();
    void talkFor(std::chrono::milliseconds time);
    [[nodiscard]] bool restAll();
    void killSometimes();
    void killVictim();
    void tellProgress();
    void compareRests();
    void checkMemory(const QString &who, const QJsonObject &before, const QJsonObject &after);
    void quitAll();
    void tellSummary();
    [[nodiscard]] qint64 counted(const QString &what) const;
    void complain(const QString &what);

    const QTemporaryDir m_folder;
    Dice m_dice;
    Audit m_audit;
    std::chrono::seconds m_time{};
    QElapsedTimer m_clock;
    QTimer m_progress;
    QTimer m_killing;
    std::unique_ptr<Worker> m_house;
    std::vector<std::unique_ptr<Worker>> m_workers; // that come to it
    std::vector<QJsonObject> m_before; // of the house, and of each worker
    std::vector<QJsonObject> m_after;
    std::unique_ptr<Worker> m_victim;
    QSet<QString> m_killed;
    QHash<QString, qint64> m_countsOfKilled;
    int m_complaints = 0;
};

#endif
