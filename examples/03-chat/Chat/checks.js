// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
.pragma library

// What comes from others may be anything. These make of it what it should be; null, or nothing, where
// that cannot be.

const longestName = 40
const longestText = 20000
const longestHistory = 500
const mostMembers = 200
const aDay = 24 * 60 * 60 * 1000

// Of one line, and nothing in it that hides, or turns what stands around it.
function name(value) {
    if (typeof value !== "string")
        return null
    const line = value.slice(0, 4 * longestName)
        .replace(/[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g, " ")
    return Array.from(line.trim()).slice(0, longestName).join("").trim() || null
}

// Without empty lines around it; a character is not cut in two.
function text(value) {
    if (typeof value !== "string")
        return null
    return value.slice(0, longestText)
        .replace(/[\ud800-\udbff]$/, "")
        .replace(/\r\n?/g, "\n")
        .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "")
        .replace(/^\n+|\s+$/g, "") || null
}

function time(value) {
    return typeof value === "number" && value >= 0 && value <= Date.now() + aDay ? value : null
}

function entry(value) {
    if (typeof value !== "object" || value === null)
        return null
    const checked = {
        key: typeof value.key === "string" ? value.key.slice(0, 64) : "",
        kind: value.kind,
        author: name(value.author),
        text: value.kind === "said" ? text(value.text) : "",
        time: time(value.time)
    }
    const known = ["said", "joined", "left"].indexOf(checked.kind) >= 0
    const whole = checked.key !== "" && known && checked.author !== null && checked.text !== null
        && checked.time !== null
    return whole ? checked : null
}

function entries(value) {
    return list(value, longestHistory, entry)
}

function members(value) {
    return list(value, mostMembers, member => {
        const known = typeof member === "object" && member !== null ? name(member.name) : null
        return known === null ? null : { name: known, hosts: member.hosts === true }
    })
}

function list(value, longest, check) {
    if (!Array.isArray(value))
        return []
    return value.slice(-longest).map(check).filter(item => item !== null)
}
