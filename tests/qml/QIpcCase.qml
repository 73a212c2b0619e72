// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtTest

// A TestCase that can wait for promises.
TestCase {
    // What became of `promise`: {value} or {error}. Fails where it does not settle.
    function settle(promise) {
        let outcome = null
        promise.then(value => { outcome = { value: value } }, error => { outcome = { error: error } })
        tryVerify(() => outcome !== null, 5000, "the promise did not settle")
        return outcome
    }

    // What `promise` resolves with.
    function valueOf(promise) {
        const outcome = settle(promise)
        verify(!("error" in outcome), "rejected: " + outcome.error)
        return outcome.value
    }

    // The Error that `promise` is rejected with.
    function errorOf(promise) {
        const outcome = settle(promise)
        verify("error" in outcome, "resolved: " + JSON.stringify(outcome.value))
        verify(outcome.error instanceof Error)
        compare(outcome.error.name, "IPCError")
        return outcome.error
    }

    // Makes an object of `component`, which goes with the test.
    function make(component, properties) {
        const object = createTemporaryObject(component, this, properties || {})
        verify(object)
        return object
    }
}
