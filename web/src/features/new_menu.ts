/** What the "+" over the list of chats offers. */
import { t } from '../i18n/index.svelte';
import { shell } from '../screens/shell/shell.svelte';
import type { MenuItem } from '../ui/menu_item';

export function newMenu(): MenuItem[] {
  const make = (kind: 'chat' | 'room') => (): void =>
    void shell.show(() => import('../screens/rooms/NewChat.svelte'), { kind });
  return [
    { text: t.nav.newChat, icon: 'message-circle', run: make('chat') },
    { text: t.nav.newRoom, icon: 'hash', run: make('room') },
    {
      text: t.nav.browse,
      icon: 'compass',
      run: () => void shell.show(() => import('../screens/rooms/BrowseRooms.svelte'), {}),
    },
  ];
}
