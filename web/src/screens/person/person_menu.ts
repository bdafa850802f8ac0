import * as act from '../../features/person_actions';
import { t } from '../../i18n/index.svelte';
import type { Person } from '../../state/surface';
import type { MenuItem } from '../../ui/menu_item';

/** What there is to do about a person beside the one or two things that have a button. */
export function personMenu({ user, relation }: Person): MenuItem[] {
  const items: MenuItem[] = [];
  if (relation === 'none') {
    items.push({ text: t.friends.add, icon: 'user-plus', run: () => void act.request(user) });
  }
  if (relation === 'requested') {
    items.push({ text: t.friends.withdraw, icon: 'undo-2', run: () => void act.withdraw(user) });
  }
  if (relation === 'incoming') {
    items.push({ text: t.friends.accept, icon: 'check', run: () => void act.accept(user) });
    items.push({ text: t.friends.decline, icon: 'x', run: () => void act.decline(user) });
  }
  if (relation === 'friends') {
    items.push({
      text: t.friends.part,
      icon: 'user-minus',
      danger: true,
      run: () => void act.part(user),
    });
  }
  if (relation === 'blocked') {
    items.push({ text: t.friends.unblock, icon: 'check', run: () => void act.unblock(user) });
  } else {
    items.push({
      text: t.friends.block,
      icon: 'ban',
      danger: true,
      run: () => void act.block(user),
    });
  }
  return items;
}
