/**
 * What one person can do about another, the same from every place that offers it: the request,
 * what is said about it afterwards, and the way back where there is one.
 */
import type { Outcome } from '../api/errors';
import { sentence, t } from '../i18n/index.svelte';
import type { User } from '../protocol/types';
import { router } from '../router.svelte';
import { chat } from '../state/chat.svelte';
import { toasts } from '../ui/toasts.svelte';
import { confirm } from './confirm.svelte';

function tell(outcome: Outcome<unknown>, text: string, undo?: () => void): boolean {
  if (!outcome.ok) toasts.show({ text: sentence(outcome.error.code) });
  else if (undo) toasts.show({ text, action: { text: t.undo, run: undo } });
  else toasts.show({ text });
  return outcome.ok;
}

/** Opens the direct chat. `focus` puts the cursor in the message box as well. */
export async function message(user: User, focus = false): Promise<void> {
  if (focus) wishComposer();
  const known = chat.person(user.id)?.conversation;
  if (known) return router.go({ name: 'chat', id: known });
  // The second click of a double click finds the first one's request on its way.
  if (opening.has(user.id)) return;
  opening.add(user.id);
  const outcome = await chat.openWith(user.id);
  opening.delete(user.id);
  if (outcome.ok) router.go({ name: 'chat', id: outcome.value });
  else toasts.show({ text: sentence(outcome.error.code) });
}

const opening = new Set<number>();

/** The composer of the chat that opens next takes the focus, also on a touch screen. */
export function wishComposer(): void {
  composerWished = true;
  document.querySelector<HTMLElement>('#composer-box')?.focus({ preventScroll: true });
}

let composerWished = false;

export function takeComposerWish(): boolean {
  const wished = composerWished;
  composerWished = false;
  return wished;
}

export async function request(user: User): Promise<void> {
  const outcome = await chat.requestFriend(user.id);
  if (outcome.ok && outcome.value === 'friends') greet(user);
  else tell(outcome, t.friends.didRequest(user.display_name), () => void withdraw(user));
}

export async function accept(user: User): Promise<void> {
  const outcome = await chat.accept(user.id);
  if (outcome.ok) greet(user);
  else tell(outcome, '');
}

function greet(user: User): void {
  toasts.show({
    text: t.friends.didAccept(user.display_name),
    action: { text: t.friends.sayHello, run: () => void message(user, true) },
  });
}

export async function decline(user: User): Promise<void> {
  tell(await chat.decline(user.id), t.friends.didDecline(user.display_name));
}

export async function withdraw(user: User): Promise<void> {
  tell(
    await chat.withdraw(user.id),
    t.friends.didWithdraw(user.display_name),
    () => void request(user),
  );
}

export async function part(user: User): Promise<void> {
  const name = user.display_name;
  const yes = await confirm.ask({
    title: t.confirm.partTitle(name),
    text: t.confirm.partText,
    action: t.friends.part,
  });
  if (yes) tell(await chat.part(user.id), t.friends.didPart(name));
}

export async function block(user: User): Promise<void> {
  const name = user.display_name;
  const yes = await confirm.ask({
    title: t.confirm.blockTitle(name),
    text: t.confirm.blockText,
    action: t.friends.block,
  });
  if (!yes) return;
  tell(await chat.block(user.id), t.friends.didBlock(name), () => void unblock(user));
}

export async function unblock(user: User): Promise<void> {
  tell(await chat.unblock(user.id), t.friends.didUnblock(user.display_name));
}
