// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick

// Text as it is: what others wrote is never markup.
Text {
    textFormat: Text.PlainText
    color: Theme.text
    font.pointSize: Theme.size
    elide: Text.ElideRight
}
