// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_PLACE_P_H
#define QIPC_PLACE_P_H

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace qipc {

//! The step of a place in a value that leads to \a key of a map: `.key` or `["a key"]`.
[[nodiscard]] QString keyStep(const QString &key);

//! The step that leads to \a index of a list: `[3]`.
[[nodiscard]] QString indexStep(qsizetype index);

//! The place that \a steps lead to, which are given from the inside out. Shortened where it is
//! long.
[[nodiscard]] QString placeOf(const QStringList &steps);

} // namespace qipc

#endif
