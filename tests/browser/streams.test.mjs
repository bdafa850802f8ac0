// The stream of events by other people's clients: `eventsource` and `ws` from npm, as a bot's author would use them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { EventSource } from "eventsource";
import WebSocket from "ws";
import { Server } from "./support.mjs";

const PASSWORD = "correct horse battery";
let server;
let count = 0;

before(async () => {
  server = await Server.start();
});
after(() => server.close());

/** Somebody with a token. */
async function register() {
  const name = `streamer${++count}`;
  await server.api("POST", "/register", { name, password: PASSWORD });
  const { token, user } = await server.api("POST", "/login", { name, password: PASSWORD, bearer: true });
  return { token, id: user.id };
}

/** Two people with a chat, and where the second one stands. */
async function pair() {
  const [ana, ben] = [await register(), await register()];
  const { id } = await server.api("PUT", `/users/${ben.id}/conversation`, undefined, ana.token);
  const { cursor } = await server.api("GET", "/sync", undefined, ben.token);
  return { ana, ben, chat: id, cursor };
}

async function send({ ana, chat }, text) {
  await server.api("POST", `/conversations/${chat}/messages`, { nonce: `n${++count}`, text }, ana.token);
}

/** Collects batches; until() waits for so many texts. */
class Heard {
  texts = [];
  batches = [];
  #waiting = [];

  add(batch) {
    this.batches.push(batch);
    for (const event of batch.events ?? []) if (event.type === "message") this.texts.push(event.data.text);
    this.#waiting = this.#waiting.filter(({ fact, tell }) => !(fact() && (tell(), true)));
  }

  async until(fact) {
    if (!fact()) await new Promise((tell) => this.#waiting.push({ fact, tell }));
  }

  get cursor() {
    return this.batches.at(-1).cursor;
  }
}

const TIMEOUT = { timeout: 120_000 };

describe("eventsource", () => {
  function open({ ben }, query) {
    const asked = [];
    const source = new EventSource(`${server.url}/api/v1/events?wait=5&${query}`, {
      fetch: (input, init) => {
        asked.push(init.headers["Last-Event-ID"]);
        return fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${ben.token}` } });
      },
    });
    const heard = new Heard();
    source.addEventListener("message", (event) => {
      const batch = JSON.parse(event.data);
      assert.equal(event.lastEventId, batch.cursor);
      heard.add(batch);
    });
    return { source, heard, asked };
  }

  test("follows, and comes back by itself with its last id after a crash", TIMEOUT, async () => {
    const world = await pair();
    const { source, heard, asked } = open(world, `cursor=${world.cursor}`);
    await heard.until(() => heard.batches.length > 0);
    assert.equal(heard.batches[0].hello.user, world.ben.id);
    await send(world, "one");
    await heard.until(() => heard.texts.length === 1);
    const last = heard.cursor;
    await server.kill();
    await server.again();
    await send(world, "two");
    await heard.until(() => heard.texts.length === 2);
    source.close();
    assert.deepEqual(heard.texts, ["one", "two"]);
    assert.equal(asked.at(-1), last);
  });

  test("hears a reset in the stream", TIMEOUT, async () => {
    const world = await pair();
    const { source, heard } = open(world, "cursor=garbage");
    await heard.until(() => heard.batches.length > 0);
    source.close();
    assert.deepEqual(heard.batches[0].reset, { why: "unknown" });
  });

  test("is told of the end of its session, and then not let in", TIMEOUT, async () => {
    const world = await pair();
    const { source, heard } = open(world, `cursor=${world.cursor}`);
    const problem = new Promise((tell) => source.addEventListener("problem", (event) => tell(JSON.parse(event.data))));
    const refused = new Promise((tell) => {
      source.addEventListener("error", (event) => event.code && tell(event.code));
    });
    await heard.until(() => heard.batches.length > 0);
    await server.api("POST", "/logout", undefined, world.ben.token);
    assert.equal((await problem).code, "sign_in_required");
    assert.equal(await refused, 401);
    assert.equal(source.readyState, EventSource.CLOSED);
  });
});

describe("ws", () => {
  function open({ ben }, query) {
    const headers = { Authorization: `Bearer ${ben.token}` };
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/v1/events?wait=5&${query}`, { headers });
    const heard = new Heard();
    socket.on("message", (data, binary) => {
      assert.equal(binary, false);
      heard.add(JSON.parse(data.toString()));
    });
    socket.on("error", () => {});
    return { socket, heard, closed: once(socket, "close").then(([code]) => code) };
  }

  test("follows, answers to a ping, and goes on from its cursor after a crash", TIMEOUT, async () => {
    const world = await pair();
    const first = open(world, `cursor=${world.cursor}`);
    await first.heard.until(() => first.heard.batches.length > 0);
    assert.equal(first.heard.batches[0].hello.user, world.ben.id);
    assert.equal(first.socket.extensions, "");
    first.socket.ping("are you there");
    const [pong] = await once(first.socket, "pong");
    assert.equal(pong.toString(), "are you there");
    await send(world, "one");
    await first.heard.until(() => first.heard.texts.length === 1);
    await server.kill();
    assert.equal(await first.closed, 1006);
    await server.again();
    await send(world, "two");
    const second = open(world, `cursor=${first.heard.cursor}`);
    await second.heard.until(() => second.heard.texts.length === 1);
    assert.deepEqual(second.heard.texts, ["two"]);
    second.socket.close(1000);
    assert.equal(await second.closed, 1000);
  });

  test("hears a reset and a normal close", TIMEOUT, async () => {
    const world = await pair();
    const { heard, closed } = open(world, "cursor=garbage");
    assert.equal(await closed, 1000);
    assert.deepEqual(heard.batches[0].reset, { why: "unknown" });
  });

  test("may not send, and hears why it ends", TIMEOUT, async () => {
    const world = await pair();
    const talks = open(world, `cursor=${world.cursor}`);
    await once(talks.socket, "open");
    talks.socket.send("hello?");
    assert.equal(await talks.closed, 1003);
    const leaves = open(world, `cursor=${world.cursor}`);
    await leaves.heard.until(() => leaves.heard.batches.length > 0);
    await server.api("POST", "/logout", undefined, world.ben.token);
    assert.equal(await leaves.closed, 4401);
    const late = open(world, `cursor=${world.cursor}`);
    const [, response] = await once(late.socket, "unexpected-response");
    assert.equal(response.statusCode, 401);
  });
});
