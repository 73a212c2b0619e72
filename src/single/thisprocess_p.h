// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_THISPROCESS_P_H
#define QIPC_THISPROCESS_P_H

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QStringList>

namespace qipc {

/*!
 * The bytes that \a arguments stand for, one for each: those that this process was started with,
 * for an argument whose text is one of its own, in that order; else those of QFile::encodeName().
 *
 * Qt's text of a file name that is not UTF-8 is the name of another file.
 */
[[nodiscard]] QList<QByteArray> bytesOf(const QStringList &arguments);

//! The working directory as the system names it; empty if it was removed.
[[nodiscard]] QByteArray workingDirectoryBytes();

//! `DESKTOP_STARTUP_ID` as it is in the environment, else as it was when this process started. A
//! launcher's id is for one start, so the latter is returned by the first call only. Any thread.
[[nodiscard]] QByteArray takeStartupId();

} // namespace qipc

#endif
