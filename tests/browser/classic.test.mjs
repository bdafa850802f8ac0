// The article's pages in a real browser, against the real binary.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { assertClean, launch, newPage, Server } from "./support.mjs";

let server, browser, context;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

beforeEach(async () => {
  server = await Server.start();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  context.setDefaultTimeout(30_000);
});
afterEach(async () => {
  await context.close();
  await server.close();
});

async function signIn(name, password = "12345", where = context) {
  const page = await newPage(where);
  await page.goto(`${server.url}/classic/`);
  await page.fill("#UserId", name);
  await page.fill("#PassWord", password);
  await page.press("#PassWord", "Enter");
  await page.waitForURL("**/classic/chat.html");
  return page;
}

const friend = (page, list, name) => page.locator(`#${list} .friend`, { hasText: name });

async function openChat(page, name, list = "online") {
  await friend(page, list, name).dblclick();
  await page.locator("#peerName", { hasText: name }).waitFor();
}

async function say(page, text) {
  await page.fill("#Content", text);
  await page.press("#Content", "Enter");
}

const shown = (page) => page.locator("#log .text").allTextContents();

async function untilShown(page, texts) {
  await page.waitForFunction(
    (wanted) => {
      const rows = [...document.querySelectorAll("#log li")];
      return rows.length >= wanted && rows.every((row) => ["sent", "received"].includes(row.dataset.state));
    },
    texts.length,
  );
  assert.deepEqual(await shown(page), texts);
}

/** Both demo users, each in a tab of one browser, each with the other's chat open. */
async function chatting() {
  const liger = await signIn("liger_zql");
  const indifferent = await signIn("indifferent");
  await openChat(liger, "漠然");
  await openChat(indifferent, "liger_zql");
  return { liger, indifferent };
}

describe("the article's demonstration", () => {
  it("two tabs of one browser are two users who chat", async () => {
    const liger = await signIn("liger_zql");
    const indifferent = await signIn("indifferent");
    assert.equal(await liger.textContent("#myName"), "liger_zql");
    assert.equal(await indifferent.textContent("#myName"), "漠然");

    await openChat(liger, "漠然");
    await say(liger, "Hello, are you there?");
    await untilShown(liger, ["Hello, are you there?"]);

    // The receiver is pushed: unread first, then read, then answered.
    await friend(indifferent, "online", "liger_zql").locator(".badge", { hasText: "1" }).waitFor();
    assert.equal(await indifferent.title(), "(1) Keepline");
    assert.match(await indifferent.textContent("#announcer"), /liger_zql: Hello, are you there\?/);
    await openChat(indifferent, "liger_zql");
    assert.equal(await indifferent.title(), "Keepline");
    await untilShown(indifferent, ["Hello, are you there?"]);
    await say(indifferent, "在，你好！");
    await untilShown(liger, ["Hello, are you there?", "在，你好！"]);

    // Both stay signed in.
    await liger.reload();
    await indifferent.reload();
    assert.equal(await liger.textContent("#myName"), "liger_zql");
    assert.equal(await indifferent.textContent("#myName"), "漠然");
    assertClean(liger, indifferent);
  });

  it("a single click opens nothing, a double-click does", async () => {
    const liger = await signIn("liger_zql");
    await friend(liger, "offline", "漠然").click();
    assert.equal(await liger.isVisible("#hint"), true);
    await friend(liger, "offline", "漠然").dblclick();
    assert.equal(await liger.isVisible("#hint"), false);
    assertClean(liger);
  });

  it("signing out takes a friend off the list at once", async () => {
    const liger = await signIn("liger_zql");
    const indifferent = await signIn("indifferent");
    await friend(liger, "online", "漠然").waitFor();
    await indifferent.click("#signOut");
    await indifferent.waitForURL("**/classic/");
    await friend(liger, "offline", "漠然").waitFor({ timeout: 15_000 });
    await indifferent.goto(`${server.url}/classic/chat.html`);
    await indifferent.waitForURL("**/classic/");
    assertClean(liger, indifferent);
  });
});

