// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT
"use strict";

// The real net-ipc as one of the peers, in either role: `--serve NAME ADDRESS`, `--ask NAME ADDRESS`. It obeys
// the commands that roles/roles.h lists, and measures as the C++ roles do.

const readline = require("node:readline");
const { Client, Server } = require("net-ipc");

const [role, name, path] = process.argv.slice(2);
const messagepack = name === "netipc-msgpack";

const now = () => Number(process.hrtime.bigint()) / 1e3; // µs

function percentile(samples, share) {
	const sorted = [...samples].sort((a, b) => a - b);
	return sorted[Math.round(share * (sorted.length - 1))];
}

function fail(what) {
	process.stderr.write(`${what}\n`);
	process.exit(1);
}

function payloadNamed(wanted) {
	const [kind, size] = wanted.split(":");
	switch(kind) {
		case "text": return { value: "x".repeat(size), size: Number(size) };
		case "bytes": return { value: Buffer.alloc(Number(size), "x"), size: Number(size) };
		case "map": {
			const keys = Array.from({ length: 10 }, (_, i) => [`key${i}`, `value of key ${i}`]);
			return { value: Object.fromEntries(keys), size: 500 };
		}
		default: return fail(`no payload is called ${wanted}`);
	}
}

// The server: echoes requests, counts messages, and tells the count to who asks for null.

let received = 0;

const server = {
	async begin() {
		const listening = new Server({ path, messagepack, max: 100000 });
		listening.on("message", () => { ++received; });
		listening.on("request", (request, respond) => {
			if(request !== null) { return respond(request); }
			const count = received;
			received = 0;
			return respond(count);
		});
		listening.on("error", () => { /* a client that leaves without a word */ });
		await listening.start();
	},

	async startTimer() {
		const interval = 16;
		this.late = [];
		let due = now() + interval * 1e3;
		const next = () => {
			const time = now();
			this.late.push(Math.max(0, time - due) / 1e3);
			do { due += interval * 1e3; } while(due <= time);
			this.timer = setTimeout(next, (due - time) / 1e3);
		};
		this.timer = setTimeout(next, interval);
		return {};
	},

	async stopTimer() {
		clearTimeout(this.timer);
		const [p50, p99, max] = [0.5, 0.99, 1].map(share => percentile(this.late, share));
		return { p50, p99, max };
	}
};

// The client.

async function connected() {
	const client = new Client({ path, messagepack, reconnect: false });
	client.on("error", error => fail(error));
	await client.connect();
	return client;
}

async function exchange(client, value, window, budget) {
	const times = [];
	let answered = 0;
	const begin = now();
	const end = begin + budget * 1e3;
	await Promise.all(Array.from({ length: window }, async () => {
		do {
			const started = now();
			await client.request(value, 60000);
			times.push(now() - started);
			++answered;
		} while(now() < end);
	}));
	return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), perSecond: answered / (now() - begin) * 1e6 };
}

// Sends as long as the socket takes it; the promises of send() do not all settle.
async function sendAll(client, value, count) {
	for(let i = 0; i < count; ++i) {
		client.send(value);
		if(client.connection.writableNeedDrain) {
			await new Promise(drained => { client.connection.once("drain", drained); });
		}
	}
	if(await client.request(null, 60000) !== count) { fail("messages were lost"); }
}

const client = {
	crowdOf: [],

	async begin() { /* connects with the first command */ },

	async first() {
		this.client ??= await connected();
		return this.client;
	},

	async exchange({ payload, window, ms }) {
		const peer = await this.first();
		const { value } = payloadNamed(payload);
		await exchange(peer, value, window, ms / 10);
		return exchange(peer, value, window, ms);
	},

	async oneWay({ payload, ms }) {
		const peer = await this.first();
		const { value, size } = payloadNamed(payload);
		const seconds = async count => {
			const begin = now();
			await sendAll(peer, value, count);
			return (now() - begin) / 1e6;
		};
		const goal = ms / 1e3;
		let count = Math.max(4, Math.floor(128 * 1024 / size));
		let taken = await seconds(count);
		while(taken < goal / 4) {
			count = Math.floor(count * Math.min(16, Math.max(2, goal / 2 / taken)));
			taken = await seconds(count);
		}
		count = Math.max(4, Math.floor(count * goal / taken));
		taken = await seconds(count);
		return { perSecond: count / taken, bytesPerSecond: count / taken * size };
	},

	async connect({ ms }) {
		const ready = [];
		const answered = [];
		const end = now() + ms * 1e3;
		do {
			const begin = now();
			const newcomer = await connected();
			ready.push(now() - begin);
			await newcomer.request("x".repeat(16));
			answered.push(now() - begin);
			await newcomer.close();
		} while(now() < end);
		return { ready: percentile(ready, 0.5), answered: percentile(answered, 0.5) };
	},

	async crowd({ count }) {
		for(let i = 0; i < count; ++i) { this.crowdOf.push(await connected()); }
		return {};
	}
};

const self = role === "--serve" ? server : client;
const print = answer => process.stdout.write(`${JSON.stringify(answer)}\n`);

self.begin().then(() => {
	print({});
	const lines = readline.createInterface({ input: process.stdin });
	lines.on("line", async line => {
		const command = JSON.parse(line);
		if(!(command.do in self)) { fail(`${role} cannot ${command.do}`); }
		print(await self[command.do](command));
	});
	lines.on("close", () => process.exit());
}, fail);
