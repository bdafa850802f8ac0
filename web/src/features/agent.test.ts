import { describe, expect, it } from 'vitest';
import { describeAgent } from './agent';

describe('describeAgent', () => {
  it('knows the usual browsers, also where one claims to be another', () => {
    const edge =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
    expect(describeAgent(edge)).toEqual({ browser: 'Edge', system: 'Windows', phone: false });
    const safari =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
    expect(describeAgent(safari)).toEqual({ browser: 'Safari', system: 'iPhone', phone: true });
  });

  it('says nothing about what it does not know', () => {
    expect(describeAgent('curl/8')).toEqual({
      browser: undefined,
      system: undefined,
      phone: false,
    });
  });
});
