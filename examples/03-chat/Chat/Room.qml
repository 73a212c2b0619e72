// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QIpc
import QtQml
import "checks.js" as Checks

// A chat room. Whoever finds nobody serving serves; everybody, also who serves, talks through a
// client. When the host is lost each window tries to serve: the system lets one of them, and the
// others come back to that one.
QtObject {
    id: room

    required property string path
    required property string userName

    readonly property string title: path.slice(path.lastIndexOf("/") + 1)
    readonly property bool hosting: host.listening
    readonly property History history: History {}

    property string me: Checks.name(userName) || "Guest" // the host may have added a number
    property bool entered: false
    property string problem: ""
    property var members: [] // of {name, hosts}
    property var typing: [] // names

    signal said(string author)

    // Promises that it was said.
    function say(text: string) : var {
        typingSaid = 0
        return client.request({ say: text })
    }

    // Tells the others that this window types, or no more; not for every key.
    function tellTyping(types: bool) {
        const now = Date.now()
        if (!entered || (types ? now < typingSaid + typingTime / 2 : typingSaid === 0))
            return
        typingSaid = types ? now : 0
        client.publish("typing", { name: me, types: types }).catch(() => {})
    }

    readonly property Host host: Host {
        path: room.path
        history: room.history
        ownId: room.client.id
        lastMembers: room.members
        onErrorOccurred: (error, connection) => {
            if (connection === null && !listening && error.code !== IPCError.AddressInUse)
                room.problem = error.message
        }
    }

    readonly property IPCClient client: IPCClient {
        path: room.path
        payload: ({ name: room.me })
        requestTimeout: 5000
        retries: -1
        retryInterval: 50
        maxRetryInterval: 1000
        onReady: {
            subscribe("typing").catch(() => {})
            room.enter()
        }
        onMessageReceived: message => room.hear(message)
        onPublished: (topic, message) => room.hearTyping(message)
        onDisconnected: room.leave()
        onStatusChanged: status => {
            if (status === IPCClient.Reconnecting)
                room.tryToServe()
        }
        onErrorOccurred: error => {
            if (error.code !== IPCError.ConnectionLost)
                room.problem = error.message
        }
        // The host has left and said so, or does not want this client: that may change.
        onClosed: room.returning.start()
    }

    readonly property Timer returning: Timer {
        interval: room.problem === "" ? 1 : 1000
        onTriggered: room.open()
    }

    Component.onCompleted: open()

    function open() {
        tryToServe()
        client.active = true
    }

    function tryToServe() {
        if (!host.listening)
            host.active = true
    }

    function enter() {
        client.request({ enter: true }).then(answer => {
            const name = answer ? Checks.name(answer.you) : null
            if (name === null)
                throw new Error("This is no chat room")
            for (const entry of Checks.entries(answer.entries))
                history.add(entry)
            me = name
            problem = ""
            entered = true
        }).catch(error => problem = error.message)
    }

    function leave() {
        entered = false
        typingUntil = new Map()
        refreshTyping()
    }

    function hear(message: var) {
        if (typeof message !== "object" || message === null)
            return
        const entry = Checks.entry(message.entry)
        if (entry !== null) {
            history.add(entry)
            typingUntil.delete(entry.author)
            refreshTyping()
            if (entry.kind === "said")
                said(entry.author)
        }
        if (Array.isArray(message.members))
            members = Checks.members(message.members)
    }

    // Who types; it expires, because nobody tells that he went away.

    readonly property int typingTime: 3000
    property double typingSaid: 0 // when this window last told that it types; 0: it does not
    property var typingUntil: new Map() // by name

    readonly property Timer expiry: Timer {
        interval: 500
        repeat: true
        running: room.typing.length > 0
        onTriggered: room.refreshTyping()
    }

    // A topic: anybody may have published it.
    function hearTyping(message: var) {
        const name = typeof message === "object" && message !== null ? Checks.name(message.name) : null
        if (name === null || name === me || !members.some(member => member.name === name))
            return
        if (message.types === true)
            typingUntil.set(name, Date.now() + typingTime)
        else
            typingUntil.delete(name)
        refreshTyping()
    }

    function refreshTyping() {
        const now = Date.now()
        const names = Array.from(typingUntil.keys()).filter(name => typingUntil.get(name) > now)
        if (names.join("\n") !== typing.join("\n"))
            typing = names
    }
}
