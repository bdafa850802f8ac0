// A conversation on the article's pages, through whatever befalls browser, line and server.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chatting, friend, openChat, say, server, signIn, untilShown } from "./classic.mjs";
import { assertClean } from "./support.mjs";

describe("a conversation", () => {
  it("survives a reload in its middle, on both sides", async () => {
    const { liger, indifferent } = await chatting();
    const texts = [];
    for (let i = 0; i < 6; i += 1) {
      texts.push(`before ${i}`);
      await say(liger, texts.at(-1));
      if (i === 2) await indifferent.reload();
    }
    await liger.fill("#Content", "half a thou");
    await liger.reload();
    assert.equal(await liger.inputValue("#Content"), "half a thou");
    await untilShown(liger, texts);
    await untilShown(indifferent, texts);
    await say(indifferent, "after");
    await untilShown(liger, [...texts, "after"]);
    assertClean(liger, indifferent);
  });

  it("survives the server's sudden death in its middle", async () => {
    const { liger, indifferent } = await chatting();
    const texts = ["one", "two"];
    for (const text of texts) await say(liger, text);
    await untilShown(indifferent, texts);

    await server.kill();
    await liger.locator("#myState", { hasText: "Reconnecting" }).waitFor();
    await say(liger, "three, while the server is away");
    await say(liger, "four, while the server is away");
    await liger.locator("#log .link", { hasText: "Retry" }).first().waitFor();
    await server.again();

    // The pages find it by themselves, and what was written is sent, once and in order.
    texts.push("three, while the server is away", "four, while the server is away");
    await untilShown(liger, texts);
    await untilShown(indifferent, texts);
    await say(indifferent, "five");
    texts.push("five");
    await untilShown(liger, texts);
    const wrong = [...liger.wrong, ...indifferent.wrong].filter((text) => !text.includes("ERR_CONNECTION"));
    assert.deepEqual(wrong.filter((text) => !/ERR_(EMPTY_RESPONSE|INCOMPLETE|SOCKET|ABORTED)/.test(text)), []);
  });

  it("repeats a send whose answer was lost under the same nonce, so it is stored once", async () => {
    const { liger, indifferent } = await chatting();
    // The request reaches the server, the answer does not reach the page.
    let lost = 0;
    await liger.route("**/comet_broadcast.asyn", async (route) => {
      if (lost === 0 && route.request().postData().includes("SendMsg")) {
        lost += 1;
        await route.fetch();
        await route.abort();
      } else {
        await route.continue();
      }
    });
    await say(liger, "once");
    await untilShown(liger, ["once"]);
    await untilShown(indifferent, ["once"]);
    await say(liger, "and on");
    await untilShown(indifferent, ["once", "and on"]);
    assert.equal(lost, 1);
  });

  it("brings eight messages to somebody who was away, once each and in order", async () => {
    const away = await signIn("indifferent");
    await away.click("#signOut");
    await away.waitForURL("**/classic/");
    const liger = await signIn("liger_zql");
    await openChat(liger, "漠然", "offline");
    const texts = Array.from({ length: 8 }, (_, i) => `message ${i + 1}`);
    for (const text of texts) await say(liger, text);
    await untilShown(liger, texts);

    const indifferent = await signIn("indifferent");
    await friend(indifferent, "online", "liger_zql").locator(".badge", { hasText: "8" }).waitFor();
    await openChat(indifferent, "liger_zql");
    await untilShown(indifferent, texts);
    await say(liger, "the ninth");
    await untilShown(indifferent, [...texts, "the ninth"]);
    assertClean(liger, indifferent, away);
  });

  it("keeps the messages of several friends apart", async () => {
    const password = "a long password";
    for (const name of ["ana", "ben"]) await server.classic({ Action: "Register", UserId: name, PassWord: password });
    const send = (from, text) =>
      server.classic({ Action: "SendMsg", UserId: from, PassWord: password, ReciveUserId: "liger_zql", Content: text });
    const liger = await signIn("liger_zql");
    await send("ana", "from ana");
    await send("ben", "from ben");
    await send("ben", "again from ben");
    await friend(liger, "others", "ben").locator(".badge", { hasText: "2" }).waitFor();
    await openChat(liger, "ana", "others");
    await untilShown(liger, ["from ana"]);
    assert.equal(await liger.title(), "(2) Keepline");
    await openChat(liger, "ben", "others");
    await untilShown(liger, ["from ben", "again from ben"]);
    assertClean(liger);
  });

  it("shows HTML as the text it is", async () => {
    const { liger, indifferent } = await chatting();
    const texts = ["<img src=x onerror=alert(1)>", "<script>alert(1)</script> &amp; &lt;b&gt;", "a < b && c > \"d\" 'e'"];
    for (const text of texts) await say(liger, text);
    await untilShown(liger, texts);
    await untilShown(indifferent, texts);
    assert.equal(await indifferent.locator("#log img, #log script, #log b").count(), 0);
    assertClean(liger, indifferent);
  });

  it("keeps the lines of a message, and sends with Enter", async () => {
    const { liger, indifferent } = await chatting();
    await liger.type("#Content", "first line");
    await liger.press("#Content", "Shift+Enter");
    await liger.type("#Content", "second line");
    await liger.press("#Content", "Enter");
    await untilShown(indifferent, ["first line\nsecond line"]);
    assertClean(liger, indifferent);
  });

  it("joins a classic user and a user of the JSON interface", async () => {
    const password = "a long password";
    const { token } = await server.api("POST", "/login", { name: "liger_zql", password: "12345", bearer: true });
    const { cursor, me } = await server.api("GET", "/sync", undefined, token);
    const indifferent = await signIn("indifferent");
    const peer = await server.classic({ Action: "Register", UserId: "third", PassWord: password });
    assert.equal(peer.ResponseStatus, 1);
    await server.classic({ Action: "Online", UserId: "indifferent", PassWord: "12345" });

    const { relations = [], friends = relations } = await server.api("GET", "/friends", undefined, token);
    const other = friends.map((row) => row.user ?? row.peer ?? row).find((user) => user.name === "indifferent");
    const opened = await server.api("PUT", `/users/${other.id}/conversation`, undefined, token);
    const send = { nonce: "from-the-api", text: "from the API" };
    await server.api("POST", `/conversations/${opened.id}/messages`, send, token);
    await friend(indifferent, "online", "liger_zql").or(friend(indifferent, "offline", "liger_zql")).dblclick();
    await untilShown(indifferent, ["from the API"]);

    await say(indifferent, "from the classic page");
    let at = cursor;
    for (let tries = 0; tries < 40; tries += 1) {
      const batch = await server.api("GET", `/events?cursor=${at}&wait=5`, undefined, token);
      at = batch.cursor;
      const texts = batch.events.filter(({ type }) => type === "message").map(({ data }) => data.text);
      if (texts.includes("from the classic page")) return assertClean(indifferent);
    }
    assert.fail(`user ${me?.id} never heard the classic message`);
  });
});
