// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_CLI_SUGGESTION_P_H
#define QIPC_CLI_SUGGESTION_P_H

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace qipc::cli {

//! The one of \a names that whoever wrote \a word meant, most likely: the nearest one, up to a few
//! slips of the keyboard, or the only one that begins so. Empty if there is none.
[[nodiscard]] QString nearestName(const QString &word, const QStringList &names);

} // namespace qipc::cli

#endif
