// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick

// Who types. Its dots move only while somebody does.
Item {
    id: line

    required property var names

    implicitHeight: 24

    component Dot: Rectangle {
        id: dot

        required property int delay
        required property bool moves

        width: 6
        height: 6
        radius: 3
        color: Theme.muted

        SequentialAnimation on opacity {
            running: dot.moves
            loops: Animation.Infinite
            PauseAnimation { duration: dot.delay }
            NumberAnimation { from: 0.3; to: 1; duration: 300 }
            NumberAnimation { from: 1; to: 0.3; duration: 300 }
            PauseAnimation { duration: 480 - dot.delay }
        }
    }

    Row {
        visible: line.names.length > 0
        anchors.verticalCenter: parent.verticalCenter
        spacing: 8

        Row {
            anchors.verticalCenter: parent.verticalCenter
            spacing: 4
            Dot { delay: 0; moves: line.names.length > 0 }
            Dot { delay: 160; moves: line.names.length > 0 }
            Dot { delay: 320; moves: line.names.length > 0 }
        }
        Label {
            objectName: "typing"
            width: Math.min(implicitWidth, line.width - 40)
            color: Theme.muted
            font.pointSize: Theme.small
            text: {
                const names = line.names
                if (names.length === 0)
                    return ""
                if (names.length === 1)
                    return qsTr("%1 is typing…").arg(names[0])
                if (names.length === 2)
                    return qsTr("%1 and %2 are typing…").arg(names[0]).arg(names[1])
                return qsTr("Several people are typing…")
            }
        }
    }
}
