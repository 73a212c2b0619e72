// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
"use strict";

// Writes a value as the JavaScript that makes it, so that the tests tell undefined from null, -0 from
// 0, 5n from 5 and a Buffer from an array: what JSON would blur.
function literal(value) {
	switch(typeof value) {
		case "string": return JSON.stringify(value); // a lone surrogate becomes an escape
		case "number": return Object.is(value, -0) ? "-0" : String(value);
		case "bigint": return `${value}n`;
		case "object": return value === null ? "null" : objectLiteral(value);
		default: return String(value);
	}
}

function objectLiteral(object) {
	if(Array.isArray(object)) { return `[${object.map(literal).join(",")}]`; }
	if(Buffer.isBuffer(object)) { return `Buffer.from("${object.toString("hex")}","hex")`; }
	if(object instanceof Date) { return `new Date(${object.getTime()})`; }
	if(object instanceof Error) { return `new ${object.name}(${literal(object.message)})`; }
	if(Object.getPrototypeOf(object) !== Object.prototype) { return `a ${object.constructor.name}`; }
	const entries = Object.entries(object).map(([key, value]) => `${literal(key)}:${literal(value)}`);
	return `{${entries.join(",")}}`;
}

module.exports = { literal };
