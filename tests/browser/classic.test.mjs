// The article's pages in a real browser, against the real binary.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { browser, context, friend, openChat, say, server, signIn, untilShown } from "./classic.mjs";
import { assertClean, newPage } from "./support.mjs";

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
    for (let i = 0; i < 20; i += 1) {
      await page.keyboard.press("Tab");
      const there = () => document.activeElement.matches(".friend") && document.activeElement.innerText.includes("漠然");
      if (await page.evaluate(there)) break;
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
