// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_RECORDING_H
#define QIPC_TESTS_RECORDING_H

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QVariant>

//! Something that the recorded program did.
struct Step
{
    QString what;
    qsizetype at = 0; //!< The index of the first chunk after it.
    QVariant value; //!< Where the step has one.
};

//! One frame as it went over the wire; the first of a client with its preamble.
struct Chunk
{
    int connection = 1;
    bool fromClient = false;
    QByteArray bytes;
};

//! A session of the real peers.
struct Recording
{
    bool messagePack = false;
    bool compression = false;
    QList<Step> steps;
    QList<Chunk> chunks;

    //! Reads data/\a name.json; without chunks where that cannot be read.
    [[nodiscard]] static Recording load(const QString &name);
};

#endif
