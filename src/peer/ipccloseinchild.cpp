// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/ipccloseinchild.h>

#include "process_p.h"

void ipcCloseInChild() noexcept
{
    qipc::closeInheritedDescriptors();
}