describe("an account", () => {
  it("is registered with all fields and can be used at once", async () => {
    const page = await newPage(context);
    await page.goto(`${server.url}/classic/`);
    await page.click("text=Register");
    await page.fill("#UserId", "li_na");
    await page.fill("#PassWord", "a long password");
    await page.fill("#UserName", "李娜");
    await page.fill("#Sex", "女");
    await page.fill("#Age", "26");
    await page.fill("#Email", "li.na@example.org");
    await page.click("button.primary");
    await page.waitForURL("**/classic/chat.html");
    assert.equal(await page.textContent("#myName"), "李娜");
    const answer = await server.classic({ Action: "Online", UserId: "li_na", PassWord: "a long password" });
    const { Sex, Age, Email } = answer.ResponseData;
    assert.deepEqual({ Sex, Age, Email }, { Sex: "女", Age: 26, Email: "li.na@example.org" });
    assertClean(page);
  });

  it("says which field is wrong, and puts the cursor there", async () => {
    const page = await newPage(context);
    await page.goto(`${server.url}/classic/register.html`);
    await page.fill("#UserId", "liger_zql");
    await page.fill("#PassWord", "short");
    await page.click("button.primary");
    await page.locator("#problem", { hasText: "at least 10 characters" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "PassWord");
    await page.fill("#PassWord", "long enough now");
    await page.click("button.primary");
    await page.locator("#problem", { hasText: "This name is taken." }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "UserId");
    assert.equal(await page.getAttribute("#UserId", "aria-invalid"), "true");
    assertClean(page);
  });

  it("does not open with a wrong password", async () => {
    const page = await newPage(context);
    await page.goto(`${server.url}/classic/`);
    await page.fill("#UserId", "liger_zql");
    await page.fill("#PassWord", "54321");
    await page.click("button.primary");
    await page.locator("#problem", { hasText: "Name and password do not match." }).waitFor();
    assert.match(page.url(), /\/classic\/$/);
    assertClean(page);
  });

  it("becomes a friend by name: asked, accepted, online", async () => {
    const api = (name) => server.classic({ Action: "Register", UserId: name, PassWord: "a long password" });
    await api("ana");
    await api("ben");
    const ana = await signIn("ana", "a long password");
    const ben = await signIn("ben", "a long password");
    await ana.fill("#FriendId", "nobody_here");
    await ana.press("#FriendId", "Enter");
    await ana.locator("#addResult", { hasText: "Nobody has this name." }).waitFor();
    await ana.fill("#FriendId", "ben");
    await ana.press("#FriendId", "Enter");
    await ana.locator("#addResult", { hasText: "ben has been asked." }).waitFor();
    await ben.click("#requests button");
    await friend(ben, "online", "ana").waitFor();
    await friend(ana, "online", "ben").waitFor();
    assert.equal(await ben.isVisible("#requests"), false);
    assertClean(ana, ben);
  });
});

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

describe("the pages", () => {
  it("can be used with the keyboard alone", async () => {
    const indifferent = await signIn("indifferent");
    const page = await newPage(context);
    await page.goto(`${server.url}/classic/`);
    await page.keyboard.type("liger_zql"); // the first field has the focus
    await page.keyboard.press("Tab");
    await page.keyboard.type("12345");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/classic/chat.html");
    await friend(page, "online", "漠然").waitFor();
    for (let i = 0; i < 10; i += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.className === "friend")) break;
    }
    await page.waitForTimeout(4500); // a redrawing of the lists must not take the focus
    await page.keyboard.press("Enter");
    await page.locator("#peerName", { hasText: "漠然" }).waitFor();
    await page.keyboard.type("typed");
    await page.keyboard.press("Enter");
    await friend(indifferent, "online", "liger_zql").locator(".badge", { hasText: "1" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.className), "friend");
    assertClean(page, indifferent);
  });

  it("speak Chinese to a Chinese browser, and English on request", async () => {
    const chinese = await browser.newContext({ locale: "zh-CN" });
    const page = await signIn("liger_zql", "12345", chinese);
    assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
    await page.locator("#offline h2", { hasText: "离线" }).waitFor();
    assert.equal(await page.getAttribute("#Content", "placeholder"), "消息");
    await page.click("#language");
    await page.locator("#offline h2", { hasText: "Offline" }).waitFor();
    assertClean(page);
    await chinese.close();
  });

  it("have every word in both languages", async () => {
    const { readFile } = await import("node:fs/promises");
    const source = await readFile(new URL("../../web/classic/language.js", import.meta.url), "utf8");
    const words = new Function(`${source.slice(source.indexOf("const WORDS"), source.indexOf("const chosen"))} return WORDS;`)();
    assert.deepEqual(Object.keys(words.zh), Object.keys(words.en));
  });

  it("show one pane at a time on a phone, and open a chat with a tap", async () => {
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const page = await signIn("liger_zql", "12345", phone);
    assert.equal(await page.isVisible("#talk"), false);
    await friend(page, "offline", "漠然").tap();
    await page.locator("#peerName", { hasText: "漠然" }).waitFor();
    assert.equal(await page.isVisible("#people"), false);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(await overflow(), 0);
    await page.tap("#back");
    assert.equal(await page.isVisible("#people"), true);
    assert.equal(await overflow(), 0);
    assertClean(page);
    await phone.close();
  });

  it("let nothing of another origin in", async () => {
    const page = await newPage(context);
    const response = await page.goto(`${server.url}/classic/`);
    const policy = response.headers()["content-security-policy"];
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assertClean(page);
  });
});
