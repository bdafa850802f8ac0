// A server of one's own, a browser of one's own, and pages that report every error they meet.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const BINARY = process.env.BINARY ?? join(import.meta.dirname, "../../build/release/keepline");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A port below the range of outgoing connections, so that it stays free over a restart. */
export async function freePort() {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 18_000);
    const probe = createServer();
    const taken = await new Promise((tell) => {
      probe.once("error", () => tell(true));
      probe.listen(port, "127.0.0.1", () => probe.close(() => tell(false)));
    });
    if (!taken) return port;
  }
}

/** keepline serve --demo in a folder of its own. */
export class Server {
  static async start() {
    const server = new Server();
    server.folder = await mkdtemp(join(tmpdir(), "keepline-browser-"));
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    await server.again();
    return server;
  }

  async again() {
    const data = join(this.folder, "data");
    const words = ["serve", "--demo", "--limits-off", "--listen", `127.0.0.1:${this.port}`, "--data", data];
    this.child = spawn(BINARY, words, { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface(this.child.stdout)) if (line.startsWith("listening on")) return;
    throw new Error("the server ended before it listened");
  }

  async kill() {
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  async close() {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    await rm(this.folder, { recursive: true });
  }

  /** The classic endpoint, without a page. */
  async classic(fields) {
    const body = new URLSearchParams(fields);
    const response = await fetch(`${this.url}/comet_broadcast.asyn`, { method: "POST", body });
    assert.equal(response.status, 200);
    return response.json();
  }

  /** The JSON interface, as a bot uses it. */
  async api(method, path, body, token) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text && JSON.parse(text);
  }
}

export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

/** A new page that collects what goes wrong in it: errors, console errors, breaches of the policy. */
export async function newPage(context) {
  const page = await context.newPage();
  page.wrong = [];
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") page.wrong.push(message.text());
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
  });
  return page;
}

export function assertClean(...pages) {
  for (const page of pages) assert.deepEqual(page.wrong, []);
}
