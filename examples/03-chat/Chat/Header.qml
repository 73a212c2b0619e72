// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic as Controls
import QtQuick.Layouts

// The room's name and how it stands; where there is no place for the members, a button shows them.
Rectangle {
    id: header

    required property Room room
    property bool compact: false

    implicitHeight: 60
    color: Theme.panel

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.gap + 6
        anchors.rightMargin: Theme.gap
        spacing: Theme.gap

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            Label {
                Layout.fillWidth: true
                text: header.room.title
                font.pointSize: Theme.large
                font.weight: Font.DemiBold
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: 6
                Rectangle {
                    implicitWidth: 8
                    implicitHeight: 8
                    radius: 4
                    color: header.room.entered ? Theme.good
                        : header.room.problem !== "" ? Theme.bad : Theme.waiting
                }
                Label {
                    objectName: "state"
                    Layout.fillWidth: true
                    color: Theme.muted
                    font.pointSize: Theme.small
                    text: {
                        if (!header.room.entered) {
                            return header.room.problem
                                || (header.room.members.length > 0 ? qsTr("Reconnecting…")
                                                                   : qsTr("Connecting…"))
                        }
                        return header.room.hosting ? qsTr("Hosting this room") : qsTr("Connected")
                    }
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }
        }

        Controls.Button {
            id: button
            objectName: "members"
            visible: header.compact
            text: qsTr("Members · %1").arg(header.room.members.length)
            padding: 8
            leftPadding: 12
            rightPadding: 12
            Accessible.name: qsTr("Show the members")
            onClicked: popup.opened ? popup.close() : popup.open()
            Keys.onReturnPressed: clicked()
            contentItem: Label {
                text: button.text
                font.pointSize: Theme.small
                horizontalAlignment: Text.AlignHCenter
            }
            background: Rectangle {
                radius: height / 2
                color: button.hovered || popup.opened ? Theme.line : Theme.side
                border.width: button.visualFocus ? 2 : 0
                border.color: Theme.focus
            }

            Controls.Popup {
                id: popup
                y: button.height + 8
                x: button.width - width
                width: 240
                height: Math.min(360, 60 + 46 * header.room.members.length)
                padding: 1
                focus: true
                background: Rectangle {
                    radius: Theme.radius
                    color: Theme.panel
                    border.color: Theme.line
                }
                contentItem: MemberList {
                    me: header.room.me
                    members: header.room.members
                }
            }
        }
    }

    onCompactChanged: {
        if (!compact)
            popup.close()
    }

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }
}
