import { en, type RoomTexts } from './en_rooms';
import { i18n } from './index.svelte';
import { zh } from './zh_rooms';

/** The texts of groups and rooms, which come with their screens. Reactive like `t`. */
export const r: RoomTexts = new Proxy({} as RoomTexts, {
  get: (_, key) => Reflect.get(i18n.language === 'zh' ? zh : en, key) as unknown,
});
