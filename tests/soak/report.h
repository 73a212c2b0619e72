// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_REPORT_H
#define QIPC_TEST_REPORT_H

#include <QtCore/QJsonObject>
#include <QtCore/QString>

// What a process of the soak tells the one that conducts it: lines of JSON on its standard output,
// each with a "kind".

//! Tells \a line.
void report(QLatin1StringView kind, QJsonObject line);

//! Tells that something is wrong. The process goes on.
void complain(const QString &what);

//! Counts one more, or \a amount more, of \a what.
void count(const QString &what, qint64 amount = 1);

//! Tells all that was counted so far.
void reportCounts();

#endif
