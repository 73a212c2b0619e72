// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_DISPLAYNAME_P_H
#define QIPC_DISPLAYNAME_P_H

#include <QtCore/QString>

namespace qipc {

//! One name for all spellings of the X server that \a display, the value of DISPLAY, names: as
//! libxcb reads `[protocol/][host]:number[.screen]` and the path of a socket. The screens of one
//! server are one display.
[[nodiscard]] QString x11DisplayName(const QString &display);

//! The same for \a display, the value of WAYLAND_DISPLAY, which names a socket in
//! \a runtimeFolder, or by its absolute path.
[[nodiscard]] QString waylandDisplayName(const QString &display, const QString &runtimeFolder);

} // namespace qipc

#endif
