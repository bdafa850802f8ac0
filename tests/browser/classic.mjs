// The article's pages in a real browser, against the real binary: what their suites share. Each test has a server and a
// browser context of its own; whoever imports this has its hooks.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { launch, newPage, Server } from "./support.mjs";

export let server, browser, context;

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

export async function signIn(name, password = "12345", where = context) {
  const page = await newPage(where);
  await page.goto(`${server.url}/classic/`);
  await page.fill("#UserId", name);
  await page.fill("#PassWord", password);
  await page.press("#PassWord", "Enter");
  await page.waitForURL("**/classic/chat.html");
  return page;
}

export const friend = (page, list, name) => page.locator(`#${list} .friend`, { hasText: name });

export async function openChat(page, name, list = "online") {
  await friend(page, list, name).dblclick();
  await page.locator("#peerName", { hasText: name }).waitFor();
}

export async function say(page, text) {
  await page.fill("#Content", text);
  await page.press("#Content", "Enter");
}

const shown = (page) => page.locator("#log .text").allTextContents();

export async function untilShown(page, texts) {
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
export async function chatting() {
  const liger = await signIn("liger_zql");
  const indifferent = await signIn("indifferent");
  await openChat(liger, "漠然");
  await openChat(indifferent, "liger_zql");
  return { liger, indifferent };
}
