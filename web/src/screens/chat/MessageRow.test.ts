import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { i18n } from '../../i18n/index.svelte';
import type { TimelineRow } from '../../state/surface';
import MessageRow from './MessageRow.svelte';

beforeAll(() => i18n.choose('en'));
afterEach(cleanup);

const kRow: TimelineRow = {
  key: 'k',
  seq: 7,
  nonce: null,
  sender: 2,
  own: false,
  text: 'Look at this light.',
  at: '2026-06-14T07:31:00.000Z',
  status: 'received',
  error: null,
  gapBefore: false,
  startsGroup: true,
  startsDay: false,
  startsUnread: false,
  fresh: false,
};

function show(row: Partial<TimelineRow>, more: { active?: boolean; unread?: number } = {}) {
  const acts = {
    onhover: vi.fn(),
    onasked: vi.fn(),
    onfocus: vi.fn(),
    oncopy: vi.fn(),
    onunread: vi.fn(),
    onretry: vi.fn(),
    onedit: vi.fn(),
    ondiscard: vi.fn(),
  };
  render(MessageRow, {
    row: { ...kRow, ...row },
    name: row.own ? 'You' : 'Mei Lin',
    time: '07:31',
    day: undefined,
    unread: more.unread,
    tabindex: 0,
    active: more.active ?? false,
    asked: false,
    position: 1,
    size: 1,
    ...acts,
  });
  return { article: screen.getByRole('article'), acts };
}

const own = { own: true, sender: 1 } as const;

describe('MessageRow', () => {
  it('is named by who and when, and described by the text', () => {
    const { article } = show({});
    expect(article.getAttribute('aria-label')).toBe('Mei Lin, 07:31');
    const text = document.getElementById(article.getAttribute('aria-describedby') ?? '');
    expect(text?.textContent?.trim()).toBe('Look at this light.');
  });

  it.each([
    ['waiting', 'Waiting to be sent'],
    ['sending', 'Waiting to be sent'],
    ['sent', 'Sent'],
    ['read', 'Read'],
  ] as const)('says in words that it is %s', (status, words) => {
    const { article } = show({ ...own, status });
    expect(article.querySelector('.ticks')?.textContent?.trim()).toBe(words);
  });

  it('shows no ticks on what others wrote', () => {
    expect(show({}).article.querySelector('.ticks')).toBeNull();
  });

  it('says why it was not sent, and offers three ways on', () => {
    const { acts } = show({
      ...own,
      status: 'failed',
      nonce: 'n',
      seq: null,
      error: 'not_allowed',
    });
    expect(screen.getByRole('alert').textContent).toContain('Not sent');
    expect(screen.getByRole('alert').textContent).toContain(i18n.t.errors.not_allowed);
    screen.getByRole('button', { name: 'Retry' }).click();
    screen.getByRole('button', { name: 'Edit' }).click();
    screen.getByRole('button', { name: 'Delete' }).click();
    expect(acts.onretry).toHaveBeenCalledWith('n');
    expect(acts.onedit).toHaveBeenCalledWith('n');
    expect(acts.ondiscard).toHaveBeenCalledWith('n');
  });

  it('carries the unread divider, and the keep line beside what is fresh', () => {
    const { article } = show({ startsUnread: true, fresh: true }, { unread: 2 });
    expect(article.querySelector('[data-unread]')?.textContent).toBe('2 new messages');
    expect(article.classList.contains('fresh')).toBe(true);
  });

  it('has tools only while it is looked at', () => {
    show({});
    expect(screen.queryByRole('toolbar')).toBeNull();
    cleanup();
    const { acts } = show({}, { active: true });
    screen.getByRole('button', { name: 'Copy text' }).click();
    screen.getByRole('button', { name: 'Mark unread from here' }).click();
    expect(acts.oncopy).toHaveBeenCalledTimes(1);
    expect(acts.onunread).toHaveBeenCalledTimes(1);
  });

  it('does not offer to mark an own message unread', () => {
    show({ ...own, status: 'sent' }, { active: true });
    expect(screen.queryByRole('button', { name: 'Mark unread from here' })).toBeNull();
  });

  it('shows hostile text as text', () => {
    const { article } = show({ text: '<img src=x onerror=alert(1)>' });
    expect(article.querySelector('img')).toBeNull();
    expect(article.textContent).toContain('<img src=x onerror=alert(1)>');
  });
});
