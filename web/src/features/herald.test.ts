import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Herald } from './herald';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function herald() {
  const said: string[] = [];
  const words = {
    one: (name: string, text: string) => `${name}: ${text}`,
    many: (count: number, name: string) => `${count} from ${name}`,
  };
  return { said, herald: new Herald((text) => said.push(text), words) };
}

describe('Herald', () => {
  it('says one or two messages themselves', () => {
    const { said, herald: it } = herald();
    it.hear('Mei', 'a');
    it.hear('Mei', 'b');
    vi.advanceTimersByTime(1000);
    expect(said).toEqual(['Mei: a', 'Mei: b']);
  });

  it('counts more than two within a second', () => {
    const { said, herald: it } = herald();
    for (const text of ['a', 'b', 'c']) it.hear('Mei', text);
    vi.advanceTimersByTime(1000);
    expect(said).toEqual(['3 from Mei']);
  });

  it('says the beginning of a long one, whole characters only', () => {
    const { said, herald: it } = herald();
    it.hear('Mei', '🙂'.repeat(200));
    vi.advanceTimersByTime(1000);
    expect(said).toEqual([`Mei: ${'🙂'.repeat(140)}`]);
  });
});
