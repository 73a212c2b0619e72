// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_REPLAYDATA_H
#define QIPC_TESTS_REPLAYDATA_H

#include "player.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

//! Rows for each recording in \a names, with each kind of cuts.
inline void addReplays(const QStringList &names)
{
    const QList<std::pair<const char *, Cuts>> allCuts{
        {"chunks", Cuts::Chunks},
        {"joined", Cuts::Joined},
        {"bytes", Cuts::Bytes},
        {"random", Cuts::Random},
    };
    QTest::addColumn<QString>("name");
    QTest::addColumn<Cuts>("cuts");
    for (const QString &name : names) {
        for (const auto &[cutsName, cuts] : allCuts)
            QTest::addRow("%s, %s", qPrintable(name), cutsName) << name << cuts;
    }
}

inline void addNetIpcReplays()
{
    addReplays({QStringLiteral("netipc-json"), QStringLiteral("netipc-msgpack"),
                QStringLiteral("netipc-compress"), QStringLiteral("netipc-msgpack-compress")});
}

inline void addIsdkReplays()
{
    addReplays({QStringLiteral("isdk-pubsub")});
}

//! What to do at which step of a recording.
using Actions = QHash<QString, Player::Perform>;

//! Calls the action for each step; one that the test knows nothing of fails it.
inline Player::Perform performing(const Actions &actions)
{
    return [actions](const Step &step) {
        QVERIFY2(actions.contains(step.what), qPrintable(step.what));
        actions.value(step.what)(step);
    };
}

//! For a step that is the played side's alone.
inline void nothing(const Step &)
{
}

//! What all signals of \a spy carried as that \a argument.
inline QVariantList column(const QSignalSpy &spy, int argument)
{
    QVariantList values;
    for (const auto &arguments : spy)
        values.append(arguments.at(argument));
    return values;
}

#endif
