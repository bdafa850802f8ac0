/** What one can do about a group or room and its members, and what is said about it afterwards. */
import type { Outcome } from '../../api/errors';
import { openSettings } from '../../features/chat_menu';
import { confirm } from '../../features/confirm.svelte';
import { r } from '../../i18n/rooms';
import { sentence, t } from '../../i18n/index.svelte';
import { router } from '../../router.svelte';
import { type Member, type MemberPatch, rooms } from '../../state/rooms';
import type { ConversationView } from '../../state/surface';
import { toasts } from '../../ui/toasts.svelte';

export function tell(outcome: Outcome<unknown>, text: string): boolean {
  toasts.show({ text: outcome.ok ? text : sentence(outcome.error.code) });
  return outcome.ok;
}

/** The last owner has to leave it to somebody first: told with the way there. */
function tellOwner(view: ConversationView): void {
  toasts.show({
    text: r.lastOwner,
    action: { text: r.chooseOwner, run: () => openSettings(view.id, 'members') },
  });
}

export async function leave(view: ConversationView): Promise<void> {
  const yes = await confirm.ask({
    title: r.leaveTitle(view.title),
    text: view.memberCount === 1 ? r.leaveLast : view.access === 'open' ? r.leaveOpen : r.leaveText,
    action: t.chat.leave,
  });
  if (!yes) return;
  const outcome = await rooms.leave(view.id);
  if (!outcome.ok && outcome.error.code === 'conflict') tellOwner(view);
  else if (tell(outcome, r.didLeave(view.title))) goHome(view.id);
}

/** From a conversation that is not there any more. */
export function goHome(id: number): void {
  if (router.route.name === 'chat' && router.route.id === id) {
    router.go({ name: 'home' }, { replace: true });
  }
}

export async function join(id: number): Promise<boolean> {
  const outcome = await rooms.join(id);
  if (outcome.ok) router.go({ name: 'chat', id });
  else
    toasts.show({
      text: outcome.error.code === 'not_allowed' ? r.banned : sentence(outcome.error.code),
    });
  return outcome.ok;
}

async function set(
  view: ConversationView,
  member: Member,
  patch: MemberPatch,
  text: string,
): Promise<Member | null> {
  const outcome = await rooms.setMember(view.id, member.user.id, patch);
  if (!outcome.ok && outcome.error.code === 'conflict') tellOwner(view);
  else tell(outcome, text);
  return outcome.ok ? outcome.value : null;
}

export async function setRole(
  view: ConversationView,
  member: Member,
  role: Member['role'],
): Promise<Member | null> {
  const name = member.user.display_name;
  if (role === 'owner') {
    const yes = await confirm.ask({
      title: r.ownerTitle(name),
      text: r.ownerText,
      action: r.makeOwner,
    });
    if (!yes) return null;
  }
  return set(view, member, { role }, r.didRole(name, r.roles[role]));
}

export function silence(
  view: ConversationView,
  member: Member,
  seconds: number | null,
): Promise<Member | null> {
  const patch = seconds === null ? { silenced: true } : { silenced: true, silenced_for: seconds };
  return set(view, member, patch, r.didSilence(member.user.display_name));
}

export function unsilence(view: ConversationView, member: Member): Promise<Member | null> {
  return set(view, member, { silenced: false }, r.didUnsilence(member.user.display_name));
}

export async function remove(view: ConversationView, member: Member): Promise<boolean> {
  const name = member.user.display_name;
  const yes = await confirm.ask({
    title: r.removeTitle(name),
    text: r.removeText,
    action: r.remove,
  });
  return yes && tell(await rooms.removeMember(view.id, member.user.id), r.didRemove(name));
}

export async function ban(view: ConversationView, member: Member): Promise<boolean> {
  const name = member.user.display_name;
  const yes = await confirm.ask({ title: r.banTitle(name), text: r.banText, action: r.ban });
  return yes && tell(await rooms.ban(view.id, member.user.id), r.didBan(name));
}
