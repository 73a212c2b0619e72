// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic as Controls
import QtQuick.Layouts

// Who is in the room.
ColumnLayout {
    id: panel

    required property string me
    required property var members

    spacing: 0

    Label {
        Layout.fillWidth: true
        Layout.margins: Theme.gap + 4
        Layout.bottomMargin: Theme.gap
        color: Theme.muted
        font.pointSize: Theme.small
        font.weight: Font.DemiBold
        text: qsTr("Members · %1").arg(panel.members.length)
    }

    ListView {
        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        spacing: 2
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Members")
        Controls.ScrollBar.vertical: Controls.ScrollBar {}

        model: panel.members.map(member => ({ name: member.name, hosts: member.hosts,
                                              isMe: member.name === panel.me }))
        delegate: RowLayout {
            id: row

            required property var modelData

            width: ListView.view.width
            height: 44
            spacing: 10
            Accessible.role: Accessible.ListItem
            Accessible.name: modelData.name

            Avatar {
                Layout.leftMargin: Theme.gap + 4
                name: row.modelData.name
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.rightMargin: Theme.gap
                spacing: 0
                Label {
                    Layout.fillWidth: true
                    text: row.modelData.name
                    font.weight: row.modelData.isMe ? Font.DemiBold : Font.Normal
                }
                Label {
                    Layout.fillWidth: true
                    visible: text !== ""
                    color: Theme.muted
                    font.pointSize: Theme.small
                    text: [row.modelData.isMe ? qsTr("you") : "",
                           row.modelData.hosts ? qsTr("host") : ""]
                        .filter(word => word !== "").join(" · ")
                }
            }
        }
    }
}
