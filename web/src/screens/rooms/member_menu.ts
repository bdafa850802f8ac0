import { r } from '../../i18n/rooms';
import { outranks } from '../../state/rights';
import type { Member } from '../../state/rooms';
import type { ConversationView } from '../../state/surface';
import type { MenuItem } from '../../ui/menu_item';
import * as act from './room_actions';
import type { MemberList } from './member_list.svelte';

const HOUR_S = 3600;

export function isSilent(member: Member, now: number): boolean {
  return member.silenced_until !== undefined && Date.parse(member.silenced_until) > now;
}

/** What the user may do about a member; nothing that they may not. */
export function memberMenu(
  view: ConversationView,
  member: Member,
  list: MemberList,
  { own, now }: { readonly own: boolean; readonly now: number },
): MenuItem[] {
  const items: MenuItem[] = [];
  const changes = async (change: Promise<Member | null>): Promise<void> => {
    const changed = await change;
    if (changed) list.put(changed);
  };
  const goes = async (gone: Promise<boolean>): Promise<void> => {
    if (await gone) list.drop(member.user.id);
  };
  const add = (text: string, icon: NonNullable<MenuItem['icon']>, run: () => void): void =>
    void items.push({ text, icon, run });

  if (view.role === 'owner') {
    for (const role of ['owner', 'admin', 'member'] as const) {
      if (role === member.role || (own && role === 'owner')) continue;
      const text = own ? r.stepDown(r.roles[role]) : r.make[role];
      add(
        text,
        role === 'member' ? 'user' : 'shield',
        () => void changes(act.setRole(view, member, role)),
      );
    }
  }
  if (own || !outranks(view.role, member.role)) return items;
  if (isSilent(member, now)) {
    add(r.unsilence, 'bell', () => void changes(act.unsilence(view, member)));
  } else {
    add(r.silenceHour, 'bell-off', () => void changes(act.silence(view, member, HOUR_S)));
    add(r.silenceDay, 'bell-off', () => void changes(act.silence(view, member, 24 * HOUR_S)));
    add(r.silence, 'bell-off', () => void changes(act.silence(view, member, null)));
  }
  items.push(
    {
      text: r.remove,
      icon: 'user-minus',
      danger: true,
      run: () => void goes(act.remove(view, member)),
    },
    { text: r.ban, icon: 'ban', danger: true, run: () => void goes(act.ban(view, member)) },
  );
  return items;
}
