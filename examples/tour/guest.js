// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The same guest in Node.js, with the real net-ipc. To it an error answer is undefined, and a topic is
// an ordinary request and an ordinary message: net-ipc itself has neither.

"use strict";

const { Client } = require("net-ipc");

const [, , path, name] = process.argv;
const missing = new Set(["a message", "an answer", "an error", "news", "a question"]);
const say = what => console.log(`${name.padEnd(6)} │ ${what}`);

const client = new Client({ path, messagepack: true, reconnect: false });

async function ask() {
  const sum = await client.request({ add: [19, 23] });
  say(`19 + 23 is ${sum}`);
  if (sum === 42)
    missing.delete("an answer");

  const tea = await client.request("tea");
  say(`no tea: ${tea}`);
  if (tea === undefined)
    missing.delete("an error");

  await client.request({ sub: "news" });
  say("waiting for news");
}

client.on("message", message => {
  if (message.pub) {
    say(`${message.pub}: ${JSON.stringify(message.message)}`);
    missing.delete("news");
  } else {
    say(`the server says ${JSON.stringify(message)}`);
    missing.delete("a message");
    ask();
  }
});

client.on("request", (question, respond) => {
  say(`the server asks ${JSON.stringify(question)}`);
  respond("yes, thank you");
  missing.delete("a question");
});

client.on("error", error => say(String(error)));

client.on("close", reason => {
  say(`the server's farewell: ${JSON.stringify(reason)}`);
  for (const what of missing)
    say(`this never came: ${what}`);
  process.exit(missing.size === 0 && reason === "closing time" ? 0 : 1);
});

setTimeout(() => client.close("out of patience"), 20_000).unref();

client.connect({ name, speaks: "JavaScript" }).then(() => {
  say('I say "good morning"');
  return client.send("good morning");
});
