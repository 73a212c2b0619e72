// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

pragma ComponentBehavior: Bound

import QtQuick
import QIpc
import QIpcTest

// Two instances of one process are as two processes here: the lock is of the object.
QIpcCase {
    id: testCase

    name: "Single"

    property string program

    Component {
        id: silentType
        IPCSingleInstance {
            applicationId: testCase.program
        }
    }
    Component {
        id: instanceType
        IPCSingleInstance {
            id: instance
            property var handle: activation => {}
            applicationId: testCase.program
            onActivated: activation => instance.handle(activation)
        }
    }
    Component {
        id: listenerType
        Connections {
            property var seen: []
            function onActivated(activation) { seen.push(activation.arguments) }
        }
    }

    function init() {
        program = "qipc-test-qml" + CppPeer.freshPath()
    }

    function started(role, properties) {
        const instance = make(instanceType, properties)
        compare(valueOf(instance.start()), role)
        compare(instance.role, role)
        return instance
    }

    function test_theDirectorySeparates() {
        const directory = CppPeer.freshPath()
        started(IPCSingleInstance.Primary)
        const other = started(IPCSingleInstance.Primary, {directory: directory})
        compare(other.directory, directory)
        started(IPCSingleInstance.Secondary, {directory: directory})
    }

    function test_roles() {
        const none = make(instanceType)
        compare(none.role, IPCSingleInstance.None)
        compare(none.applicationId, program)
        compare(none.scope, IPCSingleInstance.User)
        const primary = started(IPCSingleInstance.Primary)
        const secondary = started(IPCSingleInstance.Secondary)
        compare(valueOf(secondary.start()), IPCSingleInstance.Secondary)
        compare(errorOf(primary.handOver()).code, IPCError.InvalidState)
    }

    function test_handsEverythingOver() {
        const payload = { list: [1, "two", null], bytes: new Uint8Array([1, 2]).buffer }
        let seen = null
        const primary = started(IPCSingleInstance.Primary, { handle: activation => {
            seen = { arguments: activation.arguments, workingDirectory: activation.workingDirectory,
                     token: activation.activationToken, startupId: activation.startupId,
                     payload: activation.payload, valid: activation.credentials.valid }
            activation.exit(7)
        } })
        verify(primary)
        const secondary = started(IPCSingleInstance.Secondary, { payload: payload })
        compare(secondary.payload.list, payload.list)
        compare(valueOf(secondary.handOver(["a b", "", "grüße"])), 7)
        compare(seen.arguments, ["a b", "", "grüße"])
        verify(seen.workingDirectory.startsWith("/"))
        compare(seen.payload.list, payload.list)
        verify(Array.isArray(seen.payload.list))
        compare(new Uint8Array(seen.payload.bytes), new Uint8Array(payload.bytes))
        compare(seen.token, "")
        compare(seen.startupId, "")
        compare(seen.valid, CppPeer.knowsWhoConnects())
    }

    function test_theArgumentsAreByDefaultTheProgramsOwn() {
        let seen = []
        const primary = started(IPCSingleInstance.Primary,
                                { handle: activation => { seen = activation.arguments } })
        verify(primary)
        valueOf(started(IPCSingleInstance.Secondary).handOver())
        compare(seen, Qt.application.arguments.slice(1))
    }

    function test_startsWaitWhileNobodyListens() {
        const primary = make(silentType)
        compare(valueOf(primary.start()), IPCSingleInstance.Primary)
        const seen = []
        const listen = activation => seen.push(activation.arguments[0])
        primary.activated.connect(listen)
        compare(valueOf(started(IPCSingleInstance.Secondary).handOver(["one"])), 0)
        primary.activated.disconnect(listen)
        const second = started(IPCSingleInstance.Secondary)
        compare(errorOf(second.handOver(["two"], 50)).code, IPCError.TimedOut)

        const listener = listenerType.createObject(testCase, { target: primary })
        tryVerify(() => listener.seen.length === 1)
        compare(listener.seen[0], ["two"])
        listener.destroy()
        wait(0)
        const late = second.handOver(["three"])
        compare(errorOf(second.handOver(["four"], 50)).code, IPCError.TimedOut)
        primary.activated.connect(listen)
        compare(valueOf(late), 0)
        tryVerify(() => seen.length === 3)
        compare(seen, ["one", "three", "four"])
    }

    function test_theExitCodeIsZeroByItself() {
        verify(started(IPCSingleInstance.Primary))
        compare(valueOf(started(IPCSingleInstance.Secondary).handOver([])), 0)
    }

    function test_theExitCodeMayComeLater() {
        let held = null
        verify(started(IPCSingleInstance.Primary, { handle: activation => {
            activation.hold()
            held = activation
        } }))
        let code = null
        started(IPCSingleInstance.Secondary).handOver(["x"]).then(value => { code = value })
        tryVerify(() => held !== null)
        gc()
        compare(code, null)
        compare(held.arguments, ["x"])
        verify(held.pending)
        verify(held.exit(4))
        tryVerify(() => code === 4)
    }

    function test_exitsOnceWithAWholeNumber() {
        let outcomes = []
        verify(started(IPCSingleInstance.Primary, { handle: activation => {
            for (const code of ["5", 1.5, NaN, 1e10, 6, 7]) {
                try {
                    outcomes.push(activation.exit(code))
                } catch (error) {
                    outcomes.push(error.code)
                }
            }
        } }))
        compare(valueOf(started(IPCSingleInstance.Secondary).handOver([])), 6)
        const wrong = IPCError.InvalidArgument
        compare(outcomes, [wrong, wrong, wrong, wrong, true, IPCError.InvalidState])
    }

    function test_exitTellsThatNobodyWaits() {
        let held = null
        verify(started(IPCSingleInstance.Primary, { handle: activation => {
            activation.hold()
            held = activation
        } }))
        const secondary = started(IPCSingleInstance.Secondary)
        compare(errorOf(secondary.handOver([], 30)).code, IPCError.TimedOut)
        secondary.destroy()
        tryVerify(() => held !== null)
        tryVerify(() => !held.pending)
        compare(held.exit(0), false)
    }

    function test_aHandlerThatThrows() {
        verify(started(IPCSingleInstance.Primary, { handle: () => { throw new Error("oops") } }))
        ignoreWarning(/oops/)
        compare(valueOf(started(IPCSingleInstance.Secondary).handOver([])), 1)
    }

    function test_waitsForAHandler() {
        const primary = make(silentType)
        compare(valueOf(primary.start()), IPCSingleInstance.Primary)
        let code = null
        started(IPCSingleInstance.Secondary).handOver(["early"]).then(value => { code = value })
        valueOf(started(IPCSingleInstance.Secondary).start())
        compare(code, null)
        const listener = make(listenerType, { target: primary })
        tryVerify(() => code === 0)
        compare(listener.seen, [["early"]])
    }

    function test_succession() {
        const primary = started(IPCSingleInstance.Primary)
        const secondary = started(IPCSingleInstance.Secondary)
        primary.destroy()
        tryCompare(secondary, "role", IPCSingleInstance.Primary)
    }

    function test_destroyedWhilePending() {
        verify(started(IPCSingleInstance.Primary, { handle: activation => activation.hold() }))
        const secondary = started(IPCSingleInstance.Secondary)
        const promise = secondary.handOver([], 0)
        secondary.destroy()
        compare(errorOf(promise).code, IPCError.Closed)
    }

    function test_wrongCalls_data() {
        return [
            { tag: "arguments", call: instance => instance.handOver("x"), says: /array of strings/ },
            { tag: "an argument", call: instance => instance.handOver([1]), says: /array of strings/ },
            { tag: "timeout", call: instance => instance.handOver([], "x"), says: /a timeout is/ },
            { tag: "start", call: instance => instance.start(-1), says: /a timeout is/ },
        ]
    }
    function test_wrongCalls(row) {
        ignoreWarning(row.says)
        compare(errorOf(row.call(make(instanceType))).code, IPCError.InvalidArgument)
    }

    function test_aPayloadThatCannotBeSent() {
        const instance = make(instanceType)
        ignoreWarning(/payload:/)
        instance.payload = () => {}
        compare(instance.payload, undefined)
    }

    function test_raise() {
        verify(started(IPCSingleInstance.Primary, { handle: activation => {
            activation.raise(testCase.Window.window)
            activation.raise(null)
        } }))
        ignoreWarning(/raise\(\) takes a Window/)
        compare(valueOf(started(IPCSingleInstance.Secondary).handOver([])), 0)
    }
}
