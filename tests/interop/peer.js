// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
"use strict";

// The real net-ipc, led by a test. Each line of standard input is JavaScript, run with what stands below
// in reach; each line of standard output is an event:
//
//   {"event":"result","value":literal}  what a line gave, or its promise came to; or "thrown"
//   {"event":…,"value":literal}         what observe() or the test's own print() tells
//
// It ends with its input, so it does not outlive the test. Whatever kills a Node process that uses net-ipc,
// such as an unhandled rejection, kills this one too: its exit code is not 0 then.

const readline = require("node:readline");
const { Client, Server } = require("net-ipc");
const { literal } = require("./literal.js");

function print(event, value) {
	process.stdout.write(`${JSON.stringify({ event, value: literal(value) })}\n`);
}

// Prints what happens to a Client or a Server. No "request": that one is handled where a listener is.
function observe(peer) {
	peer.on("error", error => print("error", error));
	peer.on("close", reason => print("close", reason));
	peer.on("message", message => print("message", message));
	if(peer instanceof Client) {
		peer.on("ready", () => print("ready", peer.id));
	} else {
		peer.on("connect", (connection, payload) => print("connect", [connection.id, payload]));
		peer.on("disconnect", (connection, reason) => print("disconnect", [connection.id, reason]));
	}
	return peer;
}

// Answers requests with what they hold.
function echo(peer) {
	peer.on("request", (request, respond) => respond(request));
}

// Keeps the answers of requests in `held`, for a later line to give.
const held = [];
function hold(peer) {
	peer.on("request", (request, respond) => {
		held.push(respond);
		print("request", request);
	});
}

// Sends `count` requests at once to an echo; whether each got its own answer.
async function manyRequests(peer, count) {
	const requests = Array.from({ length: count }, (_, index) => peer.request(index));
	const answers = await Promise.all(requests);
	return answers.every((answer, index) => answer === index);
}

Object.assign(globalThis, { Client, Server, print, observe, echo, hold, held, manyRequests });

async function run(source) {
	try {
		print("result", await (0, eval)(source)); // indirect, so that what a line declares stays
	} catch(error) {
		print("thrown", error);
	}
}

const lines = readline.createInterface({ input: process.stdin });
lines.on("line", run);
lines.on("close", () => process.exit());
