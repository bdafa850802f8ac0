import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SERVER_CODES } from './client';

const YAML = '../src/api/openapi.yaml';

describe('the generated types', () => {
  it('are those of the server as it is now: else run `npm run gen`', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: { gen: string };
    };
    const [tool = '', ...options] = manifest.scripts.gen.split(' ');
    const run = promisify(execFile)(`node_modules/.bin/${tool}`, [...options, '--check']);
    await expect(run).resolves.toBeDefined();
  }, 60_000);

  it('name every code that the description lists', async () => {
    const yaml = await readFile(YAML, 'utf8');
    const list = /ErrorCode:\s+type: string\s+enum:\n((?:\s+- \w+\n)+)/.exec(yaml)?.[1] ?? '';
    expect([...list.matchAll(/- (\w+)/g)].map((match) => match[1])).toEqual([...SERVER_CODES]);
  });
});
