import { cleanup, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { tick } from 'svelte';
import { i18n } from '../../i18n/index.svelte';
import type { TimelineRow, VisitSurface } from '../../state/surface';
import { RowActions } from './row_actions.svelte';
import MessageRow from './MessageRow.svelte';

beforeAll(() => i18n.choose('en'));
afterEach(cleanup);

const kRow: TimelineRow = {
  key: 'k',
  id: 70,
  seq: 7,
  nonce: null,
  sender: 2,
  own: false,
  text: 'Look at this light.',
  at: '2026-06-14T07:31:00.000Z',
  version: 0,
  editedAt: null,
  deleted: false,
  quote: null,
  forwarded: null,
  reactions: [],
  pinned: false,
  saved: false,
  mentions: [],
  here: false,
  named: false,
  status: 'received',
  error: null,
  gapBefore: false,
  startsGroup: true,
  startsDay: false,
  startsUnread: false,
  fresh: false,
};

function show(
  row: Partial<TimelineRow>,
  more: { active?: boolean; asked?: boolean; unread?: number } = {},
) {
  const handlers = { onhover: vi.fn(), onasked: vi.fn(), onfocus: vi.fn() };
  const visit = { id: 1, retry: vi.fn(), discard: vi.fn(), reply: vi.fn() };
  const acts = new RowActions(visit as unknown as VisitSurface, vi.fn(), vi.fn());
  const spies = {
    onedit: vi.fn(),
    onjump: vi.fn(),
    copy: vi.spyOn(acts, 'copy').mockResolvedValue(),
    unread: vi.spyOn(acts, 'unread').mockResolvedValue(),
    react: vi.spyOn(acts, 'react').mockResolvedValue(),
    save: vi.spyOn(acts, 'save').mockResolvedValue(),
    remove: vi.spyOn(acts, 'remove').mockReturnValue(),
  };
  render(MessageRow, {
    row: { ...kRow, ...row },
    name: row.own ? 'You' : 'Mei Lin',
    author: undefined,
    time: '07:31',
    day: undefined,
    unread: more.unread,
    tabindex: 0,
    active: more.active ?? false,
    asked: more.asked ?? false,
    flash: false,
    acts,
    onedit: spies.onedit,
    onjump: spies.onjump,
    position: 1,
    size: 1,
    ...handlers,
  });
  return { article: screen.getByRole('article'), acts, visit, spies };
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
    const { visit, spies } = show({
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
    expect(visit.retry).toHaveBeenCalledWith('n');
    expect(spies.onedit).toHaveBeenCalledWith('n');
    expect(visit.discard).toHaveBeenCalledWith('n');
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
    const { spies, visit } = show({}, { active: true });
    screen.getByRole('button', { name: 'Copy text' }).click();
    screen.getByRole('button', { name: 'Reply' }).click();
    screen.getByRole('button', { name: 'React with 👍' }).click();
    expect(spies.copy).toHaveBeenCalledTimes(1);
    expect(visit.reply).toHaveBeenCalledWith(7);
    expect(spies.react.mock.lastCall?.[1]).toBe('👍');
  });

  const menu = (): (string | undefined)[] =>
    screen.getAllByRole('menuitem').map((item) => item.querySelector('span')?.textContent);

  it('offers for others what is not for oneself, and the other way round', () => {
    show({}, { asked: true });
    expect(menu()).toContain('Mark unread from here');
    expect(menu()).not.toContain('Edit');
    expect(menu()).not.toContain('Delete');
    cleanup();
    show({ ...own, status: 'sent' }, { asked: true });
    expect(menu()).toContain('Edit');
    expect(menu()).toContain('Delete');
    expect(menu()).not.toContain('Mark unread from here');
  });

  it('edits nothing that was forwarded', () => {
    const forwarded = { sender: 3, name: 'Mei', kind: 'direct' } as const;
    const { article } = show({ ...own, status: 'sent', forwarded }, { asked: true });
    expect(article.textContent).toContain('Forwarded from Mei');
    expect(menu()).not.toContain('Edit');
  });

  it('shows a tombstone and offers nothing for it', () => {
    const { article } = show({ ...own, deleted: true, text: '', status: 'sent' }, { active: true });
    expect(article.textContent).toContain('Message deleted');
    expect(screen.queryByRole('toolbar')).toBeNull();
  });

  it('shows what it answers to, and leads there', () => {
    const quote = { seq: 3, id: 30, sender: 9, text: 'first line\nsecond' };
    const { spies } = show({ quote });
    const button = screen.getByRole('button', { name: /first line/ });
    expect(button.textContent).not.toContain('second');
    button.click();
    expect(spies.onjump).toHaveBeenCalledWith(3);
    cleanup();
    show({ quote: { seq: 3 } });
    expect(screen.getByRole('button', { name: 'The message is not shown here' })).toBeTruthy();
  });

  it('counts reactions, shows which are one’s own, and turns them over', () => {
    const reactions = [
      { emoji: '👍', count: 2, mine: true, users: [1, 2] },
      { emoji: '🎉', count: 12, mine: false, users: [2] },
    ];
    const { spies } = show({ reactions });
    const [first, second] = within(screen.getByRole('group', { name: 'Reactions' })).getAllByRole(
      'button',
    );
    expect(first?.getAttribute('aria-pressed')).toBe('true');
    expect(second?.textContent).toContain('12');
    second?.click();
    expect(spies.react.mock.lastCall?.[1]).toBe('🎉');
  });

  it('is edited in its place: Enter saves, Esc leaves, an input method keeps its Enter', async () => {
    const { acts, spies } = show({ ...own, status: 'sent' });
    acts.editing = 'k';
    acts.text = 'changed';
    await tick();
    const box = screen.getByRole('textbox', { name: 'Edit the message' });
    const press = (key: string, isComposing = false): void => {
      box.dispatchEvent(
        new KeyboardEvent('keydown', { key, isComposing, bubbles: true, cancelable: true }),
      );
    };
    press('Enter', true);
    expect(spies.save).not.toHaveBeenCalled();
    press('Enter');
    expect(spies.save).toHaveBeenCalledTimes(1);
    press('Escape');
    expect(acts.editing).toBeUndefined();
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
