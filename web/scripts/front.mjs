// What the scripts that look at the real thing have in common: a server with the demonstration's
// data on a port of its own, the built client in front of it, and a browser.
//
// The pages come from web/dist, so that a change shows without building the server again; requests
// of the API go through to the server as if they came from its own origin.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const dist = process.env.KEEPLINE_DIST ?? fileURLToPath(new URL('../dist/', import.meta.url));
const binary =
  process.env.KEEPLINE_BINARY ??
  fileURLToPath(new URL('../../build/release/keepline', import.meta.url));

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

// The policy the server sends with every answer; the scripts must run under it as people do.
export const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');

/** Starts the server on a fresh folder. Answers its address and what ends it. */
export async function startServer(options = []) {
  const folder = await mkdtemp(join(tmpdir(), 'keepline-web-'));
  const port = await freePort();
  const child = spawn(
    binary,
    ['serve', '--data', folder, '--listen', `127.0.0.1:${port}`, '--limits-off', ...options],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  );
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    const alive = await fetch(`${origin}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (alive) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  return { origin, stop };
}

/** Serves the built client, and passes the API on. `api(request, response)` may answer instead. */
export async function startFront(target, api) {
  const server = http.createServer((request, response) => {
    const path = new URL(request.url, 'http://front').pathname;
    if (!path.startsWith('/api/')) void page(path, response);
    else if (api) api(request, response);
    else pass(target, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    if (api) socket.destroy();
    else upgrade(target, request, socket, head);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function page(path, response) {
  const wanted = normalize(path).replace(/^(\.\.[/\\])+/, '');
  let file = join(dist, wanted);
  let body = extname(wanted) ? await readFile(file).catch(() => null) : null;
  if (!body) {
    file = join(dist, 'index.html');
    body = await readFile(file);
  }
  response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
  response.setHeader('Content-Security-Policy', policy);
  response.end(body);
}

function pass(target, request, response) {
  const { hostname, port } = new URL(target);
  const headers = { ...request.headers, host: `${hostname}:${port}` };
  if (headers.origin) headers.origin = target;
  const out = http.request(
    { hostname, port, path: request.url, method: request.method, headers },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  out.on('error', () => response.destroy());
  response.on('close', () => out.destroy());
  request.pipe(out);
}

/** Passes a WebSocket on: its head, as the server's own page would send it, and then bytes. */
export function upgrade(target, request, socket, head) {
  const { hostname, port } = new URL(target);
  const out = net.connect(Number(port), hostname, () => {
    const headers = { ...request.headers, host: `${hostname}:${port}` };
    if (headers.origin) headers.origin = target;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    out.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    out.write(head);
    out.pipe(socket).pipe(out);
  });
  const end = () => {
    out.destroy();
    socket.destroy();
  };
  for (const one of [out, socket]) one.on('error', end).on('close', end);
  return out;
}

async function freePort() {
  const probe = http.createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.KEEPLINE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
}

/** A small client of the API, to fill a server with people and words. */
export function person(origin) {
  let cookie = '';
  const ask = async (method, path, body) => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: {
        Origin: origin,
        ...(cookie ? { Cookie: cookie } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const set = answer.headers.getSetCookie().find((one) => /^(__Host-)?keepline=/.test(one));
    if (set) cookie = set.split(';')[0];
    const text = await answer.text();
    const value = text ? JSON.parse(text) : null;
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${value?.detail ?? ''}`);
    return value;
  };
  return {
    ask,
    get cookie() {
      return cookie;
    },
    register: async (name, display_name, more = {}) =>
      (
        await ask('POST', '/register', {
          name,
          display_name,
          password: 'kettle lamp window',
          ...more,
        })
      ).user,
    signIn: async (name, password) => (await ask('POST', '/login', { name, password })).user,
    befriend: (id) => ask('PUT', `/friends/${id}`),
    talk: async (id) => (await ask('PUT', `/users/${id}/conversation`)).id,
    say: (conversation, text) =>
      ask('POST', `/conversations/${conversation}/messages`, {
        nonce: `${Date.now()}-${Math.random()}`,
        text,
      }),
    read: (conversation, seq) => ask('PUT', `/conversations/${conversation}/read`, { seq }),
    type: (conversation) => ask('PUT', `/conversations/${conversation}/typing`),
    /** Opens the stream once, which shows the person online for the next half minute. */
    appear: () => ask('GET', '/events?wait=0'),
  };
}
