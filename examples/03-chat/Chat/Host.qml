// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QIpc
import QtQml
import "checks.js" as Checks

// The serving side of a room. It knows a member by the connection, and writes the author of each
// entry itself: nobody speaks for another.
//
// What it tells all is a message. On a topic anybody may publish; a message to a client only its
// server can send. Messages also keep their order: that of an answer is lost among them, for the
// engine calls what waits for a promise a little later.
IPCServer {
    id: host

    required property History history
    required property string ownId // of the connection of this window's own client
    required property var lastMembers // those of the room when another host was lost

    property var names: new Map() // by the connection's id, which may be any text
    property var awaited: [] // who was here under the last host, and has not come back yet

    readonly property Timer grace: Timer {
        interval: 3000
        onTriggered: {
            for (const name of host.awaited)
                host.announce("left", name, "")
            host.awaited = []
        }
    }

    maxConnections: Checks.mostMembers

    onReady: {
        names = new Map()
        awaited = lastMembers.filter(member => !member.hosts).map(member => member.name)
        for (const member of lastMembers) {
            if (member.hosts)
                announce("left", member.name, "")
        }
        grace.restart()
    }
    onOwnIdChanged: tellMembers()

    onConnected: (connection, payload) => {
        const asked = payload === null || payload === undefined ? null : Checks.name(payload.name)
        const name = freeName(asked || "Guest")
        names.set(connection.id, name)
        if (awaited.indexOf(name) >= 0)
            awaited = awaited.filter(other => other !== name)
        else
            announce("joined", name, "")
        tellMembers()
    }
    onDisconnected: connection => {
        if (!listening)
            return // it is this host that goes
        const name = names.get(connection.id)
        names.delete(connection.id)
        announce("left", name, "")
        tellMembers()
    }
    onRequestReceived: (request, respond, connection) => {
        const asked = typeof request === "object" && request !== null ? request : {}
        const text = Checks.text(asked.say)
        if (asked.enter === true) {
            respond({ you: names.get(connection.id), entries: history.all() })
        } else if (text !== null) {
            announce("said", names.get(connection.id), text)
            respond(true)
        } else {
            respond.fail("not-understood", "This room knows {enter: true} and {say: text}")
        }
    }

    function announce(kind: string, author: string, text: string) {
        const time = Math.max(Date.now(), history.latest + 1) // the order holds, whatever the clock does
        const entry = { key: time + "-" + Math.random().toString(36).slice(2), kind: kind,
                        author: author, text: text, time: time }
        history.add(entry) // who enters before it comes back here has to get it too
        tell({ entry: entry })
    }

    function tellMembers() {
        if (listening)
            tell({ members: members() })
    }

    // Who cannot take it is reported by errorOccurred.
    function tell(message: var) {
        broadcast(message).catch(() => {})
    }

    function members() : var {
        const list = []
        for (let row = 0; row < connections.count; ++row) {
            const id = connections.get(row).id
            if (names.has(id))
                list.push({ name: names.get(id), hosts: id === ownId })
        }
        return list
    }

    // "Ada 2" where "Ada" is here already.
    function freeName(asked: string) : string {
        const taken = Array.from(names.values()).map(name => name.toLowerCase())
        const base = asked.replace(/ \d+$/, "")
        let name = asked
        for (let number = 2; taken.indexOf(name.toLowerCase()) >= 0; ++number)
            name = base + " " + number
        return name
    }
}
