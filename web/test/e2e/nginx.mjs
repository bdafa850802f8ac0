// A real nginx between a browser and the server: an ordinary process of the test's own, on loopback,
// with everything that it writes in a folder of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../tests/browser/support.mjs';

const kNginx = process.env.NGINX_BINARY ?? '/usr/sbin/nginx';

/** What a site says that passes WebSockets on, as docs/operating.md has it. */
export const upgrades = `
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
`;

export class Nginx {
  /** Passes everything on to `port`; `site` is what its configuration says beside that. */
  static async start(t, port, site = '') {
    const nginx = new Nginx();
    nginx.folder = await mkdtemp(join(tmpdir(), 'keepline-nginx-'));
    const own = await freePort();
    nginx.url = `http://127.0.0.1:${own}`;
    await mkdir(join(nginx.folder, 'temp'));
    await writeFile(join(nginx.folder, 'nginx.conf'), configuration(own, port, site));
    const words = ['-p', nginx.folder, '-c', 'nginx.conf', '-e', 'error.log'];
    nginx.child = spawn(kNginx, words, { stdio: ['ignore', 'inherit', 'inherit'] });
    nginx.ended = once(nginx.child, 'exit');
    t.after(() => nginx.close());
    await nginx.#listens();
    return nginx;
  }

  async #listens() {
    for (let tries = 0; tries < 200; tries++) {
      assert.equal(this.child.exitCode, null, 'nginx ended before it listened');
      const up = await fetch(`${this.url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (up) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail('nginx does not listen');
  }

  /** Every request for the stream that has ended, with what was asked for; oldest first. */
  async streams() {
    const lines = (await readFile(join(this.folder, 'streams.log'), 'utf8')).trim().split('\n');
    return lines
      .filter((line) => line !== '')
      .map((line) => line.split('|'))
      .map(([status, seconds, coding, upgrade, key, accept]) => ({
        kind:
          upgrade !== '-' || key !== '-'
            ? 'websocket'
            : accept.includes('event-stream')
              ? 'sse'
              : 'poll',
        status: Number(status),
        seconds: Number(seconds),
        coding,
      }));
  }

  async close() {
    this.child.kill('SIGTERM');
    await this.ended;
    await rm(this.folder, { recursive: true });
  }
}

/** One process that stays in front and owns no more than its folder, whoever runs it. */
function configuration(own, port, site) {
  return `
daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  log_format streams '$status|$request_time|$sent_http_content_encoding|$http_upgrade|$http_sec_websocket_key|$http_accept';
  server {
    listen 127.0.0.1:${own};
    ${site}
    location / { proxy_pass http://127.0.0.1:${port}; }
    location = /api/v1/events {
      proxy_pass http://127.0.0.1:${port};
      access_log streams.log streams;
    }
  }
}
`;
}
