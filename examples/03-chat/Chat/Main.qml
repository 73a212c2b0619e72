// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic as Controls
import QtQuick.Layouts

Controls.ApplicationWindow {
    id: window

    required property string roomPath
    required property string userName

    property int unread: 0

    readonly property Room room: Room {
        path: window.roomPath
        userName: window.userName
        onSaid: author => {
            if (window.active || author === me)
                return
            window.unread += 1
            window.alert(0)
        }
    }

    readonly property bool compact: width < 620

    width: 820
    height: 620
    minimumWidth: 300
    minimumHeight: 320
    visible: true
    color: Theme.page
    title: unread > 0 ? qsTr("(%1) %2").arg(unread).arg(room.title) : room.title

    onActiveChanged: {
        if (active)
            unread = 0
    }

    Shortcut {
        sequences: ["Ctrl+Q", "Ctrl+W"]
        onActivated: window.close()
    }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        Rectangle {
            Layout.fillHeight: true
            implicitWidth: 220
            visible: !window.compact
            color: Theme.side

            MemberList {
                anchors.fill: parent
                me: window.room.me
                members: window.room.members
            }
            Rectangle {
                anchors.right: parent.right
                width: 1
                height: parent.height
                color: Theme.line
            }
        }

        ColumnLayout {
            spacing: 0

            Header {
                Layout.fillWidth: true
                room: window.room
                compact: window.compact
            }
            Item {
                Layout.fillWidth: true
                Layout.fillHeight: true
                MessageList {
                    id: messages
                    anchors.fill: parent
                    model: window.room.history.entries
                    me: window.room.me
                    onTyped: text => composer.insert(text)
                }
            }
            TypingLine {
                Layout.fillWidth: true
                Layout.leftMargin: Theme.gap + 6
                Layout.rightMargin: Theme.gap + 6
                names: window.room.typing
            }
            Composer {
                id: composer
                Layout.fillWidth: true
                Layout.margins: Theme.gap
                Layout.topMargin: 4
                room: window.room
                history: messages
            }
        }
    }
}
