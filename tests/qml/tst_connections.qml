// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtQuick
import QIpc
import QIpcTest

// A server's view of its clients: the model, the connections in it, who may come, and its signals.
QIpcCase {
    id: test

    name: "Connections"
    when: windowShown
    width: 200
    height: 200

    Component {
        id: serverType
        IPCServer {
            property var log: []
            path: CppPeer.freshPath()
            active: true
            onReady: address => log.push("ready")
            onConnected: (connection, payload) => log.push("connected " + JSON.stringify(payload) + " " + connections.count)
            onDisconnected: (connection, reason) => log.push("disconnected " + reason + " " + connections.count)
            onMessageReceived: (message, connection) => log.push("message " + message + " " + (connection instanceof IPCConnection))
            onSubscribed: (topic, connection) => log.push("subscribed " + topic)
            onUnsubscribed: (topic, connection) => log.push("unsubscribed " + topic)
            onErrorOccurred: (error, connection) => log.push("error " + error.code + " " + connection)
            onClosed: log.push("closed")
        }
    }
    Component { id: clientType; IPCClient { autoReconnect: false } }
    Component {
        id: viewType
        ListView {
            width: 200
            height: 200
            delegate: Text {
                required property string user
                required property double pid
                required property date connectedAt
                required property var model
                text: model.id + " " + user + " " + pid + " " + (connectedAt instanceof Date) + " " + model.connection.id
            }
        }
    }

    property var server

    function init() { server = make(serverType) }

    function connectClient(properties) {
        const client = make(clientType, Object.assign({ path: server.path }, properties))
        valueOf(client.connectToServer())
        tryVerify(() => server.connection(client.id) !== null)
        return client
    }

    function test_theModel() {
        compare(server.connections.count, 0)
        compare(server.connections.get(0), null)
        const one = connectClient()
        const two = connectClient()
        compare(server.connections.count, 2)
        compare(server.connections.rowCount(), 2)
        compare(server.connections.get(0).id, one.id)
        compare(server.connections.get(1).id, two.id)
        compare(server.connections.get(-1), null)
        compare(server.connections.get(2), null)
        valueOf(one.close())
        tryCompare(server.connections, "count", 1)
        compare(server.connections.get(0).id, two.id)
    }

    function test_aViewShowsWhoIsThere() {
        const view = make(viewType, { model: server.connections })
        const one = connectClient()
        tryVerify(() => view.itemAtIndex(0) !== null)
        const connection = server.connections.get(0)
        compare(view.itemAtIndex(0).text, one.id + " " + connection.credentials.user + " " + connection.credentials.pid
                + " true " + one.id)
        connectClient()
        tryCompare(view, "count", 2)
        valueOf(one.close())
        tryCompare(view, "count", 1)
    }

    function test_aConnectionSaysWhoItIs() {
        const client = connectClient()
        const connection = server.connections.get(0)
        verify(connection instanceof IPCConnection)
        compare(connection.credentials.valid, CppPeer.knowsWhoConnects())
        if (CppPeer.knowsWhoConnects()) {
            verify(connection.credentials.pid > 0)
            compare(connection.credentials.pid, client.credentials.pid)
            compare(connection.credentials.uid, client.credentials.uid)
            verify(connection.credentials.gid >= 0)
        }
        verify(Date.now() - connection.connectedAt.getTime() < 60000)
        compare(server.connection(client.id), connection)
        compare(server.connection("nobody"), null)
        compare(connection.server, server)
        compare(connection.requestTimeout, server.requestTimeout)
    }

    function test_theSignalsInTheirOrder() {
        const client = connectClient({ payload: { name: "Ada" } })
        compare(client.payload, { name: "Ada" })
        client.post("hello")
        valueOf(client.subscribe("news"))
        valueOf(client.unsubscribe("news"))
        valueOf(client.close("bye"))
        tryCompare(server.connections, "count", 0)
        valueOf(server.close())
        compare(server.log, ["ready", 'connected {"name":"Ada"} 1', "message hello true", "subscribed news",
                             "unsubscribed news", "disconnected bye 0", "closed"])
    }

    function test_aConnectionTalksAsAClientDoes() {
        const client = connectClient()
        const connection = server.connections.get(0)
        const heard = []
        connection.messageReceived.connect(message => heard.push(message))
        connection.requestReceived.connect((request, respond) => respond(request * 2))
        connection.disconnected.connect(reason => heard.push(reason))
        client.messageReceived.connect(message => heard.push(message))
        client.requestReceived.connect((request, respond) => respond(request * 3))
        compare(connection.post("posted"), true)
        compare(valueOf(connection.send("sent")), undefined)
        client.post("up")
        compare(valueOf(client.request(2)), 4)
        compare(valueOf(connection.request(2)), 6)
        verify(valueOf(connection.ping()) > 0)
        compare(valueOf(connection.close("enough")), undefined)
        compare(heard.sort(), ["enough", "posted", "sent", "up"])
    }

    function test_closeForRestartAsksTheClientBack() {
        const client = connectClient({ autoReconnect: true, retryInterval: 1 })
        const connection = server.connections.get(0)
        valueOf(connection.closeForRestart())
        tryVerify(() => server.connections.count === 1 && server.connections.get(0) !== connection)
        tryCompare(client, "status", IPCClient.Ready)
        client.retries = -1
        valueOf(server.closeForRestart())
        compare(server.active, false)
        server.active = true
        tryCompare(server.connections, "count", 1)
    }

    function test_abortAndPause() {
        const client = connectClient()
        const connection = server.connections.get(0)
        connection.pause()
        verify(connection.paused)
        client.post(1)
        connection.resume()
        tryVerify(() => server.log.indexOf("message 1 true") >= 0)
        server.pause()
        verify(connection.paused)
        server.resume()
        verify(!connection.paused)
        client.pause()
        for (let i = 0; i < 100 && connection.queuedBytes === 0; ++i)
            connection.post("x".repeat(100000))
        verify(connection.queuedBytes > 0)
        client.resume()
        tryVerify(() => connection.queuedBytes === 0)
        for (let i = 0; i < 100 && client.queuedBytes === 0; ++i)
            client.post("x".repeat(100000))
        verify(client.queuedBytes > 0)
        tryVerify(() => client.queuedBytes === 0)
        client.pause()
        verify(client.paused)
        client.resume()
        connection.abort("out")
        tryCompare(client, "status", IPCClient.Idle)
        verify(server.log.indexOf("disconnected out 0") >= 0)
    }

    property IPCConnection kept

    function test_aConnectionThatHasGoneIsNull() {
        const client = connectClient()
        kept = server.connections.get(0)
        valueOf(client.close())
        tryVerify(() => kept === null)
    }

    function test_noScriptDeletesAConnection() {
        connectClient()
        const connection = server.connections.get(0)
        let refused = false
        try { connection.destroy() } catch (error) { refused = true }
        verify(refused)
        compare(server.connections.count, 1)
    }

    function test_authorizer() {
        server.authorizer = (credentials, payload) => {
            if (payload === "throw")
                throw new Error("oops")
            return payload === "ok" && credentials.valid === CppPeer.knowsWhoConnects() ? true : "not you, " + payload
        }
        connectClient({ payload: "ok" })
        const other = make(clientType, { path: server.path, payload: "eve" })
        const error = errorOf(other.connectToServer())
        compare(error.code, IPCError.Rejected)
        compare(error.message, "the server refused the connection: not you, eve")
        ignoreWarning(/authorizer: Error: oops/)
        other.payload = "throw"
        compare(errorOf(other.connectToServer()).code, IPCError.Rejected)
        server.authorizer = "not a function"
        other.payload = "ok"
        compare(errorOf(other.connectToServer()).code, IPCError.Rejected)
        server.authorizer = undefined
        valueOf(other.connectToServer())
    }

    function test_authorizerThatThrowsTrue_data() {
        return [
            { tag: "true", authorizer: () => { throw true } },
            { tag: "a promise", authorizer: () => { throw Promise.resolve(true) } },
            { tag: "an Error with a then()", authorizer: () => { throw Object.assign(new Error, { then: keep => keep(true) }) } },
        ]
    }

    function test_authorizerThatThrowsTrue(row) {
        server.authorizer = row.authorizer
        ignoreWarning(/authorizer: /)
        compare(errorOf(make(clientType, { path: server.path }).connectToServer()).code, IPCError.Rejected)
    }

    function test_authorizerThatIsRejectedWithTrue() {
        server.authorizer = () => Promise.reject(true)
        const other = make(clientType, { path: server.path })
        compare(errorOf(other.connectToServer()).code, IPCError.Rejected)
        server.authorizer = () => Promise.reject("not today")
        compare(errorOf(other.connectToServer()).message, "the server refused the connection: not today")
    }

    function test_authorizerThatTakesItsTime() {
        const cases = []
        server.authorizer = (credentials, payload) => new Promise((keep, breakIt) => cases.push({ keep, breakIt }))
        const wait = client => { const before = cases.length; const promise = client.connectToServer(); tryCompare(cases, "length", before + 1); return promise }
        const other = make(clientType, { path: server.path })
        let promise = wait(other)
        compare(server.connections.count, 0)
        cases[0].keep("not today")
        compare(errorOf(promise).message, "the server refused the connection: not today")
        promise = wait(other)
        cases[1].breakIt(new Error("oops"))
        compare(errorOf(promise).code, IPCError.Rejected)
        promise = wait(other)
        gc() // nothing of it may go before it is decided
        test.wait(0)
        gc()
        cases[2].keep(true)
        cases[2].keep("too late")
        valueOf(promise)
        tryCompare(server.connections, "count", 1)
    }

    function test_connectionsThatCppDeletes() {
        connectClient()
        connectClient()
        compare(server.connections.count, 2)
        const last = server.connections.get(1)
        CppPeer.deleteNow(server.connections.get(0))
        compare(server.connections.count, 1)
        compare(server.connections.get(0), last)
    }

    function test_idGenerator() {
        let last = 0
        server.idGenerator = () => "guest-" + ++last
        compare(connectClient().id, "guest-1")
        compare(connectClient().id, "guest-2")
        ignoreWarning(/idGenerator should be a function that returns a string: Error: oops/)
        let asked = 0
        server.idGenerator = () => { if (++asked === 1) throw new Error("oops"); return "guest-9" }
        compare(connectClient().id, "guest-9")
        ignoreWarning(/idGenerator should be a function that returns a string: guest-10/)
        server.idGenerator = () => { if (++asked === 3) throw "guest-10"; return "guest-11" }
        compare(connectClient().id, "guest-11")
        server.idGenerator = undefined
        verify(!connectClient().id.startsWith("guest"))
    }

    function test_maxConnections() {
        server.maxConnections = 1
        connectClient()
        const other = make(clientType, { path: server.path })
        compare(errorOf(other.connectToServer()).code, IPCError.TooManyConnections)
    }

    function test_properties() {
        server.requestTimeout = 123
        server.heartbeatInterval = 4567
        server.limits.nesting = 7
        server.limits.messageSize = 4294967296
        server.limits.queuedBytes = 1e9
        server.limits.handshakeTime = 1000
        server.limits.closeTime = 100
        server.limits.handshakes = 3
        server.limits.requests = 4
        server.limits.topics = 5
        compare([server.limits.nesting, server.limits.queuedBytes, server.limits.handshakeTime, server.limits.closeTime,
                 server.limits.handshakes, server.limits.requests, server.limits.topics], [7, 1e9, 1000, 100, 3, 4, 5])
        compare(server.limits.messageSize, 2147483647) // the most
        server.limits.messageSize = NaN
        compare(server.limits.messageSize, 1024) // the least
        server.maxConnectionsPerUser = 9
        compare(server.maxConnectionsPerUser, 9)
        compare(server.slowReaders, IPCServer.Keep)
        server.slowReaders = IPCServer.Disconnect
        compare(server.slowReaders, IPCServer.Disconnect)
        server.access = IPCServer.World
        server.encoding = IPCConnection.Json
        connectClient()
        const connection = server.connections.get(0)
        compare(connection.requestTimeout, 123)
        compare(connection.heartbeatInterval, 4567)
        connection.requestTimeout = 1
        connection.heartbeatInterval = 0

        const client = make(clientType, { retryInterval: 12, maxRetryInterval: 34, requestTimeout: 56, heartbeatInterval: 78,
                                          retries: -1, compression: true, serverTrust: IPCClient.AnyUser })
        compare([client.retryInterval, client.maxRetryInterval, client.requestTimeout, client.heartbeatInterval], [12, 34, 56, 78])
        compare(client.payload, undefined)
        ignoreWarning(/QML IPCClient: payload: cannot encode a QObject/)
        client.payload = test
        compare(client.payload, undefined)
    }
}
