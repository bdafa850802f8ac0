import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, done, failed, type Outcome } from '../../api/errors';
import { CHECK_AFTER_MS, NameCheck } from './name_check.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const rest = (ms = CHECK_AFTER_MS) => vi.advanceTimersByTimeAsync(ms);

describe('NameCheck', () => {
  it('asks once, after the fingers have rested', async () => {
    const ask = vi.fn(() => Promise.resolve(done(true)));
    const check = new NameCheck(ask);
    check.look('me');
    await rest(CHECK_AFTER_MS - 1);
    check.look('mei');
    await rest(CHECK_AFTER_MS - 1);
    expect(ask).not.toHaveBeenCalled();
    await rest(1);
    expect(ask.mock.calls).toEqual([['mei']]);
    expect(check.state).toBe('free');
  });

  it('drops the answer to an older wish', async () => {
    const answers: ((outcome: Outcome<boolean>) => void)[] = [];
    const check = new NameCheck(() => new Promise((resolve) => answers.push(resolve)));
    check.look('old');
    await rest();
    check.look('new');
    await rest();
    answers[0]?.(done(false));
    await rest(0);
    expect(check.state).toBe('asking');
    answers[1]?.(done(true));
    await rest(0);
    expect(check.state).toBe('free');
  });

  it('does not ask for what no name may hold', async () => {
    const ask = vi.fn();
    const check = new NameCheck(ask);
    check.look('a b');
    await rest();
    expect(check.state).toBe('bad');
    expect(ask).not.toHaveBeenCalled();
  });

  it('takes names of any script', async () => {
    const check = new NameCheck(() => Promise.resolve(done(false)));
    check.look('张伟');
    await rest();
    expect(check.state).toBe('taken');
  });

  it('says nothing where there is no answer', async () => {
    const check = new NameCheck(() => Promise.resolve(failed(new ApiError('network'))));
    check.look('mei');
    await rest();
    expect(check.state).toBe('none');
  });
});
