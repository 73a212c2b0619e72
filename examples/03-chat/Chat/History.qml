// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
import QtQml
import QtQml.Models
import "checks.js" as Checks

// What was said in the room, oldest first. Every window keeps its own, so that it survives whoever
// serves; entries are known by their key, and merged by their time.
QtObject {
    id: history

    readonly property ListModel entries: ListModel {}
    readonly property double latest: {
        const count = history.entries.count
        return count > 0 ? history.entries.get(count - 1).time : 0
    }

    // Of one person's, those that follow soon make a group.
    readonly property int groupTime: 5 * 60 * 1000

    property var keys: new Set()

    // Takes a checked entry; false where it is known, or older than all that is kept.
    function add(entry) : bool {
        if (keys.has(entry.key))
            return false
        let row = entries.count
        while (row > 0 && entries.get(row - 1).time > entry.time)
            --row
        const full = entries.count >= Checks.longestHistory
        if (full && row === 0)
            return false

        keys.add(entry.key)
        entries.insert(row, {
            key: entry.key, kind: entry.kind, author: entry.author, text: entry.text,
            time: entry.time, opensGroup: true, opensDay: true
        })
        regroup(row)
        regroup(row + 1)
        if (full) {
            keys.delete(entries.get(0).key)
            entries.remove(0)
            regroup(0)
        }
        return true
    }

    function all() : var {
        const list = []
        for (let row = 0; row < entries.count; ++row) {
            const entry = entries.get(row)
            list.push({ key: entry.key, kind: entry.kind, author: entry.author, text: entry.text,
                        time: entry.time })
        }
        return list
    }

    function regroup(row: int) {
        if (row >= entries.count)
            return
        const entry = entries.get(row)
        const before = row > 0 ? entries.get(row - 1) : null
        const sameDay = before !== null
            && new Date(before.time).toDateString() === new Date(entry.time).toDateString()
        entries.setProperty(row, "opensDay", !sameDay)
        entries.setProperty(row, "opensGroup", !sameDay || before.kind !== entry.kind
            || before.author !== entry.author || entry.time - before.time > groupTime)
    }
}
