// The classic endpoint as the article calls it: jQuery 1.8, $.post(url, data, function, "json").
// jQuery of that age breaks the pages' policy (it assigns innerHTML), so it gets a page without one.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { launch, Server } from "./support.mjs";

let server, browser, page;

before(async () => {
  server = await Server.start();
  browser = await launch();
  const context = await browser.newContext({ bypassCSP: true });
  page = await context.newPage();
  await page.goto(`${server.url}/classic/`);
  await page.addScriptTag({ path: new URL("node_modules/jquery-browserify/lib/jquery.js", import.meta.url).pathname });
  // That package leaves jQuery under this name in a browser.
  await page.evaluate(() => (window.$ = window.returnExports ?? window.jQuery));
});
after(async () => {
  await browser.close();
  await server.close();
});

const post = (data) =>
  page.evaluate(
    (fields) => new Promise((answer, failed) => $.post("/Comet_broadcast.asyn", fields, answer, "json").fail((x) => failed(x.status))),
    data,
  );
const as = (UserId, PassWord) => (Action, fields) => post({ Action, UserId, PassWord, ...fields });

it("is jQuery 1.8", async () => {
  assert.match(await page.evaluate(() => $.fn.jquery), /^1\.8\./);
});

// Presence is a signal: it reaches those who ask soon after the answer, not with it.
async function untilStatus(asker, list, name, status) {
  for (let tries = 0; tries < 200; tries++) {
    const friends = (await asker("GetFriends")).ResponseData[list];
    if (friends.some((friend) => friend.UserId === name && friend.Status === status)) {
      return;
    }
    await setTimeout(50);
  }
  assert.fail(`${name} never was in ${list} with ${status}`);
}

it("serves all seven actions", async () => {
  const liger = as("liger_zql", "12345");
  const li = as("li", "a long password");
  const registered = await li("Register", { UserName: "李 & Li", Sex: "女", Age: 26, Email: "li@example.org" });
  assert.deepEqual(registered.ResponseData,
    { UserId: "li", UserName: "李 &amp; Li", Sex: "女", Age: 26, Email: "li@example.org" });
  assert.equal((await liger("Online")).ResponseStatus, 1);
  assert.equal((await li("Online")).ResponseStatus, 1);
  assert.equal((await liger("AddFriend", { FriendId: "li" })).ResponseStatus, 1);
  assert.equal((await li("AddFriend", { FriendId: "liger_zql" })).ResponseStatus, 1);

  await untilStatus(li, "OnlineFriends", "liger_zql", "在线");

  const parked = li("Keepline");
  const sent = await liger("SendMsg", { Reciveuserid: "li", Content: "<b>你好</b> 1+1=2 & more" });
  assert.equal(sent.ResponseData.Content, "&lt;b&gt;你好&lt;/b&gt; 1+1=2 &amp; more");
  assert.deepEqual((await parked).ResponseData, sent.ResponseData);

  assert.equal((await li("Offline")).ResponseStatus, 1);
  await untilStatus(liger, "OfflineFriends", "li", "离线");
});

it("refuses in a way the article's page can show", async () => {
  const answer = await as("liger_zql", "wrong")("Online");
  assert.equal(answer.ResponseStatus, 0);
  assert.ok(answer.ResponseDetails.length > 0);
});

it("puts a message into the page as HTML without running it", async () => {
  const liger = as("liger_zql", "12345");
  const text = `<img src=x onerror="window.broken = 1">`;
  const { ResponseData } = await liger("SendMsg", { ReciveUserId: "li", Content: text });
  const seen = await page.evaluate((html) => $("<div>").appendTo("body").html(html).text(), ResponseData.Content);
  assert.equal(seen, text);
  assert.equal(await page.evaluate(() => window.broken), undefined);
});
