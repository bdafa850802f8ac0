import { afterEach, describe, expect, it, vi } from 'vitest';
import { browserStore } from '../state/storage';
import { Bridge, type ToHub } from './bridge';

/** A bridge whose hub only notes what it hears. */
function bench() {
  const heard: ToHub[] = [];
  const bridge = new Bridge({ post: (message) => heard.push(message) });
  bridge.start(7);
  heard.length = 0;
  return { bridge, heard };
}

let bridges: Bridge[] = [];
function listen(): ToHub[] {
  const { bridge, heard } = bench();
  bridges.push(bridge);
  return heard;
}
afterEach(() => {
  for (const bridge of bridges) bridge.stop();
  bridges = [];
});

// The test's browser knows the event without what it says.
const shown = (persisted: boolean): Event =>
  Object.defineProperty(new PageTransitionEvent('pageshow'), 'persisted', { value: persisted });
const stored = (key: string | null, newValue: string | null): Event =>
  new StorageEvent('storage', { key, newValue });

// Goal: each thing that a page is told is passed on, by itself: a browser tells some of them only
// in its own circumstances, where another listener could stand in for one that is missing.
const told: [string, () => unknown, ToHub[]][] = [
  ['online', () => dispatchEvent(new Event('online')), [{ type: 'online', online: true }]],
  ['offline', () => dispatchEvent(new Event('offline')), [{ type: 'online', online: false }]],
  ['resume', () => document.dispatchEvent(new Event('resume')), [{ type: 'wake' }]],
  ['pageshow from the cache', () => dispatchEvent(shown(true)), [{ type: 'wake' }]],
  ['pageshow of a page that loads', () => dispatchEvent(shown(false)), []],
  [
    'another tab that goes',
    () => dispatchEvent(stored('keepline.left', '7:1')),
    [{ type: 'adopt' }],
  ],
  ['another user’s tab that goes', () => dispatchEvent(stored('keepline.left', '8:1')), []],
  [
    'a send that was answered elsewhere',
    () => dispatchEvent(stored('keepline.outbox.7.abc', null)),
    [{ type: 'gone', nonce: 'abc' }],
  ],
  [
    'an SSE in another tab',
    () => dispatchEvent(stored('keepline.sse', '1.5')),
    [{ type: 'yield' }],
  ],
  [
    'the poll alone, wanted in another tab',
    () => dispatchEvent(stored('keepline.route', 'poll')),
    [{ type: 'route', pollOnly: true }],
  ],
  [
    'and no longer',
    () => dispatchEvent(stored('keepline.route', null)),
    [{ type: 'route', pollOnly: false }],
  ],
  ['another user’s send', () => dispatchEvent(stored('keepline.outbox.8.abc', null)), []],
  [
    'a send that was added elsewhere',
    () => dispatchEvent(stored('keepline.outbox.7.abc', '{}')),
    [],
  ],
  ['something else that is stored', () => dispatchEvent(stored('keepline.theme', null)), []],
];

describe('what the page is told', () => {
  it.each(told)('%s', (_, happen, wanted) => {
    const heard = listen();
    happen();
    expect(heard).toEqual(wanted);
  });

  it.each([
    ['focus', window],
    ['blur', window],
    ['visibilitychange', document],
  ] as const)('%s, as who looks', (name, target) => {
    const heard = listen();
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    target.dispatchEvent(new Event(name));
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    target.dispatchEvent(new Event(name));
    expect(heard).toEqual([
      { type: 'attention', visible: true, focused: true },
      { type: 'attention', visible: false, focused: false },
    ]);
  });

  it('leaves a note for the other tabs when it goes', () => {
    listen();
    dispatchEvent(new Event('pagehide'));
    expect(browserStore.get('keepline.left')).toMatch(/^7:\d+$/);
  });
});

describe('a bridge', () => {
  it('says how things stand before it starts', () => {
    const heard: ToHub[] = [];
    const bridge = new Bridge({ post: (message) => heard.push(message) });
    bridge.start(7);
    bridges.push(bridge);
    expect(heard.map(({ type }) => type)).toEqual(['attention', 'online', 'start']);
  });

  it('listens once, however often it is started, and no more once it was stopped', () => {
    const { bridge, heard } = bench();
    bridge.start(7);
    heard.length = 0;
    dispatchEvent(new Event('online'));
    expect(heard).toHaveLength(1);
    bridge.stop({ type: 'refused', reason: 'other_user' });
    heard.length = 0;
    for (const [, happen] of told) happen();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(heard).toEqual([]);
  });
});
