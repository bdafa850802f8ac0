import type { ConversationView } from '../state/surface';
import type { IconName } from '../ui/icon_name';

/** The sign of a group or room; a direct conversation has the other's face. */
export function iconOf({
  kind,
  access,
}: Pick<ConversationView, 'kind' | 'access'>): IconName | undefined {
  if (kind === 'direct') return undefined;
  if (kind === 'group') return 'users';
  return access === 'open' ? 'hash' : 'lock';
}
