// Every screen, with its empty, loading and error states, in both themes, wide in English or narrow
// in Chinese, before axe (script/trust looks at all combinations). The walk is test/a11y/run.mjs,
// which can also be run by itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

it('axe finds nothing on any screen', async (t) => {
  const walk = fileURLToPath(new URL('../a11y/run.mjs', import.meta.url));
  const env = { ...process.env };
  if (process.env.BINARY) env.KEEPLINE_BINARY = process.env.BINARY;
  if (process.env.CHROMIUM) env.KEEPLINE_CHROMIUM = process.env.CHROMIUM;
  const child = spawn(process.execPath, [walk], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  let said = '';
  child.stdout.on('data', (part) => (said += part));
  const [code] = await once(child, 'close');
  const [, checked] = /(\d+) pages checked, 0 violations/.exec(said) ?? [];
  assert.equal(code, 0, said);
  assert.ok(Number(checked) >= 2 * 80, said);
  t.diagnostic(`${checked} pages checked`);
});
