// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtQuick
import QtTest
import QIpc
import QIpcTest

// `active` starts and stops, at any time, and says how it is.
QIpcCase {
    id: test

    name: "Active"

    property IPCClient victim

    Component { id: serverType; IPCServer { } }
    Component { id: clientType; IPCClient { autoReconnect: false } }
    Component { id: spyType; SignalSpy { } }
    Component {
        id: declaredType
        Item {
            property alias server: server
            property alias client: client
            IPCClient { id: client; path: server.path; active: true; retryInterval: 1 }
            IPCServer { id: server; path: CppPeer.freshPath(); active: true }
        }
    }
    Component {
        id: brokenType
        IPCServer {
            property var errors: []
            path: "/" + "x".repeat(300)
            active: true
            onErrorOccurred: (error, connection) => errors.push(error)
        }
    }

    function spyOn(object, signal) { return make(spyType, { target: object, signalName: signal }) }

    function test_declared() {
        const both = make(declaredType)
        verify(both.server.listening)
        verify(both.server.address.length > 0)
        tryCompare(both.client, "status", IPCClient.Ready)
        compare(both.server.active, true)
        compare(both.client.active, true)
    }

    function test_nothingStartsByItself() {
        const server = make(serverType, { path: CppPeer.freshPath() })
        compare(server.active, false)
        compare(server.listening, false)
    }

    function test_theServerStartsAndStops() {
        const server = make(serverType, { path: CppPeer.freshPath() })
        const ready = spyOn(server, "ready")
        const closed = spyOn(server, "closed")
        server.active = true
        compare(ready.count, 1)
        compare(ready.signalArguments[0][0], server.path)
        verify(server.listening)
        const client = make(clientType, { path: server.path })
        valueOf(client.connectToServer())
        server.active = false
        verify(!server.listening)
        tryCompare(closed, "count", 1)
        tryCompare(client, "status", IPCClient.Idle)
        server.active = true
        verify(server.listening)
        valueOf(client.connectToServer())
    }

    function test_startedAgainWhileItCloses() {
        const server = make(serverType, { path: CppPeer.freshPath(), active: true })
        const client = make(clientType, { path: server.path, active: true })
        tryCompare(server.connections, "count", 1)
        const closed = spyOn(server, "closed")
        server.active = false
        server.active = true
        verify(!server.listening) // there is still somebody to say goodbye to
        tryVerify(() => server.listening)
        compare(closed.count, 1)
        compare(server.active, true)
    }

    function test_theClientStartsAndStops() {
        const client = make(clientType, { path: CppPeer.path() })
        const closed = spyOn(client, "closed")
        client.active = true
        tryCompare(client, "status", IPCClient.Ready)
        client.active = false
        tryCompare(client, "status", IPCClient.Idle)
        compare(closed.count, 1)
        client.active = true
        client.active = false
        client.active = true
        tryCompare(client, "status", IPCClient.Ready)
    }

    function test_anotherPathReconnects() {
        const one = make(serverType, { path: CppPeer.freshPath(), active: true })
        const two = make(serverType, { path: CppPeer.freshPath(), active: true })
        const client = make(clientType, { path: one.path, active: true })
        tryCompare(one.connections, "count", 1)
        const activeChanged = spyOn(client, "activeChanged")
        client.path = two.path
        tryCompare(two.connections, "count", 1)
        tryCompare(client, "status", IPCClient.Ready)
        compare(one.connections.count, 0)
        compare(activeChanged.count, 0)
        client.path = "nobody"
        client.path = one.path
        tryCompare(one.connections, "count", 1)
    }

    function test_anotherPathOfTheServer() {
        const server = make(serverType, { path: CppPeer.freshPath(), active: true })
        const client = make(clientType, { path: server.path, active: true })
        tryCompare(server.connections, "count", 1)
        server.path = CppPeer.freshPath()
        tryCompare(server, "address", server.path)
        client.active = false
        tryCompare(client, "status", IPCClient.Idle)
        client.path = server.path
        valueOf(client.connectToServer())
    }

    function test_closedByTheOtherSideItIsNotActive() {
        const server = make(serverType, { path: CppPeer.freshPath(), active: true })
        const client = make(clientType, { path: server.path, active: true })
        tryCompare(server.connections, "count", 1)
        let wasActive
        client.closed.connect(() => { wasActive = client.active })
        valueOf(server.close())
        tryCompare(client, "status", IPCClient.Idle)
        compare(wasActive, false)
    }

    function test_mayBeSetAgainFromClosed() {
        const server = make(serverType, { path: CppPeer.freshPath(), active: true })
        const client = make(clientType, { path: server.path, active: true })
        tryCompare(server.connections, "count", 1)
        let rounds = 0
        client.closed.connect(() => { if (++rounds < 3) client.active = true })
        client.ready.connect(() => { client.close() })
        client.close()
        tryVerify(() => rounds === 3)
        compare(client.active, false)
    }

    function test_anAddressInUse() {
        const one = make(serverType, { path: CppPeer.freshPath(), active: true })
        const two = make(serverType, { path: one.path })
        const errors = []
        two.errorOccurred.connect((error, connection) => errors.push(error.code + " " + connection + " " + two.active))
        two.active = true
        compare(errors, [IPCError.AddressInUse + " null false"])
        compare(two.active, false)
        verify(one.listening)
        valueOf(one.close())
        two.active = true
        verify(two.listening)
    }

    function test_aBadPathIsAWarningWithItsPlace() {
        ignoreWarning(/tst_active.qml:\d+:\d+: QML IPCServer: .* takes 301 bytes/)
        const server = make(brokenType)
        compare(server.active, false)
        compare(server.errors.length, 1)
        compare(server.errors[0].code, IPCError.NameTooLong)

        ignoreWarning(/tst_active.qml:\d+:\d+: QML IPCClient: .* takes 301 bytes/)
        const client = make(clientType, { path: "/" + "x".repeat(300) })
        const failed = spyOn(client, "errorOccurred")
        client.active = true
        tryCompare(failed, "count", 1)
        compare(failed.signalArguments[0][0].code, IPCError.NameTooLong)
        tryCompare(client, "active", false)
    }

    // Whoever insists keeps the event loop busy, but does not stop it, nor the program.
    function test_whoInsists() {
        const one = make(serverType, { path: CppPeer.freshPath(), active: true })
        const two = make(serverType, { path: one.path })
        let tries = 0
        two.errorOccurred.connect(() => { if (++tries < 1000) two.active = true })
        two.active = true
        tryVerify(() => tries === 1000)
        compare(two.active, false)
    }

    function test_destroyedItCloses() {
        const server = make(serverType, { path: CppPeer.freshPath(), active: true })
        const client = make(clientType, { path: server.path, active: true })
        tryCompare(server.connections, "count", 1)
        client.destroy()
        tryCompare(server.connections, "count", 0)
        const other = make(clientType, { path: server.path, active: true })
        tryCompare(server.connections, "count", 1)
        server.destroy()
        tryCompare(other, "status", IPCClient.Idle)
    }

    function test_destroyedFromItsOwnSignals_data() {
        return [{ tag: "ready" }, { tag: "statusChanged" }, { tag: "activeChanged" }, { tag: "messageReceived" },
                { tag: "requestReceived" }, { tag: "disconnected" }, { tag: "closed" }, { tag: "errorOccurred" }]
    }

    function test_destroyedFromItsOwnSignals(row) {
        const server = make(serverType, { path: CppPeer.freshPath(), active: true })
        victim = make(clientType, { path: server.path })
        victim[row.tag].connect(() => victim.destroy())
        if (row.tag === "errorOccurred")
            victim.path = CppPeer.freshPath()
        victim.active = true
        if (row.tag === "messageReceived" || row.tag === "requestReceived") {
            tryCompare(server.connections, "count", 1)
            server.broadcast(1)
            server.survey(1).catch(() => 1)
        } else if (row.tag === "disconnected" || row.tag === "closed") {
            tryCompare(server.connections, "count", 1)
            server.connections.get(0).close()
        }
        tryVerify(() => victim === null)
    }
}
