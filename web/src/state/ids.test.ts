import { describe, expect, it } from 'vitest';
import { randomId, timeOrderedId } from './ids';

describe('ids', () => {
  it('are 22 characters of base64url, and differ', () => {
    expect(randomId()).toMatch(/^[\w-]{22}$/);
    expect(randomId()).not.toBe(randomId());
  });

  // The moment of the example in RFC 9562, appendix A.6.
  it('begin with their millisecond where they are in the order of time', () => {
    const id = timeOrderedId(1_645_557_742_000);
    expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOrderedId(1_645_557_742_000)).not.toBe(id);
    expect(timeOrderedId(1_645_557_742_001) > id).toBe(true);
  });
});
