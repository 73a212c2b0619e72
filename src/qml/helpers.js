// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
//
// What needs JavaScript itself. Evaluated once in each engine (scripts.cpp); gives the functions that
// C++ calls. `reportUnhandled(error)` is told of each rejection that nobody handles.

(function(reportUnhandled) {
    "use strict"

    const nativeThen = Promise.prototype.then
    const handled = Symbol("handled")
    const owner = Symbol("owner")

    // The prototype of our promises, and of all that then() and catch() make of them. They are plain
    // promises but for a mark, set by whoever handles them: the engine itself tells nobody of a
    // rejection that nobody does.
    const watched = Object.create(Promise.prototype, {
        then: {
            value: function(fulfilled, rejected) {
                this[handled] = true
                return watch(nativeThen.call(this, fulfilled, rejected))
            },
            writable: true, configurable: true
        }
    })

    function watch(promise) {
        Object.setPrototypeOf(promise, watched)
        nativeThen.call(promise, undefined, error => {
            if (!promise[handled])
                reportUnhandled(error)
        })
        return promise
    }

    // [key, value, key, value, …] of a plain object.
    function entries(object) {
        const list = []
        for (const key of Object.keys(object))
            list.push(key, object[key])
        return list
    }

    // What was thrown may be anything, also what does not become a string.
    function textOf(thrown) {
        try {
            return String(thrown)
        } catch (error) {
            return "something without a name"
        }
    }

    return {
        entries: entries,

        // The elements of an array, of which none is a getter any more.
        elements: function(array) {
            const list = []
            const length = array.length
            for (let i = 0; i < length; ++i)
                list.push(array[i])
            return list
        },

        // {value}, which `f` returns, or {thrown}, as a string.
        attempt: function(f, ...args) {
            try {
                return { value: f(...args) }
            } catch (error) {
                return { thrown: textOf(error) }
            }
        },

        // What an object is that is not a plain one: the bytes of a typed array, as an ArrayBuffer;
        // the entries of an instance of a class; or the name of a kind that cannot be sent.
        open: function(object) {
            if (ArrayBuffer.isView(object))
                return object.buffer.slice(object.byteOffset, object.byteOffset + object.byteLength)
            const kind = Object.prototype.toString.call(object).slice(8, -1)
            return kind === "Object" ? entries(object) : kind
        },

        // Sets what an assignment would not: `__proto__` as a key of its own.
        define: function(object, key, value) {
            Object.defineProperty(object, key, { value: value, enumerable: true, configurable: true,
                                                 writable: true })
        },

        // [promise, resolve, reject]
        defer: function() {
            let resolve, reject
            const promise = watch(new Promise((yes, no) => { resolve = yes; reject = no }))
            return [promise, resolve, reject]
        },

        // Nobody needs to handle its rejection: it was told in another way.
        excuse: function(promise) { promise[handled] = true },

        // Makes an Error, which knows where it was made, an IPCError. Its `name` is read-only in
        // older engines.
        describe: function(error, properties) {
            Object.defineProperty(error, "name", { value: "IPCError", configurable: true })
            for (const key of Object.keys(properties)) {
                Object.defineProperty(error, key, { value: properties[key], configurable: true,
                                                    enumerable: key !== "message", writable: true })
            }
            return error
        },

        // The function that answers a request through `response`. It is the method itself, so that
        // what it throws blames the line of the caller; a method does not keep its object.
        responder: function(response) {
            const respond = response.answer
            const fail = response.fail
            respond[owner] = fail[owner] = response
            respond.fail = fail
            return respond
        }
    }
})
