// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtQuick
import QIpc
import QIpcTest

// Each promise, kept and broken; and what is said of those whose rejection nobody handles.
QIpcCase {
    id: test

    name: "Promises"

    Component {
        id: serverType
        IPCServer {
            path: CppPeer.freshPath()
            active: true
            onRequestReceived: (request, respond) => {
                if (request === "fail")
                    respond.fail("not-found", "There is no such thing")
                else if (request !== "wait")
                    respond(request)
            }
        }
    }
    Component { id: clientType; IPCClient { autoReconnect: false } }

    property IPCServer server
    property IPCClient client

    function init() {
        server = make(serverType)
        client = make(clientType, { path: server.path })
        valueOf(client.connectToServer())
        tryCompare(server.connections, "count", 1)
    }

    function test_areRealPromises() {
        const promise = client.request("x")
        verify(promise instanceof Promise)
        let caught = ""
        const all = Promise.all([promise, client.request("y"), client.request("z").then(z => z + z)])
        compare(valueOf(all).join(), "x,y,zz")
        compare(valueOf(Promise.race([client.request("wait"), client.request("first")])), "first")
        compare(valueOf(client.request("fail").catch(error => error.remoteCode)), "not-found")
        compare(valueOf(client.request("a").then(a => client.request(a + "b"))), "ab")
    }

    function test_anErrorSaysWhatWhereAndWhy() {
        const error = errorOf(client.request("fail"))
        compare(error.code, IPCError.RemoteError)
        compare(error.codeName, "RemoteError")
        compare(client.statusName, "Ready")
        compare(error.message, "There is no such thing")
        compare(error.remoteCode, "not-found")
        compare(error.toString(), "IPCError: There is no such thing")
        verify(error.stack.indexOf("test_anErrorSaysWhatWhereAndWhy") >= 0, "not the line that asked: " + error.stack)
        verify(error.fileName.endsWith("tst_promises.qml"))
        verify(error.lineNumber > 0)
        verify(!("limit" in error))
    }

    function test_connectToServer() {
        const other = make(clientType, { path: server.path })
        compare(valueOf(other.connectToServer()), undefined)
        verify(other.active)
        compare(errorOf(other.connectToServer()).code, IPCError.InvalidState)

        const lost = make(clientType, { path: CppPeer.freshPath() })
        compare(errorOf(lost.connectToServer()).code, IPCError.NoSuchServer)
        compare(lost.active, false)
    }

    function test_send() {
        compare(valueOf(client.send("x")), undefined)
        valueOf(client.close())
        compare(errorOf(client.send("x")).code, IPCError.InvalidState)
    }

    function test_request() {
        compare(valueOf(client.request("x")), "x")
        compare(errorOf(client.request("fail")).code, IPCError.RemoteError)
        compare(errorOf(client.request("wait", 20)).code, IPCError.TimedOut)
        client.requestTimeout = 20
        compare(errorOf(client.request("wait")).code, IPCError.TimedOut)
        client.requestTimeout = 10000
        const pending = client.request("wait", 0)
        client.abort()
        compare(errorOf(pending).code, IPCError.Aborted)
        compare(errorOf(client.request("x")).code, IPCError.InvalidState)
    }

    function test_requestThatIsTooLarge() {
        const small = make(clientType, { path: server.path, "limits.messageSize": 2048 })
        compare(small.limits.messageSize, 2048)
        valueOf(small.connectToServer())
        const error = errorOf(small.request("x".repeat(4096)))
        compare(error.code, IPCError.MessageTooLarge)
        compare(error.limit, "messageSize")
        compare(valueOf(small.request("x")), "x")
    }

    function test_ping() {
        const time = valueOf(client.ping())
        verify(time > 0 && time < 5000)
        verify(valueOf(client.ping({ a: 1 }, 5000)) > 0)
        client.abort()
        compare(errorOf(client.ping()).code, IPCError.InvalidState)
    }

    function test_subscribePublishUnsubscribe() {
        const heard = []
        client.published.connect((topic, message) => heard.push(topic + JSON.stringify(message)))
        compare(valueOf(client.subscribe("news")), true)
        compare(valueOf(client.subscribe(["news", "weather"])), true)
        compare(valueOf(client.subscribe("news")), false)
        compare(valueOf(client.publish("news", [1])), undefined)
        compare(valueOf(server.publish("weather", { sun: true })), 1)
        compare(valueOf(server.publish("sport", 1)), 0)
        tryVerify(() => heard.length === 2)
        compare(heard.join(), 'news[1],weather{"sun":true}')
        compare(valueOf(client.unsubscribe("news")), true)
        compare(valueOf(client.unsubscribe("news")), false)
        client.abort()
        for (const change of [() => client.subscribe("a"), () => client.unsubscribe("a"), () => client.publish("a")])
            compare(errorOf(change()).code, IPCError.InvalidState)
    }

    function test_close() {
        compare(valueOf(client.close("bye")), undefined)
        compare(client.status, IPCClient.Idle)
        compare(valueOf(client.close()), undefined)
    }

    function test_closeThatThePeerIgnores() {
        const patient = make(clientType, { path: server.path, "limits.closeTime": 20 })
        valueOf(patient.connectToServer())
        tryCompare(server.connections, "count", 2)
        server.pause()
        let left
        patient.send("x".repeat(3000000)).catch(error => { left = error.code })
        compare(errorOf(patient.close()).code, IPCError.TimedOut)
        compare(left, IPCError.ConnectionLost)
    }

    function test_survey() {
        const other = make(clientType, { path: server.path })
        valueOf(other.connectToServer())
        tryCompare(server.connections, "count", 2)
        client.requestReceived.connect((request, respond) => respond(request + 1))
        const outcomes = valueOf(server.survey(1))
        verify(Array.isArray(outcomes))
        compare(outcomes.length, 2)
        compare(outcomes[0].id, client.id)
        compare(outcomes[0].value, 2)
        compare(outcomes[0].connection, server.connection(client.id))
        compare(outcomes[1].id, other.id)
        compare(outcomes[1].error.code, IPCError.NoAnswer)
        verify(!("value" in outcomes[1]))
        compare(valueOf(server.survey(1, 5000)).length, 2)
    }

    function test_pingOfTheServer() {
        const outcomes = valueOf(server.ping())
        compare(outcomes.length, 1)
        verify(outcomes[0].value > 0)
    }

    function test_broadcast() {
        let heard
        client.messageReceived.connect(message => { heard = message })
        compare(valueOf(server.broadcast([1, 2])), 1)
        tryVerify(() => heard !== undefined)
        compare(heard, [1, 2])
    }

    function test_closeOfTheServer() {
        let closed = 0
        server.closed.connect(() => ++closed)
        valueOf(server.close())
        compare(closed, 1)
        compare(server.active, false)
        compare(server.listening, false)
        tryCompare(client, "status", IPCClient.Idle)
        compare(valueOf(server.close()), undefined)
    }

    function test_postAndAbortReturnAtOnce() {
        compare(client.post("x"), true)
        compare(client.abort("enough"), undefined)
        compare(client.status, IPCClient.Idle)
        compare(client.post("x"), false)
    }

    // The call is wrong, not the world: a warning with its line, whether the rejection is handled or not.
    function test_aWrongCall_data() {
        return [
            { tag: "request, timeout", call: () => client.request("x", "soon"), text: /timeout is a number/ },
            { tag: "request, negative timeout", call: () => client.request("x", -1), text: /timeout is a number/ },
            { tag: "request, value", call: () => client.request(() => 1), text: /a function/ },
            { tag: "send", call: () => client.send([Symbol()]), text: /a Symbol at \[0\]/ },
            { tag: "ping", call: () => client.ping(new Map), text: /Map/ },
            { tag: "ping, timeout", call: () => client.ping(1, NaN), text: /timeout is a number/ },
            { tag: "subscribe", call: () => client.subscribe({ a: 1 }), text: /topics are a string/ },
            { tag: "subscribe, nothing", call: () => client.subscribe([]), text: /topics are a string/ },
            { tag: "unsubscribe", call: () => client.unsubscribe([1]), text: /topics are a string/ },
            { tag: "publish", call: () => client.publish(undefined, 1), text: /a topic is a string/ },
            { tag: "publish, value", call: () => client.publish("a", test), text: /a QObject/ },
            { tag: "close", call: () => client.close(() => 1), text: /a function/ },
            { tag: "close, C++ value", call: () => client.close(Qt.vector2d(0, 0)), text: /QVector2D/ },
            { tag: "broadcast", call: () => server.broadcast(() => 1), text: /a function/ },
            { tag: "broadcast, C++ value", call: () => server.broadcast([Qt.vector2d(0, 0)]), text: /QVector2D at \[0\]/ },
            { tag: "server.publish", call: () => server.publish(1, 1), text: /a topic is a string/ },
            { tag: "survey", call: () => server.survey(1, "soon"), text: /timeout is a number/ },
            { tag: "connection.send", call: () => server.connections.get(0).send(test), text: /a QObject/ },
            { tag: "connection.close", call: () => server.connections.get(0).close(test), text: /a QObject/ },
            { tag: "connection.closeForRestart", call: () => server.connections.get(0).closeForRestart(test), text: /a QObject/ },
        ]
    }

    function test_aWrongCall(row) {
        ignoreWarning(new RegExp("tst_promises.qml:\\d+: .*" + row.text.source))
        const error = errorOf(row.call())
        verify(row.text.test(error.message), error.message)
        verify(error.code === IPCError.InvalidArgument || error.code === IPCError.EncodingError)
        compare(client.status, IPCClient.Ready)
        compare(client.active, true)
        compare(valueOf(client.request("x")), "x")
    }

    function test_aWrongPost() {
        ignoreWarning(/tst_promises.qml:\d+: cannot encode a function at .f/)
        compare(client.post({ f: () => 1 }), false)
        ignoreWarning(/tst_promises.qml:\d+: cannot encode a QObject/)
        client.abort(test)
        compare(client.status, IPCClient.Idle)
    }

    function test_aRejectionThatNobodyHandlesIsLogged_data() {
        return [
            { tag: "alone", ask: () => { client.request("fail") } },
            { tag: "then without catch", ask: () => { client.request("fail").then(x => x) } },
            { tag: "a chain", ask: () => { client.request("fail").then(x => x).then(x => x) } },
            { tag: "a handler that throws", ask: () => { client.request("x").then(x => { throw new Error("There is no such thing") }) } },
            { tag: "a catch that throws again", ask: () => { client.request("fail").catch(error => { throw error }) } },
        ]
    }

    function test_aRejectionThatNobodyHandlesIsLogged(row) {
        ignoreWarning(/tst_promises.qml:\d+: a promise was rejected, and nobody handled it: \w*Error: There is no such thing$/)
        row.ask()
        valueOf(client.request("a later one"))
        valueOf(client.request("and one more"))
    }

    function test_aRejectionThatIsHandledIsNot_data() {
        return [
            { tag: "catch", ask: () => client.request("fail").catch(() => 1) },
            { tag: "then, catch", ask: () => client.request("fail").then(x => x).catch(() => 1) },
            { tag: "then with two", ask: () => client.request("fail").then(x => x, () => 1) },
            { tag: "all", ask: () => Promise.all([client.request("fail")]).catch(() => 1) },
            { tag: "chained inside", ask: () => client.request("x").then(() => client.request("fail")).catch(() => 1) },
        ]
    }

    function test_aRejectionThatIsHandledIsNot(row) {
        failOnWarning(/./)
        compare(valueOf(row.ask()), 1)
        valueOf(client.request("a later one"))
    }

    // What is pending when its object goes is rejected, each once.
    function test_destroyedWhilePending_data() {
        return [{ tag: "the client", of: () => client }, { tag: "the server", of: () => server }]
    }

    function test_destroyedWhilePending(row) {
        let settled = 0
        let code
        client.request("wait").then(() => { ++settled }, error => { ++settled; code = error.code })
        valueOf(client.request("x"))
        row.of().destroy()
        tryCompare(test, "server", row.tag === "the server" ? null : server)
        tryVerify(() => settled === 1)
        verify(code === IPCError.Closed || code === IPCError.ConnectionLost, "code " + code)
    }
}
