import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBatchOrReset, decodeSnapshot } from './decode';
import { decodeMessagePage } from './decode_message';
import { DecodeError } from './shape';

const at = '2026-06-14T09:00:00.000Z';
const event = {
  id: 5,
  type: 'message',
  at,
  conversation: 1,
  seq: 1,
  data: { sender: 2, text: 'x' },
};
const batch = { cursor: 'c', events: [event], signals: [], more: false };
const presence = { kind: 'presence', user: 2, data: { online: true } };

describe('decode', () => {
  it('takes a batch as it is', () => {
    const full = {
      ...batch,
      signals: [presence],
      advice: { retry: [4000, 6000], wait: 0 },
      hello: { user: 1, build: 'b', server_time: at },
    };
    expect(decodeBatchOrReset(full, 'batch')).toEqual(full);
    const reset = { reset: { why: 'old' }, cursor: 'c' };
    expect(decodeBatchOrReset(reset, 'batch')).toEqual(reset);
  });

  it('skips what it does not know, because the protocol may grow', () => {
    const grown = {
      ...batch,
      events: [event, { id: 6, type: 'weather', at, data: {} }],
      signals: [{ kind: 'weather', user: 2, data: {} }, presence],
      surprise: 1,
    };
    expect(decodeBatchOrReset(grown, 'batch')).toEqual({ ...batch, signals: [presence] });
  });

  it.each([
    ['an id that is a string', { ...event, id: '5' }],
    ['an id of 0', { ...event, id: 0 }],
    ['an id that is no whole number', { ...event, id: 1.5 }],
    ['an id above what numbers hold', { ...event, id: 2 ** 53 }],
    ['a time that is none', { ...event, at: 'yesterday' }],
    ['a text that is none', { ...event, data: { sender: 2, text: null } }],
    ['no data', { ...event, data: undefined }],
  ])('refuses a batch with %s', (_, broken) => {
    expect(() => decodeBatchOrReset({ ...batch, events: [broken] }, 'batch')).toThrow(DecodeError);
  });

  it('refuses a page out of order', () => {
    const message = (seq: number) => ({ id: seq, conversation: 1, seq, sender: 2, at, text: 'x' });
    const page = { messages: [message(2), message(1)], more: false };
    expect(() => decodeMessagePage(page, 'page')).toThrow(DecodeError);
  });

  it('throws nothing but its own error, whatever it is given', () => {
    const broken = (value: unknown): void => {
      for (const decode of [decodeBatchOrReset, decodeSnapshot, decodeMessagePage]) {
        try {
          decode(value, 'value');
        } catch (fault) {
          expect(fault).toBeInstanceOf(DecodeError);
        }
      }
    };
    fc.assert(fc.property(fc.anything(), broken));
    fc.assert(
      fc.property(
        fc.constantFrom('cursor', 'events', 'signals', 'more', 'advice'),
        fc.jsonValue(),
        (key, value) => broken({ ...batch, [key]: value }),
      ),
    );
  });

  it('never names a value in its error', () => {
    expect(() => decodeSnapshot({ cursor: 5, me: 'secret' }, 'answer')).toThrow(
      'answer.cursor is not a string',
    );
  });
});
