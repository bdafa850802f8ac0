import { t } from '../../i18n/index.svelte';
import type { TimelineRow } from '../../state/surface';
import type { MenuItem } from '../../ui/menu_item';
import type { RowActions } from './row_actions.svelte';

/** Everything that can be done with a message, in the order in which it is wanted. */
export function rowMenu(row: TimelineRow, acts: RowActions): MenuItem[] {
  const copy: MenuItem = {
    text: t.message.copyText,
    icon: 'copy',
    key: 'C',
    run: () => void acts.copy(row),
  };
  if (!acts.ref(row)) return row.deleted ? [] : [copy];
  const items: MenuItem[] = [];
  if (acts.mayWrite) {
    items.push(
      { text: t.message.react, icon: 'smile-plus', key: '+', run: () => (acts.picking = row.key) },
      { text: t.message.reply, icon: 'reply', key: 'R', run: () => acts.reply(row) },
    );
  }
  if (acts.mayEdit(row)) {
    items.push({ text: t.message.edit, icon: 'pencil', key: 'E', run: () => acts.edit(row) });
  }
  items.push(copy, {
    text: t.message.forward,
    icon: 'forward',
    run: () => (acts.forwarding = row),
  });
  if (acts.mayPin()) {
    items.push({
      text: row.pinned ? t.message.unpin : t.message.pin,
      icon: row.pinned ? 'pin-off' : 'pin',
      run: () => void acts.pin(row),
    });
  }
  items.push(
    {
      text: row.saved ? t.message.unsave : t.message.save,
      icon: 'bookmark',
      run: () => void acts.keep(row),
    },
    ...(row.own
      ? [{ text: t.message.readBy, icon: 'eye' as const, run: () => acts.readers(row) }]
      : []),
    { text: t.message.link, icon: 'link', run: () => void acts.link(row) },
  );
  if (row.editedAt !== null) {
    items.push({ text: t.message.history, icon: 'history', run: () => (acts.history = row) });
  }
  if (!row.own) {
    const run = (): void => void acts.unread(row);
    items.push({ text: t.message.markUnread, icon: 'mail', key: 'U', run });
  }
  if (acts.mayRemove(row)) {
    const run = (): void => acts.remove(row);
    items.push({ text: t.message.delete, icon: 'trash-2', key: 'Del', danger: true, run });
  }
  return items;
}
