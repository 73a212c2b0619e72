// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQuick

// One entry of the history: a bubble, or a line that somebody came or went; above it, where it is the
// first of its kind, the day and the author.
Column {
    id: row

    required property string kind
    required property string author
    required property string text
    required property double time
    required property bool opensGroup
    required property bool opensDay
    property string me

    readonly property bool isMine: author === me
    readonly property bool isSaid: kind === "said"
    readonly property string clock: new Date(time).toLocaleTimeString(Qt.locale(), Locale.ShortFormat)
    readonly property int inset: isMine ? 0 : 32 + 10
    readonly property real widest: Math.min(width - inset - 40, 560)

    signal typed(string text)

    topPadding: opensGroup || !isSaid ? Theme.gap : 3
    spacing: 4
    Accessible.role: Accessible.ListItem
    Accessible.name: isSaid ? author + ": " + text : note.text

    Label {
        visible: row.opensDay
        width: parent.width
        bottomPadding: Theme.gap
        horizontalAlignment: Text.AlignHCenter
        color: Theme.muted
        font.pointSize: Theme.small
        font.weight: Font.DemiBold
        text: {
            const day = new Date(row.time)
            return day.toDateString() === new Date().toDateString() ? qsTr("Today")
                : day.toLocaleDateString(Qt.locale(), Locale.LongFormat)
        }
    }

    Label {
        id: note
        visible: !row.isSaid
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        color: Theme.muted
        font.pointSize: Theme.small
        text: (row.kind === "joined" ? qsTr("%1 joined") : qsTr("%1 left")).arg(row.author)
    }

    Row {
        visible: row.isSaid && row.opensGroup
        x: row.isMine ? row.width - width : row.inset
        spacing: 8
        Label {
            visible: !row.isMine
            width: Math.min(implicitWidth, row.widest - 80)
            text: row.author
            color: Theme.nameColor(row.author)
            font.pointSize: Theme.small
            font.weight: Font.DemiBold
        }
        Label {
            text: row.clock
            color: Theme.muted
            font.pointSize: Theme.small
        }
    }

    Item {
        visible: row.isSaid
        width: row.width
        height: bubble.height

        Avatar {
            visible: row.opensGroup && !row.isMine
            name: row.author
        }

        Rectangle {
            id: bubble
            x: row.isMine ? row.width - width : row.inset
            width: content.width + 24
            height: content.height + 16
            radius: Theme.radius
            color: row.isMine ? Theme.accent : Theme.bubble
            border.width: row.isMine || Theme.dark ? 0 : 1
            border.color: Theme.line

            // For the mouse to select and copy from; a key that types goes on in the input.
            TextEdit {
                id: content
                x: 12
                y: 8
                width: Math.ceil(Math.min(implicitWidth, row.widest - 24))
                text: row.text
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.Wrap
                readOnly: true
                selectByMouse: true
                color: row.isMine ? Theme.accentText : Theme.text
                selectionColor: row.isMine ? Theme.accentText : Theme.accent
                selectedTextColor: row.isMine ? Theme.accent : Theme.accentText
                font.pointSize: Theme.size
                onActiveFocusChanged: {
                    if (!activeFocus)
                        deselect()
                }
                Keys.onPressed: event => {
                    const types = event.text >= " " && !(event.modifiers & Qt.ControlModifier)
                    if (types)
                        row.typed(event.text)
                    event.accepted = types
                }
            }
        }
    }
}
