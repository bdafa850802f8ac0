import type { IconName } from './icon_name';

export interface MenuItem {
  text: string;
  run: () => void;
  icon?: IconName;
  danger?: boolean;
  /** The key that does the same, shown at the end of the row. */
  key?: string;
}
