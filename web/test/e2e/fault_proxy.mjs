// Stands between a browser and the server, and does what proxies and networks do: takes Upgrade
// away, holds a stream back, cuts it, or loses what is under way without telling either side.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

export class FaultProxy {
  #waiting = new Set();
  #tunnels = new Set();
  /** Answers every request for a WebSocket as a proxy does that knows none. */
  strips = false;
  /** Hands an answer on only when it is whole. */
  buffers = false;
  /** After how many ms a stream is cut, or 0. */
  cuts = 0;
  /** What streams were asked for: `websocket`, `sse` and `poll`, in the order in which they were. */
  asked = [];

  static async start(t, port) {
    const proxy = new FaultProxy();
    proxy.server = http.createServer((request, response) => proxy.#pass(port, request, response));
    proxy.server.on('upgrade', (request, socket, head) => {
      proxy.#upgrade(port, request, socket, head);
    });
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    t.after(() => {
      for (const { socket } of proxy.#tunnels) socket.destroy();
      proxy.server.closeAllConnections();
      proxy.server.close();
    });
    return proxy;
  }

  /** How many requests of this address have no answer yet. */
  parked(path) {
    return [...this.#waiting].filter((one) => one.path.includes(path)).length;
  }

  /** How many WebSockets are open. */
  get tunnels() {
    return this.#tunnels.size;
  }

  /** Nothing of what is under way is ever answered: the sockets stay open, and dead. */
  forget() {
    for (const one of this.#waiting) one.out.destroy();
    this.#waiting.clear();
    for (const one of this.#tunnels) {
      one.dead = true;
      one.out.destroy();
      // What the browser still sends goes nowhere.
      one.socket.resume();
    }
    this.#tunnels.clear();
  }

  #note(request) {
    if (!request.url.startsWith('/api/v1/events')) return;
    const sse = request.headers.accept?.includes('text/event-stream');
    this.asked.push(request.headers.upgrade ? 'websocket' : sse ? 'sse' : 'poll');
  }

  #pass(port, request, response) {
    this.#note(request);
    const { url: path, method, headers } = request;
    const out = http.request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      this.#waiting.delete(one);
      if (this.cuts > 0 && headers.accept?.includes('text/event-stream')) {
        setTimeout(() => response.destroy(), this.cuts);
      }
      if (this.buffers) void gather(answer, response);
      else {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      }
    });
    const one = { path, out };
    this.#waiting.add(one);
    out.on('error', () => {
      // Forgotten on purpose: then the browser hears nothing. Else the server is away.
      if (this.#waiting.delete(one)) response.destroy();
    });
    response.on('close', () => {
      this.#waiting.delete(one);
      out.destroy();
    });
    request.pipe(out);
  }

  #upgrade(port, request, socket, head) {
    this.#note(request);
    if (this.strips) {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const out = net.connect(port, '127.0.0.1', () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
      out.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      out.write(head);
      out.pipe(socket).pipe(out);
    });
    const one = { socket, out, dead: false };
    this.#tunnels.add(one);
    const end = () => {
      this.#tunnels.delete(one);
      out.destroy();
      if (!one.dead) socket.destroy();
    };
    out.on('error', end).on('close', end);
    socket.on('error', end).on('close', end);
    if (this.cuts > 0) setTimeout(end, this.cuts);
  }
}

async function gather(answer, response) {
  const parts = [];
  try {
    for await (const part of answer) parts.push(part);
  } catch {
    response.destroy();
    return;
  }
  response.writeHead(answer.statusCode, answer.headers);
  response.end(Buffer.concat(parts));
}
