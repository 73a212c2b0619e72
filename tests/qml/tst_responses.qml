// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtQuick
import QIpc
import QIpcTest

// A handler gets a function that answers: at once, later, twice, never, or by throwing.
QIpcCase {
    id: test

    name: "Responses"

    property var handler: null
    property var kept: null

    signal somethingElse()
    onSomethingElse: { throw new Error("not the request's fault") }

    Component {
        id: serverType
        IPCServer {
            path: CppPeer.freshPath()
            active: true
            onRequestReceived: (request, respond, connection) => test.handler(request, respond, connection)
        }
    }
    Component { id: silentType; IPCServer { path: CppPeer.freshPath(); active: true } }
    Component { id: clientType; IPCClient { autoReconnect: false } }

    property IPCServer server
    property IPCClient client

    function init() {
        server = make(serverType)
        client = make(clientType, { path: server.path })
        valueOf(client.connectToServer())
    }

    function ask(handler) {
        test.handler = handler
        return client.request("question")
    }

    function test_atOnce() {
        let from
        compare(valueOf(ask((request, respond, connection) => { from = connection.id; respond(request + "!") })), "question!")
        compare(from, client.id)
        compare(valueOf(ask((request, respond) => respond())), undefined)
        compare(valueOf(ask((request, respond) => respond({ a: [null] }))), { a: [null] })
    }

    function test_itSaysWhetherItWasTaken() {
        let taken
        valueOf(ask((request, respond) => { taken = respond(1) }))
        compare(taken, true)
        errorOf(ask((request, respond) => { taken = respond.fail("a", "b") }))
        compare(taken, true)
    }

    function test_later() {
        const answer = ask((request, respond) => { test.kept = respond })
        valueOf(client.ping())
        gc()
        compare(test.kept.call(null, "later"), true)
        compare(valueOf(answer), "later")
    }

    function test_onlyTheFailFunctionIsKept() {
        const answer = ask((request, respond) => { test.kept = respond.fail })
        valueOf(client.ping())
        gc()
        compare(test.kept.call(null, "busy", "Come back later"), true)
        compare(errorOf(answer).remoteCode, "busy")
    }

    function test_fromAPromise() {
        compare(valueOf(ask((request, respond, connection) => {
            connection.request("and you?").then(respond, error => respond.fail("asked-back", error.message))
        }).catch(error => error.remoteCode)), "asked-back")
    }

    function test_fail() {
        const error = errorOf(ask((request, respond) => respond.fail("not-found", "There is no such thing")))
        compare(error.code, IPCError.RemoteError)
        compare(error.remoteCode, "not-found")
        compare(error.message, "There is no such thing")
        compare(errorOf(ask((request, respond) => respond.fail("short"))).remoteCode, "short")
    }

    function test_double() {
        ignoreWarning(/tst_responses.qml:\d+: IPCError: the request was answered already/)
        compare(valueOf(ask((request, respond) => { respond(1); respond(2) })), 1)
        let code
        compare(valueOf(ask((request, respond) => {
            respond(1)
            try { respond.fail("a", "b") } catch (error) { code = error.code }
        })), 1)
        compare(code, IPCError.InvalidState)
    }

    function test_tooLate() {
        const answer = ask((request, respond) => { test.kept = respond })
        valueOf(client.ping())
        client.abort()
        compare(errorOf(answer).code, IPCError.Aborted)
        tryCompare(server.connections, "count", 0)
        compare(test.kept.call(null, "too late"), false)
        compare(test.kept.fail("too", "late"), false)
    }

    // Nothing tells that a function will never be called but that it is gone.
    function test_dropped() {
        const answer = ask(() => {})
        valueOf(client.ping())
        let outcome
        answer.catch(error => { outcome = error.code })
        tryVerify(() => { gc(); return outcome !== undefined })
        compare(outcome, IPCError.NoAnswer)
    }

    function test_nobodyListens() {
        const silent = make(silentType)
        const other = make(clientType, { path: silent.path })
        valueOf(other.connectToServer())
        compare(errorOf(other.request("x")).code, IPCError.NoAnswer)
        silent.connections.get(0).requestReceived.connect((request, respond) => respond("from the connection"))
        compare(valueOf(other.request("x")), "from the connection")
    }

    function test_aHandlerThatThrows() {
        ignoreWarning(/tst_responses.qml:\d+: Error: out of ideas/)
        const error = errorOf(ask(() => { throw new Error("out of ideas") }))
        compare(error.code, IPCError.RemoteError)
        compare(error.remoteCode, "handler-failed")
        compare(error.message, "Error: out of ideas")
        compare(valueOf(ask((request, respond) => respond("fine again"))), "fine again")
    }

    function test_aHandlerThatThrowsBehindItsAnswer() {
        ignoreWarning(/tst_responses.qml:\d+: Error: too late/)
        compare(valueOf(ask((request, respond) => { respond(1); throw new Error("too late") })), 1)
    }

    function test_aHandlerThatKeepsAndThrows() {
        ignoreWarning(/Error: changed my mind/)
        compare(errorOf(ask((request, respond) => { test.kept = respond; throw new Error("changed my mind") })).remoteCode,
                "handler-failed")
        let code
        try { test.kept.call(null, 1) } catch (error) { code = error.code }
        compare(code, IPCError.InvalidState)
    }

    function test_aConnectedFunctionThatThrows() {
        const silent = make(silentType)
        silent.requestReceived.connect(() => { throw new Error("in a function") })
        const other = make(clientType, { path: silent.path })
        valueOf(other.connectToServer())
        ignoreWarning(/tst_responses.qml:\d+: Error: in a function/)
        compare(errorOf(other.request("x")).remoteCode, "handler-failed")
    }

    // What breaks because of a handler is not the handler.
    function test_aHandlerOfSomethingElseThrows() {
        ignoreWarning(/not the request's fault/)
        const answer = ask((request, respond) => {
            test.somethingElse()
            test.kept = respond
        })
        valueOf(client.ping())
        compare(test.kept.call(null, "all the same"), true)
        compare(valueOf(answer), "all the same")
    }

    function test_anAnswerThatCannotBeSent() {
        ignoreWarning(/tst_responses.qml:\d+: IPCError: cannot encode a function at .a/)
        const error = errorOf(ask((request, respond) => respond({ a: () => 1 })))
        compare(error.remoteCode, "bad-answer")
        compare(error.message, "cannot encode a function at .a")
        ignoreWarning(/tst_responses.qml:\d+: IPCError: cannot encode a QVector2D/)
        compare(errorOf(ask((request, respond) => respond(Qt.vector2d(0, 0)))).remoteCode, "bad-answer")
    }

    function test_anAnswerThatCannotBeSentLater() {
        const answer = ask((request, respond) => { test.kept = respond })
        valueOf(client.ping())
        let message
        try { test.kept.call(null, new Map) } catch (error) { message = error.message }
        compare(message, "cannot encode Map")
        compare(errorOf(answer).remoteCode, "bad-answer")
    }

    function test_aFailureThatIsNoText() {
        for (const args of [[], [1, "a"], ["a", 1], [undefined, "a"]]) {
            let code
            errorOf(ask((request, respond) => {
                try { respond.fail.apply(null, args) } catch (error) { code = error.code }
            }))
            compare(code, IPCError.InvalidArgument)
        }
    }

    function test_theClientAnswersToo() {
        client.requestReceived.connect((request, respond) => respond([request]))
        tryCompare(server.connections, "count", 1)
        compare(valueOf(server.connections.get(0).request("ping")), ["ping"])
    }

    function test_aHandlerMayDestroyTheServer() {
        const answer = ask(() => server.destroy())
        verify("error" in settle(answer))
        tryVerify(() => server === null)
    }
}
