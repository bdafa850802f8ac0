// Stands between a browser and the server, and can lose what is under way without telling either.
import { once } from 'node:events';
import http from 'node:http';

export class FaultProxy {
  #waiting = new Set();

  static async start(t, port) {
    const proxy = new FaultProxy();
    proxy.server = http.createServer((request, response) => proxy.#pass(port, request, response));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    t.after(() => {
      proxy.server.closeAllConnections();
      proxy.server.close();
    });
    return proxy;
  }

  /** How many requests of this address have no answer yet. */
  parked(path) {
    return [...this.#waiting].filter((one) => one.path.includes(path)).length;
  }

  /** Nothing of what is under way is ever answered: the sockets stay open, and dead. */
  forget() {
    for (const one of this.#waiting) one.out.destroy();
    this.#waiting.clear();
  }

  #pass(port, request, response) {
    const { url: path, method, headers } = request;
    const out = http.request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      this.#waiting.delete(one);
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
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
}
