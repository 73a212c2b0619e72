// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick

// A circle with initials, in the colour of the name.
Rectangle {
    id: avatar

    required property string name

    implicitWidth: 32
    implicitHeight: 32
    radius: width / 2
    color: Theme.personColor(name)

    Label {
        anchors.centerIn: parent
        color: "#ffffff"
        font.pointSize: Theme.small
        font.weight: Font.DemiBold
        text: {
            const words = avatar.name.split(" ").filter(word => word !== "")
            return words.slice(0, 2).map(word => Array.from(word)[0].toUpperCase()).join("")
        }
    }
}
