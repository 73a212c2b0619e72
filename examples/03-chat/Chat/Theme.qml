// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
pragma Singleton
import QtQuick

// Colours and measures. Light or dark is as the system's palette is.
QtObject {
    id: theme

    readonly property SystemPalette system: SystemPalette {}
    readonly property bool dark: system.window.hslLightness < 0.5

    readonly property color page: dark ? "#16181c" : "#f6f7f9"
    readonly property color panel: dark ? "#1c1f24" : "#ffffff"
    readonly property color side: dark ? "#1a1c21" : "#eceff3"
    readonly property color line: dark ? "#2b2f36" : "#dde1e7"
    readonly property color bubble: dark ? "#272b32" : "#ffffff"
    readonly property color text: dark ? "#e7e9ec" : "#1b2026"
    readonly property color muted: dark ? "#9aa2ad" : "#616a76"
    readonly property color accent: dark ? "#4470d6" : "#3767d6"
    readonly property color accentHover: dark ? "#5580e4" : "#2a56bd"
    readonly property color accentText: "#ffffff"
    readonly property color focus: dark ? "#86a8f7" : "#3767d6"
    readonly property color good: dark ? "#4cc38a" : "#22935a"
    readonly property color waiting: dark ? "#e0a93e" : "#b67a0a"
    readonly property color bad: dark ? "#f0776b" : "#c43c2f"

    readonly property real size: Math.max(9, Application.font.pointSize)
    readonly property real small: size * 0.86
    readonly property real large: size * 1.25

    readonly property int gap: 12
    readonly property int radius: 14

    // The same for a name wherever it stands.
    function personColor(name: string) : color {
        const colors = ["#b9506a", "#b3623a", "#93751c", "#5a8438", "#2c876d", "#2b7f9e", "#456fc0",
                        "#6c60c4", "#8f54b2", "#ae4c8d"]
        let hash = 7
        for (let i = 0; i < name.length; ++i)
            hash = (hash * 31 + name.charCodeAt(i)) % 1000003
        return colors[hash % colors.length]
    }

    function nameColor(name: string) : color {
        const color = Qt.color(personColor(name)) // what is declared a color comes as a string
        return dark ? Qt.hsla(color.hslHue, 0.45, 0.7, 1) : Qt.darker(color, 1.1)
    }
}
