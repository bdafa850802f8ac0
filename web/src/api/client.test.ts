import { describe, expect, it } from 'vitest';
import { text } from '../protocol/shape';
import { Api } from './client';
import { ApiError } from './errors';

type Answer = { status: number; body?: string; headers?: Record<string, string> };

function bench(answer: Answer | Error) {
  const asked: Request[] = [];
  const api = new Api({
    base: 'http://keepline.test',
    fetch: (request) => {
      asked.push(request);
      if (answer instanceof Error) return Promise.reject(answer);
      const headers = { 'content-type': 'application/json', ...answer.headers };
      return Promise.resolve(new Response(answer.body ?? null, { status: answer.status, headers }));
    },
  });
  const faults: string[] = [];
  api.onSessionFault = (fault) => faults.push(fault);
  const ask = () =>
    api.ask(
      (client, signal) => client.GET('/api/v1/me', { signal }),
      (value, at) => text((value as { name: unknown }).name, at),
    );
  return { api, asked, faults, ask };
}

const problem = (code: string, status: number, more = {}): Answer => ({
  status,
  body: JSON.stringify({
    type: 'about:blank',
    title: 't',
    status,
    detail: 'secret',
    code,
    ...more,
  }),
  headers: { 'content-type': 'application/problem+json' },
});

describe('Api', () => {
  it('names the user the page believes in, once there is one', async () => {
    const { api, ask, asked } = bench({ status: 200, body: '{"name":"mei"}' });
    expect(await ask()).toEqual({ ok: true, value: 'mei' });
    api.user = 7;
    await ask();
    expect(asked.map((request) => request.headers.get('keepline-user'))).toEqual([null, '7']);
  });

  it('reads a problem, and keeps the server’s words to itself', async () => {
    const answer = problem('too_many_attempts', 429, { field: 'name' });
    answer.headers = { ...answer.headers, 'retry-after': '42' };
    const outcome = await bench(answer).ask();
    expect(outcome).toEqual({
      ok: false,
      error: new ApiError('too_many_attempts', 429, 'name', 42),
    });
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  it.each([
    [
      'a page of somebody in between',
      { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } },
      'unreadable',
      true,
    ],
    ['a refusal of somebody in between', { status: 403, body: '<html>' }, 'unreadable', false],
    ['a code nobody knows', problem('novel', 400), 'unreadable', false],
    [
      'a body that is not what it should be',
      { status: 200, body: '{"name":4}' },
      'unreadable',
      true,
    ],
    ['a body that is no JSON', { status: 200, body: '<html>' }, 'unreadable', true],
    ['no answer at all', new TypeError('failed to fetch'), 'network', true],
    ['a full disk', problem('storage_full', 503), 'storage_full', true],
    ['a rule', problem('too_long', 422), 'too_long', false],
  ] as const)('makes an outcome of %s', async (_, answer, code, passing) => {
    const outcome = await bench(answer).ask();
    expect(outcome.ok ? null : [outcome.error.code, outcome.error.passing]).toEqual([
      code,
      passing,
    ]);
  });

  it('tells of the session only where the answer was to the user of now', async () => {
    for (const code of ['sign_in_required', 'other_user'] as const) {
      const { api, ask, faults } = bench(problem(code, 401));
      await ask();
      expect(faults).toEqual([]);
      api.user = 7;
      const asked = ask();
      api.user = 8;
      await asked;
      expect(faults).toEqual([]);
      await ask();
      expect(faults).toEqual([code]);
    }
  });
});
