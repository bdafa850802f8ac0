// What the journeys share: a server and a browser for each test, pages that report everything that
// goes wrong in them, and the few things that people do in every journey.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Server, launch } from '../../../tests/browser/support.mjs';

/** Generous, because the machine may be busy; nothing waits longer than it has to. */
export const patience = 30_000;
export const kPassword = 'kettle lamp window';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A server with the demonstration's people, and whoever has a window open on it. */
export class World {
  static async start(t) {
    const world = new World();
    world.server = await Server.start();
    world.origins = [world.server.url, world.server.url.replace('127.0.0.1', 'localhost')];
    world.contexts = [];
    world.tabs = [];
    t.after(() => world.close());
    return world;
  }

  async close() {
    for (const context of this.contexts) await context.close();
    await this.server.close();
  }

  /** A browser of its own: its own cookies, its own storage. */
  async browser(options = {}) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(patience);
    this.contexts.push(context);
    return context;
  }

  /** A tab that collects what goes wrong in it. */
  async tab(context, path = '/', origin = this.server.url) {
    const page = await context.newPage();
    page.wrong = [];
    page.expected = [/\/api\/v1\/me: .*status of 401/];
    page.on('pageerror', (error) => page.wrong.push(error.stack ?? String(error)));
    page.on('dialog', (dialog) => {
      page.wrong.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        page.wrong.push(`${message.location().url}: ${message.text()}`);
      }
    });
    page.on('request', (request) => {
      const url = request.url();
      const own = this.origins.some((one) => url.startsWith(`${one}/`));
      if (!own) page.wrong.push(`asks somebody else: ${url}`);
    });
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    this.tabs.push(page);
    await page.goto(origin + path);
    return page;
  }

  /** A browser signed in as somebody, and a tab of it. */
  async person(name, { password = '12345', path = '/', ...options } = {}) {
    const context = await this.browser(options);
    await this.signIn(context, name, password);
    const page = await this.tab(context, path);
    await page.locator('.home').waitFor();
    return page;
  }

  /** Gives a browser a session without going through the page. */
  async signIn(context, name, password = '12345', origin = this.server.url) {
    const answer = await context.request.post(`${origin}/api/v1/login`, {
      data: { name, password },
    });
    assert.equal(answer.status(), 200);
  }

  /** A program of somebody's: `ask(method, path, body)`. */
  async program(name, password = '12345') {
    const wish = { name, password, bearer: true };
    const { token, user } = await this.server.api('POST', '/login', wish);
    const ask = (method, path, body) => this.server.api(method, path, body, token);
    return {
      user,
      ask,
      /** The direct conversation with somebody, by their user name. */
      talk: async (other) => {
        const { users } = await ask('GET', `/users?q=${other}`);
        const found = users.map((one) => one.user ?? one).find((one) => one.name === other);
        return (await ask('PUT', `/users/${found.id}/conversation`)).id;
      },
      say: (conversation, text, nonce = `program-${Math.random()}`) =>
        ask('POST', `/conversations/${conversation}/messages`, { nonce, text }),
      texts: async (conversation) => {
        const { messages } = await ask('GET', `/conversations/${conversation}/messages?limit=100`);
        return messages.map(({ text }) => text);
      },
    };
  }

  async register(name, display_name = name) {
    await this.server.api('POST', '/register', { name, display_name, password: kPassword });
    return this.program(name, kPassword);
  }

  /** Every tab did what it did without a complaint. */
  assertClean() {
    for (const page of this.tabs) {
      const wrong = page.wrong.filter((text) => !page.expected.some((one) => one.test(text)));
      assert.deepEqual(wrong, [], page.url());
    }
  }
}

/** What a browser writes to its console when the server or the line is away. */
export const outage = /net::ERR_|status of 50[23]/;

export function expectOutage(...pages) {
  for (const page of pages) page.expected.push(outage);
}

/** The row of a chat or a person, by a part of their name; what was said in it does not count. */
export const row = (page, name) =>
  page.locator('.side [data-row]').filter({ has: page.locator('.name', { hasText: name }) });
export const box = (page) => page.locator('#composer-box');
export const messages = (page) => page.locator('[role=feed] article');
export const message = (page, text) => messages(page).filter({ hasText: text });
export const banner = (page, text) => page.locator('main', { hasText: text });

export async function openChat(page, name) {
  await row(page, name).click();
  await page.locator('main h1', { hasText: name }).waitFor();
  await messages(page).first().waitFor();
}

/** Types and sends as a person does. */
export async function say(page, text) {
  await box(page).fill(text);
  await box(page).press('Enter');
}

/** The texts of the loaded messages from the one on that reads `from`, each with its state. */
export async function shown(page, from) {
  const rows = await messages(page).evaluateAll((articles) =>
    articles.map((article) => article.querySelector('.text')?.textContent.trim()),
  );
  return rows.slice(rows.indexOf(from));
}

/** Waits until the list ends with exactly these texts, none of them waiting to be sent. */
export async function untilEndsWith(page, texts) {
  const look = (wanted) => {
    const articles = [...document.querySelectorAll('[role=feed] article')];
    const has = articles.map((one) => one.querySelector('.text')?.textContent.trim());
    const waiting = document.querySelector('[role=feed] .bubble:is(.waiting, .sending, .failed)');
    return (!waiting && has.slice(-wanted.length).join('\0') === wanted.join('\0')) || false;
  };
  try {
    await page.waitForFunction(look, texts, { timeout: patience });
  } catch {
    // Said this way a failure shows what there was instead.
    const has = await messages(page).evaluateAll((articles) =>
      articles.map((one) => one.querySelector('.text')?.textContent.trim()),
    );
    assert.deepEqual(has.slice(-texts.length), texts);
    assert.equal(await page.locator('.bubble:is(.waiting, .sending, .failed)').count(), 0);
  }
  // And each of them once in all that is shown.
  const counts = await messages(page).evaluateAll(
    (articles, wanted) =>
      wanted.map(
        (text) =>
          articles.filter((one) => one.querySelector('.text')?.textContent.trim() === text).length,
      ),
    texts,
  );
  assert.deepEqual(
    counts,
    texts.map((text) => texts.filter((one) => one === text).length),
  );
}

/** A browser whose user wants nothing but the long poll. */
export async function byPollOnly(context) {
  await context.addInitScript(() => localStorage.setItem('keepline.route', 'poll'));
}

/** Waits for a toast or anything else that says so. */
export const says = (page, text) =>
  page.getByText(text, { exact: true }).locator('visible=true').first().waitFor();

/** Waits until `check` answers something true. */
export async function until(check, what, limit = patience) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) assert.fail(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Freezes a page as a browser freezes a tab in the background, and answers what wakes it. Playwright
 * lets every page believe that it is being looked at, and what is looked at is never frozen, so that
 * belief goes first; there is no public way to it.
 */
export async function freeze(page) {
  const { _client: own } = page._connection.toImpl(page).delegate._mainFrameSession;
  const looked = (enabled) => own.send('Emulation.setFocusEmulationEnabled', { enabled });
  const debug = await page.context().newCDPSession(page);
  const turn = (state) => debug.send('Page.setWebLifecycleState', { state });
  await looked(false);
  await turn('frozen');
  return async () => {
    await turn('active');
    await looked(true);
  };
}
