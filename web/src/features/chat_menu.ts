/** What a conversation's own menu offers, the same in the sidebar and over the chat. */
import type { Outcome } from '../api/errors';
import { sentence, t } from '../i18n/index.svelte';
import type { MinePatch } from '../protocol/types';
import { shell } from '../screens/shell/shell.svelte';
import { chat } from '../state/chat.svelte';
import { isMuted } from '../state/selectors';
import type { ConversationView } from '../state/surface';
import type { MenuItem } from '../ui/menu_item';
import { toasts } from '../ui/toasts.svelte';

export const HOUR_MS = 3_600_000;
export const FOREVER = '9999-12-31T23:59:59.999Z';

function tell(outcome: Outcome<unknown>): void {
  if (!outcome.ok) toasts.show({ text: sentence(outcome.error.code) });
}

async function set(view: ConversationView, patch: MinePatch): Promise<void> {
  tell(await chat.acts.mine(view.id, patch));
}

export function openSettings(id: number, tab = 'general'): void {
  void shell.show(() => import('../screens/rooms/RoomSettings.svelte'), { id, tab });
}

async function leave(view: ConversationView): Promise<void> {
  try {
    await (await import('../screens/rooms/room_actions')).leave(view);
  } catch {
    toasts.show({ text: t.errors.network });
  }
}

export function openLevel(conversation: number): void {
  void shell.show(() => import('../screens/panels/Notifications.svelte'), { conversation });
}

export function openDate(conversation: number, day?: Date): void {
  void shell.show(() => import('../screens/panels/JumpDate.svelte'), { conversation, day });
}

/** What there is to look at in a conversation. */
export function lookMenu(conversation: number): MenuItem[] {
  const pins = (): void =>
    void shell.show(() => import('../screens/panels/Pins.svelte'), { conversation });
  return [
    { text: t.chat.pins, icon: 'pin', run: pins },
    { text: t.chat.date, icon: 'calendar', run: () => openDate(conversation) },
  ];
}

export function levelItem(conversation: number): MenuItem {
  return { text: t.chat.level, icon: 'bell', run: () => openLevel(conversation) };
}

export function chatMenu(view: ConversationView, now: number): MenuItem[] {
  const { mine } = view;
  const until = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const items: MenuItem[] = [];
  if (view.unread > 0) {
    const run = async (): Promise<void> => tell(await chat.markRead(view.id));
    items.push({ text: t.row.markRead, icon: 'check-check', run: () => void run() });
  } else if (view.lastLine && !view.lastLine.own) {
    const run = async (): Promise<void> => tell(await chat.markUnread(view.id));
    items.push({ text: t.row.markUnread, icon: 'mail', run: () => void run() });
  }
  items.push({
    text: mine.top ? t.row.unpin : t.row.pin,
    icon: mine.top ? 'pin-off' : 'pin',
    run: () => void set(view, { top: !mine.top }),
  });
  if (isMuted(mine, now)) {
    const run = (): void => void set(view, { muted_until: null });
    items.push({ text: t.row.unmute, icon: 'bell', run });
  } else {
    const mute = (text: string, end: string): void =>
      void items.push({ text, icon: 'bell-off', run: () => void set(view, { muted_until: end }) });
    mute(t.row.muteHour, until(HOUR_MS));
    mute(t.row.muteHours, until(8 * HOUR_MS));
    mute(t.row.mute, FOREVER);
  }
  items.push(levelItem(view.id));
  if (view.kind !== 'direct') {
    items.push(
      {
        text: view.kind === 'room' ? t.chat.roomSettings : t.chat.groupSettings,
        icon: 'settings',
        run: () => openSettings(view.id),
      },
      { text: t.chat.leave, icon: 'log-out', danger: true, run: () => void leave(view) },
    );
  }
  return items;
}
