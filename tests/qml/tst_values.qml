// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

import QtQuick
import QIpc
import QIpcTest

// What JavaScript says, what C++ sees of it, and the other way round, in both encodings.
QIpcCase {
    id: test

    name: "Values"

    property list<string> names: ["Ada", "Bo"]
    property var kept: [1, { a: undefined }]

    Component { id: clientType; IPCClient { path: CppPeer.path() } }

    function client(encoding) {
        const client = make(clientType, { encoding: encoding })
        valueOf(client.connectToServer())
        return client
    }

    function encodings(rows) {
        const data = []
        for (const encoding of ["Json", "MessagePack"]) {
            for (const row of rows) {
                data.push(Object.assign({}, row, { tag: encoding + ", " + row.tag,
                                                   encoding: IPCClient[encoding] }))
            }
        }
        return data
    }

    // value: what is sent; seen: what C++ gets; back: what comes back, `value` itself where it is not given.
    function test_fromJs_data() {
        class Point { constructor() { this.x = 1 } get y() { return 2 } }
        const shared = { a: 1 }
        const json = IPCClient.Json
        return encodings([
            { tag: "null", value: null, seen: "nullptr" },
            { tag: "true", value: true, seen: "bool true" },
            { tag: "false", value: false, seen: "bool false" },
            { tag: "zero", value: 0, seen: "qlonglong 0" },
            { tag: "an integer", value: -42, seen: "qlonglong -42" },
            { tag: "2^53", value: 9007199254740992, seen: "qlonglong 9007199254740992" },
            { tag: "above 2^53", value: 1e300, seen: "double 1.0000000000000001e+300" },
            { tag: "a fraction", value: 0.5, seen: "double 0.5" },
            { tag: "a string", value: "grüße 🙂", seen: "QString grüße 🙂" },
            { tag: "an empty string", value: "", seen: "QString " },
            { tag: "an array", value: [1, "two", [], {}], seen: "list[qlonglong 1, QString two, list[], map{}]" },
            { tag: "an object", value: { a: 1, "0": "zero", "": false },
              seen: "map{: bool false, 0: QString zero, a: qlonglong 1}" },
            { tag: "one object twice", value: [shared, shared], seen: "list[map{a: qlonglong 1}, map{a: qlonglong 1}]" },
            { tag: "__proto__", value: JSON.parse('{"__proto__":{"admin":true}}'), seen: "map{__proto__: map{admin: bool true}}" },
            { tag: "a color", value: Qt.rgba(1, 0, 0, 1), seen: "QString #ff0000", back: "#ff0000" },
            { tag: "a point", value: Qt.point(1, 2), seen: "map{x: double 1, y: double 2}", back: { x: 1, y: 2 } },
            { tag: "an ArrayBuffer", value: new Uint8Array([0, 255, 127]).buffer, seen: "QByteArray 00ff7f" },
            { tag: "an empty ArrayBuffer", value: new ArrayBuffer(0), seen: "QByteArray " },
            { tag: "a typed array", value: new Uint8Array([1, 2]), seen: "QByteArray 0102", back: new Uint8Array([1, 2]).buffer },
            { tag: "a part of a buffer", value: new Uint8Array(new Uint8Array([9, 1, 2, 9]).buffer, 1, 2),
              seen: "QByteArray 0102", back: new Uint8Array([1, 2]).buffer },
            { tag: "a DataView", value: new DataView(new Uint8Array([1, 2]).buffer, 1), seen: "QByteArray 02",
              back: new Uint8Array([2]).buffer },
            { tag: "an instance of a class", value: new Point, seen: "map{x: qlonglong 1}", back: { x: 1 } },
            { tag: "an object without a prototype", value: Object.assign(Object.create(null), { a: 1 }), seen: "map{a: qlonglong 1}",
              back: { a: 1 } },
            { tag: "a url", value: Qt.resolvedUrl("http://example.org/a"), seen: "QString http://example.org/a",
              back: "http://example.org/a" },
            { tag: "a list property", value: test.names, seen: "list[QString Ada, QString Bo]", back: ["Ada", "Bo"] },
        ])
    }

    function test_fromJs(row) {
        const answer = valueOf(client(row.encoding).request(row.value))
        compare(CppPeer.seen(), row.seen)
        const expected = "back" in row ? row.back : row.value
        compare(answer, expected)
        compare(Array.isArray(answer), Array.isArray(expected))
        compare(answer instanceof ArrayBuffer, expected instanceof ArrayBuffer)
        if (answer instanceof ArrayBuffer)
            compare(Array.from(new Uint8Array(answer)), Array.from(new Uint8Array(expected)))
    }

    function test_undefined_data() { return encodings([{ tag: "" }]) }

    function test_undefined(row) {
        const c = client(row.encoding)
        compare(valueOf(c.request(undefined)), undefined)
        compare(CppPeer.seen(), "invalid")
        compare(valueOf(c.request()), undefined)
        const answer = valueOf(c.request({ a: undefined, b: [undefined, 1], c: test.kept }))
        compare(answer.a, undefined)
        compare(answer.b[1], 1)
        compare(answer.c[0], 1)
    }

    function test_numbersThatAreNone_data() { return encodings([{ tag: "" }]) }

    function test_numbersThatAreNone(row) {
        const c = client(row.encoding)
        const json = row.encoding === IPCClient.Json
        compare(valueOf(c.request(Infinity)), json ? null : Infinity)
        const nan = valueOf(c.request(NaN))
        verify(json ? nan === null : Number.isNaN(nan))
        compare(1 / valueOf(c.request(-0)), -Infinity)
    }

    function test_aDate_data() { return encodings([{ tag: "" }]) }

    function test_aDate(row) {
        const date = new Date(1700000000123)
        const answer = valueOf(client(row.encoding).request({ when: date })).when
        if (row.encoding === IPCClient.Json) {
            compare(answer, "2023-11-14T22:13:20.123Z")
        } else {
            verify(answer instanceof Date)
            compare(answer.getTime(), date.getTime())
        }
    }

    function test_toJs_data() {
        return encodings(Array.from(CppPeer.names()).map(name => ({ tag: name, given: name })))
    }

    function test_toJs(row) {
        const value = valueOf(client(row.encoding).request("give " + row.given))
        const json = row.encoding === IPCClient.Json
        const check = {
            "invalid": v => v === undefined,
            "nullptr": v => v === null,
            "true": v => v === true,
            "int": v => v === -42,
            "2^53": v => v === 9007199254740992,
            "largest qlonglong": v => v === 9223372036854775808,
            "largest qulonglong": v => v === 18446744073709551616,
            "double": v => v === 0.1,
            "minus zero": v => 1 / v === -Infinity,
            "QString": v => v === "grüße 🙂",
            "null QString": v => v === "",
            "QByteArray": v => v instanceof ArrayBuffer && Array.from(new Uint8Array(v)).join() === "0,255,127",
            "null QByteArray": v => v instanceof ArrayBuffer && v.byteLength === 0,
            "QDateTime": v => json ? v === "2023-11-14T22:13:20.123Z" : v instanceof Date && v.getTime() === 1700000000123,
            "QVariantList": v => Array.isArray(v) && Array.isArray(v[2]) && JSON.stringify(v) === '[1,"two",[],{}]',
            "QStringList": v => Array.isArray(v) && v.concat("c").join() === "a,b,c",
            "QVariantMap": v => v.a === 1 && v["0"] === "zero" && v[""] === false && Object.keys(v).length === 3,
            "__proto__": v => v.admin === undefined && Object.keys(v).join() === "__proto__",
            "deep": v => { let levels = 0; while (Array.isArray(v)) { v = v[0]; ++levels } return levels === 128 && v === 1 },
        }[row.given]
        verify(check, "no check for " + row.given)
        verify(check(value), JSON.stringify(value))
    }

    function test_refused_data() {
        const cycle = { list: [1] }
        cycle.list.push(cycle)
        let deep = 1
        for (let i = 0; i < 2000; ++i)
            deep = [deep]
        return [
            { tag: "a function", value: () => 1, what: "cannot encode a function" },
            { tag: "a function in an object", value: { a: [0, function() {}] }, what: "cannot encode a function at .a[1]" },
            { tag: "a QObject", value: { item: test }, what: "cannot encode a QObject at .item" },
            { tag: "a Map", value: [{ "a key": new Map }], what: 'cannot encode Map at [0]["a key"]' },
            { tag: "a Set", value: new Set, what: "cannot encode Set" },
            { tag: "a Promise", value: [new Promise(() => 1)], what: "cannot encode Promise at [0]" },
            { tag: "an Error", value: { e: new Error("x") }, what: "cannot encode Error at .e" },
            { tag: "a Symbol", value: { s: Symbol("x") }, what: "cannot encode a Symbol at .s" },
            { tag: "a RegExp", value: /x/, what: "cannot encode a QRegularExpression" },
            { tag: "a cycle", value: cycle, what: "cannot encode an object that lies in itself (a cycle) at .list[1]" },
            { tag: "a getter that throws", value: { a: { get b() { throw new Error("no") } } },
              what: "cannot encode an object that cannot be read (Error: no) at .a" },
            { tag: "a getter that throws a string", value: { a: { get b() { throw "no" } } },
              what: "cannot encode an object that cannot be read (no) at .a" },
            { tag: "a getter that throws a number", value: Object.create(null, { b: { get: () => { throw 42 }, enumerable: true } }),
              what: "cannot encode an object that cannot be read (42)" },
            { tag: "a getter that throws an object", value: { get b() { throw Object.create(null) } },
              what: /cannot encode an object that cannot be read \(.+\)/ },
            { tag: "an element that throws", value: { a: Object.defineProperty([0, 1], "1", { get: () => { throw new Error("no") } }) },
              what: "cannot encode an object that cannot be read (Error: no) at .a" },
            { tag: "a vector", value: { c: Qt.vector2d(1, 0) }, what: "cannot encode a QVector2D at .c" },
            { tag: "more levels than the limit", value: deep, what: /more than \d+ levels/ },
        ]
    }

    function test_refused(row) {
        const c = client(IPCClient.Auto)
        const warning = row.what instanceof RegExp ? row.what : new RegExp("tst_values.qml:\\d+: .*"
            + row.what.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        ignoreWarning(warning)
        const error = errorOf(c.send(row.value))
        compare(error.code, IPCError.EncodingError)
        if (row.what instanceof RegExp)
            verify(row.what.test(error.message), error.message)
        else
            compare(error.message, row.what)
        compare(valueOf(c.request("still there")), "still there")
    }

    // Refused before it is read whole, which takes more memory than there is.
    function test_refusedForItsWidth_data() {
        const sparse = () => {
            const array = []
            array[4294967294] = 1
            return array
        }
        const shared = () => {
            let array = [1]
            for (let i = 0; i < 32; ++i)
                array = [array, array]
            return array
        }
        const sharedMap = () => {
            let map = { a: 1 }
            for (let i = 0; i < 32; ++i)
                map = { a: map, b: map }
            return map
        }
        return [
            { tag: "an array with holes", make: sparse, values: 1048576 },
            { tag: "an array many times in others", make: shared, values: 10000 },
            { tag: "an object many times in others", make: sharedMap, values: 10000 },
        ]
    }

    function test_refusedForItsWidth(row) {
        const c = make(clientType)
        c.limits.values = row.values
        valueOf(c.connectToServer())
        ignoreWarning(new RegExp("more than the " + row.values + " values that are allowed"))
        const before = Date.now()
        const error = errorOf(c.send({ a: row.make() }))
        verify(Date.now() - before < 1000, Date.now() - before + " ms")
        compare(error.code, IPCError.EncodingError)
        compare(error.limit, "values")
        compare(valueOf(c.request("still there")), "still there")
    }

    function test_asManyValuesAsTheLimit() {
        const c = make(clientType)
        c.limits.values = 7
        valueOf(c.connectToServer())
        compare(valueOf(c.request([1, [2], { a: 3, b: 4 }])), [1, [2], { a: 3, b: 4 }])
        ignoreWarning(/cannot encode more than the 7 values that are allowed \(limits.values\) at \[2\]/)
        compare(errorOf(c.request([1, [2], { a: 3, b: 4, c: 5, d: 6 }])).limit, "values")
    }
}
