import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { i18n } from '../../i18n/index.svelte';
import { chat } from '../../state/chat.svelte';
import type { SidebarRow } from '../../state/surface';
import SearchField from './SearchField.svelte';

beforeAll(() => i18n.choose('en'));
beforeEach(() => {
  vi.spyOn(chat, 'sidebar', 'get').mockReturnValue([
    row(2, 'mei', '林梅'),
    row(3, 'tomas', 'Tomás'),
  ]);
  vi.spyOn(chat, 'searchUsers').mockResolvedValue({ ok: true, value: [] });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function row(id: number, name: string, display_name: string): SidebarRow {
  const user = { id, name, display_name, sex: null, age: null, version: 1 };
  const person = { user, relation: 'friends', presence: null, lastSeen: null, conversation: null };
  return { key: `u${id}`, person, conversation: null } as never;
}

function setUp(text: string) {
  const onenter = vi.fn();
  const ondown = vi.fn();
  render(SearchField, { text, label: 'Search', onenter, ondown });
  const field = screen.getByRole<HTMLInputElement>('combobox');
  field.focus();
  return { field, onenter, ondown };
}

const chips = () =>
  screen.queryAllByRole('button', { name: /^Remove/ }).map((one) => one.getAttribute('aria-label'));
const press = (field: Element, key: string, more: object = {}) =>
  fireEvent.keyDown(field, { key, ...more });

describe('SearchField', () => {
  it('shows filters that are done as chips, and the words alone to write on', async () => {
    const { field } = setUp('from:mei has:link light');
    expect(field.value).toBe('light');
    expect(screen.getByRole('list', { name: 'Filters' }).textContent).toContain('林梅');
    await fireEvent.input(field, { target: { value: 'light in:7 ' } });
    expect(field.value).toBe('light ');
    expect(chips()).toHaveLength(3);
    await fireEvent.click(screen.getByRole('button', { name: 'Remove Has link' }));
    expect([chips().length, field.value]).toEqual([2, 'light ']);
  });

  it('takes the last chip away by Backspace, and only before the first letter', async () => {
    const { field } = setUp('from:mei has:link x');
    field.setSelectionRange(1, 1);
    await press(field, 'Backspace');
    expect(chips()).toHaveLength(2);
    field.setSelectionRange(0, 0);
    await press(field, 'Backspace');
    expect([chips().length, field.value]).toEqual([1, 'x']);
  });

  it('offers people behind from:, and Enter chooses one', async () => {
    const { field, onenter } = setUp('');
    await fireEvent.focus(field);
    await fireEvent.input(field, { target: { value: 'light from:to' } });
    expect(screen.getAllByRole('option').map((one) => one.textContent)).toHaveLength(1);
    await press(field, 'Enter');
    expect([field.value, chips()]).toEqual(['light ', ['Remove From Tomás']]);
    expect(onenter).not.toHaveBeenCalled();
    await press(field, 'Enter');
    expect(onenter).toHaveBeenCalledOnce();
  });

  it('leaves Enter to the input method while it composes', async () => {
    const { field, onenter } = setUp('咖');
    await press(field, 'Enter', { isComposing: true });
    await press(field, 'Enter', { keyCode: 229 });
    expect(onenter).not.toHaveBeenCalled();
  });

  it('makes a chip of a filter on Enter, and leads down into the results', async () => {
    const { field, onenter, ondown } = setUp('has:code');
    expect(field.value).toBe('has:code');
    await press(field, 'Enter');
    expect([field.value, chips(), onenter.mock.calls.length]).toEqual(['', ['Remove Has code'], 1]);
    await press(field, 'ArrowDown');
    expect(ondown).toHaveBeenCalledOnce();
    await press(field, 'Escape');
    expect(chips()).toEqual([]);
  });
});
