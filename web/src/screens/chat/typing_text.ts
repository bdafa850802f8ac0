import { t } from '../../i18n/index.svelte';

/** Who is typing, in words; empty where nobody is. */
export function typingText(names: readonly string[]): string {
  const [one, two] = names;
  if (!one) return '';
  if (!two) return t.chat.typing(one);
  return names.length === 2 ? t.chat.typingTwo(one, two) : t.chat.typingMany;
}
