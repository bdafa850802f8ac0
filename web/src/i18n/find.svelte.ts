// The texts of the screens where somebody looks for something. Both languages come with them:
// together they are small, and nothing has to be waited for when the language changes.
import { i18n } from './index.svelte';
import { en, type FindTexts } from './en_find';
import { zh } from './zh_find';

/** Reading one in a component is reactive, as with `t`. */
export const f: FindTexts = new Proxy({} as FindTexts, {
  get: (_, key) => Reflect.get(i18n.language === 'zh' ? zh : en, key) as unknown,
});
