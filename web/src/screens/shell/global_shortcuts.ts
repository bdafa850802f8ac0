import { wishComposer } from '../../features/person_actions';
import { router } from '../../router.svelte';
import { chat } from '../../state/chat.svelte';
import { focusFirst } from '../../ui/focus';
import type { Shortcut } from '../../ui/shortcuts';
import { shell } from './shell.svelte';

/** The keys that work everywhere on a signed-in page. */
export function globalShortcuts(): Shortcut[] {
  return [
    { key: 'k', mod: true, run: () => void (shell.switcher = !shell.switcher) },
    { key: 'f', mod: true, shift: true, run: search },
    { key: '/', mod: true, run: () => void (shell.shortcuts = !shell.shortcuts) },
    { key: ',', mod: true, run: () => router.go({ name: 'settings', tab: 'profile' }) },
    { key: 'ArrowUp', alt: true, run: () => step(-1, false) },
    { key: 'ArrowDown', alt: true, run: () => step(1, false) },
    { key: 'ArrowUp', alt: true, shift: true, run: () => step(-1, true) },
    { key: 'ArrowDown', alt: true, shift: true, run: () => step(1, true) },
    { key: 'F6', inText: true, run: () => nextPane(1) },
    { key: 'F6', shift: true, inText: true, run: () => nextPane(-1) },
  ];
}

/** Looks in the chat that is open, else everywhere. */
export function search(): void {
  const route = router.route;
  router.go(route.name === 'chat' ? `/search?q=in%3A${route.id}%20` : '/search');
}

/** The chat before or after the open one, as the sidebar has them; perhaps only unread ones. */
function step(by: 1 | -1, unreadOnly: boolean): void {
  const rows = chat.sidebar.filter((row) => row.conversation !== null);
  const route = router.route;
  const open = route.name === 'chat' ? route.id : null;
  const from = rows.findIndex((row) => row.conversation?.id === open);
  const start = from < 0 ? (by > 0 ? -1 : rows.length) : from;
  for (let index = start + by; index >= 0 && index < rows.length; index += by) {
    const view = rows[index]?.conversation;
    if (!view || (unreadOnly && view.unread === 0)) continue;
    router.go({ name: 'chat', id: view.id });
    wishComposer();
    return;
  }
}

function nextPane(by: 1 | -1): boolean {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  if (panes.length === 0) return false;
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const to = here < 0 ? 0 : (here + by + panes.length) % panes.length;
  const pane = panes[to];
  if (!pane) return false;
  const wished = pane.querySelector<HTMLElement>('[data-pane-focus]');
  if (wished) wished.focus();
  else focusFirst(pane);
  return true;
}
