// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Runs the tst_*.qml that -input names, with the real plugin.

#include <QtQuickTest/quicktest.h>

QUICK_TEST_MAIN(qml)
