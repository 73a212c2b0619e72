// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtQuick
import QIpc
import QIpcTest

// A client comes back: what was on its way fails, what is given meanwhile waits.
QIpcCase {
    id: test

    name: "Reconnecting"

    Component {
        id: serverType
        IPCServer {
            property var messages: []
            active: true
            onMessageReceived: message => messages.push(message)
        }
    }
    Component {
        id: clientType
        IPCClient {
            property var states: []
            property var reasons: []
            retryInterval: 1
            retries: -1
            onStatusChanged: status => states.push(status)
            onDisconnected: reason => reasons.push(reason)
        }
    }

    Component {
        id: labelType
        QtObject {
            id: label

            required property IPCClient client
            property string text: label.client.error.message
            property int code: label.client.error.code
        }
    }

    property string path
    property IPCServer server
    property IPCClient client

    function init() {
        path = CppPeer.freshPath()
        server = make(serverType, { path: path })
        client = make(clientType, { path: path })
        valueOf(client.connectToServer())
        tryCompare(server.connections, "count", 1)
    }

    function test_afterTheServerCameBack() {
        const id = client.id
        valueOf(client.subscribe("news"))
        let outcome
        client.request("nobody answers").catch(error => { outcome = error.code })
        server.connections.get(0).pause()
        server.connections.get(0).abort()
        tryVerify(() => outcome === IPCError.ConnectionLost)
        compare(client.active, true)
        valueOf(client.send("while away"))
        tryCompare(client, "status", IPCClient.Ready)
        tryCompare(server, "messages", ["while away"])
        compare(client.id, id)
        compare(client.reasons, [undefined])
        compare(client.states, [IPCClient.Connecting, IPCClient.Connected, IPCClient.Ready, IPCClient.Disconnected,
                                IPCClient.Reconnecting, IPCClient.Connecting, IPCClient.Connected, IPCClient.Ready])
        let news
        client.published.connect((topic, message) => { news = topic + message })
        tryVerify(() => { server.publish("news", "!").catch(() => 0); return news === "news!" })
    }

    function test_toAnotherServer() {
        server.destroy()
        tryVerify(() => server === null)
        // Its farewell was for good; whoever is told so may begin again.
        tryCompare(client, "active", false)
        client.active = true
        tryCompare(client, "status", IPCClient.Reconnecting)
        server = make(serverType, { path: path })
        tryCompare(client, "status", IPCClient.Ready)
    }

    function test_saysWhyItIsNotReady() {
        const label = make(labelType, { client: client })
        compare(label.text, "")
        compare(label.code, IPCError.NoError)
        server.destroy()
        tryCompare(client, "active", false)
        compare(label.text, "") // the server closed it politely
        client.active = true
        tryCompare(client, "status", IPCClient.Reconnecting)
        compare(label.code, IPCError.NoSuchServer)
        verify(label.text.includes(path), label.text)
        compare(client.error.codeName, "NoSuchServer")
        server = make(serverType, { path: path })
        tryCompare(client, "status", IPCClient.Ready)
        compare(label.text, "")
        compare(label.code, IPCError.NoError)
    }

    function test_sendsBeforeItBecomesInactive() {
        server.destroy()
        tryCompare(client, "active", false)
        client.active = true
        tryCompare(client, "status", IPCClient.Reconnecting)
        verify(client.post("late"))
        client.active = false
        server = make(serverType, { path: path })
        tryCompare(client, "status", IPCClient.Idle)
        tryCompare(server, "messages", ["late"])
    }

    function test_givesUp() {
        valueOf(client.close())
        valueOf(server.close())
        client.retries = 2
        client.states = []
        let closed = 0
        client.closed.connect(() => ++closed)
        compare(errorOf(client.connectToServer()).code, IPCError.NoSuchServer)
        compare(client.status, IPCClient.Idle)
        compare(client.states.filter(state => state === IPCClient.Reconnecting).length, 2)
        compare(closed, 1)
        compare(client.active, false)
    }
}
