import { describe, expect, it } from 'vitest';
import { parse, pathOf, router, safeReturn } from './router.svelte';

describe('routes', () => {
  it.each([
    '/',
    '/login',
    '/register',
    '/friends',
    '/search',
    '/mentions',
    '/saved',
    '/c/7',
    '/c/7/m/12',
    '/settings/privacy',
  ])('%s is itself', (path) => expect(pathOf(parse(path))).toBe(path));

  it.each([
    '/c',
    '/c/0',
    '/c/07',
    '/c/-1',
    '/c/x',
    '/c/7/8',
    '/c/7/m/0',
    '/search/x',
    '/c/99999999999999999',
    '/settings/none',
    '/admin',
    '/login/x',
  ])('%s is nowhere', (path) => expect(parse(path).name).toBe('not-found'));

  it.each([
    ['/c/7', '/c/7'],
    ['/friends?x=1', '/friends'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/login', '/'],
    ['/nowhere', '/'],
    [null, '/'],
  ])('a sign-in that wants %s leads to %s', (wanted, path) => {
    expect(safeReturn(wanted)).toBe(path);
  });

  it('follows our own links, and leaves the others to the browser', () => {
    const click = (html: string, init: MouseEventInit = {}): boolean => {
      const link = document.createElement('a');
      const [href = '', target = ''] = html.split(' ');
      link.setAttribute('href', href);
      if (target) link.target = target;
      document.body.append(link);
      const event = new MouseEvent('click', { bubbles: true, cancelable: true, ...init });
      let followed = false;
      // The last to hear of it: nobody may really go anywhere in a test.
      const last = (): void => {
        followed = event.defaultPrevented;
        event.preventDefault();
      };
      addEventListener('click', last, { once: true });
      link.dispatchEvent(event);
      return followed;
    };
    expect(click('/friends')).toBe(true);
    expect(router.route.name).toBe('friends');
    for (const html of ['https://b.example/c/1', '/api/v1/me', '#box', '/friends _blank']) {
      expect(click(html), html).toBe(false);
    }
    expect(click('/c/1', { ctrlKey: true })).toBe(false);
  });
});
