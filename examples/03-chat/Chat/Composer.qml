// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls.Basic as Controls
import QtQuick.Layouts
import "checks.js" as Checks

// Where one writes. Enter sends, Shift+Enter is a new line; the keys that scroll go to the history.
ColumnLayout {
    id: composer

    required property Room room
    required property MessageList history
    property string notice: ""

    readonly property bool canSend: room.entered && Checks.text(input.text) !== null

    spacing: 6

    // What could not be sent comes back, before what was written meanwhile.
    function send() {
        if (!canSend)
            return
        const text = input.text
        input.clear()
        notice = ""
        history.toEnd()
        room.say(text).catch(error => {
            input.text = input.text === "" ? text : text + "\n" + input.text
            input.cursorPosition = input.length
            notice = qsTr("Not sent: %1").arg(error.message)
        })
    }

    function insert(text: string) {
        input.forceActiveFocus()
        input.insert(input.cursorPosition, text)
    }

    Label {
        objectName: "notice"
        Layout.fillWidth: true
        visible: text !== ""
        text: composer.notice
        color: Theme.bad
        font.pointSize: Theme.small
        wrapMode: Text.Wrap
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }

    FontMetrics {
        id: metrics
        font: input.font
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: 8

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Math.max(button.implicitHeight, Math.min(input.implicitHeight + 4, 140))
            radius: 20
            color: Theme.dark ? Theme.bubble : Theme.panel
            border.width: input.activeFocus ? 2 : 1
            border.color: input.activeFocus ? Theme.focus : Theme.line

            Flickable {
                id: scroller
                anchors.fill: parent
                anchors.margins: 2
                clip: true
                boundsBehavior: Flickable.StopAtBounds
                Controls.ScrollBar.vertical: Controls.ScrollBar {}

                Controls.TextArea.flickable: Controls.TextArea {
                    id: input
                    objectName: "input"
                    focus: true
                    leftPadding: 16
                    rightPadding: 16
                    topPadding: 8
                    bottomPadding: 8
                    textFormat: TextEdit.PlainText
                    wrapMode: TextEdit.Wrap
                    selectByMouse: true
                    color: Theme.text
                    placeholderTextColor: Theme.muted
                    selectionColor: Theme.accent
                    selectedTextColor: Theme.accentText
                    font.pointSize: Theme.size
                    placeholderText: qsTr("Message")
                    background: null
                    Accessible.name: qsTr("Message")

                    onTextChanged: {
                        if (length > Checks.longestText)
                            remove(Checks.longestText, length)
                        composer.room.tellTyping(length > 0)
                    }

                    Keys.onPressed: event => event.accepted = input.take(event)

                    function take(event: KeyEvent) : bool {
                        const ctrl = event.modifiers & Qt.ControlModifier
                        const free = ctrl || length === 0
                        if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
                            if (event.modifiers & Qt.ShiftModifier)
                                return false
                            composer.send()
                        } else if (event.key === Qt.Key_PageUp) {
                            composer.history.page(-1)
                        } else if (event.key === Qt.Key_PageDown) {
                            composer.history.page(1)
                        } else if (event.key === Qt.Key_Home && free) {
                            composer.history.toBeginning()
                        } else if (event.key === Qt.Key_End && free) {
                            composer.history.toEnd()
                        } else if (event.key === Qt.Key_Tab) {
                            nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                        } else if (event.key === Qt.Key_Backtab) {
                            nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                        } else {
                            return false
                        }
                        return true
                    }
                }
            }
        }

        Controls.Button {
            id: button
            objectName: "send"
            Layout.alignment: Qt.AlignBottom
            text: qsTr("Send")
            enabled: composer.canSend
            implicitHeight: 20 + metrics.height
            leftPadding: 18
            rightPadding: 18
            Accessible.name: qsTr("Send the message")
            Keys.onReturnPressed: clicked()
            onClicked: {
                composer.send()
                input.forceActiveFocus()
            }
            contentItem: Label {
                text: button.text
                color: button.enabled ? Theme.accentText : Theme.muted
                font.weight: Font.DemiBold
                horizontalAlignment: Text.AlignHCenter
                verticalAlignment: Text.AlignVCenter
            }
            background: Rectangle {
                radius: height / 2
                color: !button.enabled ? Theme.line : button.hovered ? Theme.accentHover : Theme.accent
                border.width: button.visualFocus ? 2 : 0
                border.color: Theme.text
            }
        }
    }
}
