// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic as Controls

// The history. It follows what is new while its end is in view; else it stays where it is, and a
// button leads to the end.
ListView {
    id: list

    required property string me
    property bool following: true
    readonly property bool atEnd: contentY + height > originY + contentHeight - 4

    signal typed(string text)

    objectName: "history"
    clip: true
    leftMargin: Theme.gap + 6
    rightMargin: Theme.gap + 6
    boundsBehavior: Flickable.StopAtBounds
    pixelAligned: true
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Messages")

    footer: Item { implicitHeight: Theme.gap }
    delegate: MessageRow {
        width: ListView.view.width - ListView.view.leftMargin - ListView.view.rightMargin
        me: (ListView.view as MessageList).me
        onTyped: text => list.typed(text)
    }

    // Only what the user does decides; what is added, or laid out anew, does not.
    onContentYChanged: {
        if (moving || bar.pressed)
            following = atEnd
    }
    onMovementEnded: following = atEnd
    onContentHeightChanged: settling.start()
    onHeightChanged: settling.start()
    onCountChanged: settling.start()

    // When all that is new was laid out.
    Timer {
        id: settling
        interval: 0
        onTriggered: {
            if (list.following)
                list.toEnd()
        }
    }

    function toEnd() {
        following = true
        positionViewAtEnd()
    }

    function toBeginning() {
        following = false
        positionViewAtBeginning()
    }

    function page(direction: int) {
        const last = Math.max(originY, originY + contentHeight - height)
        contentY = Math.max(originY, Math.min(last, contentY + direction * height * 0.85))
        following = atEnd
    }

    Controls.ScrollBar.vertical: Controls.ScrollBar { id: bar }

    Controls.RoundButton {
        id: down
        parent: list.parent
        anchors.right: list.right
        anchors.bottom: list.bottom
        anchors.margins: Theme.gap
        visible: !list.following
        text: "↓"
        Accessible.name: qsTr("Go to the newest message")
        onClicked: list.toEnd()
        contentItem: Label {
            text: down.text
            horizontalAlignment: Text.AlignHCenter
            verticalAlignment: Text.AlignVCenter
        }
        background: Rectangle {
            implicitWidth: 36
            implicitHeight: 36
            radius: 18
            color: down.hovered ? Theme.side : Theme.panel
            border.width: down.visualFocus ? 2 : 1
            border.color: down.visualFocus ? Theme.focus : Theme.line
        }
    }
}
