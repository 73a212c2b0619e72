// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest

// The server and the client that README.md shows in QML talk. Each block lies beside this file.
TestCase {
    name: "Readme"

    Block1 { id: server }
    Block2 { id: greeting }

    function test_theyTalk() {
        verify(server.listening, "is there another greeter on this machine?")
        tryCompare(greeting, "text", "Hello, Ada!")
    }

    function test_theOtherBlocksLoad() {
        const component = Qt.createComponent("Block3.qml")
        compare(component.errorString(), "")
    }
}
